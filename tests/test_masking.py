"""Masking: secrets in every form in which an address, a library or a person writes them."""

import pytest

from regtrack.errors import RegtrackError, StoreError, VariantError
from regtrack.masking import mask

SECRET = "s3cr3t"
PLANTED = (
    "http://user:{}@host:5000/path",
    "https://{}@host",
    "https://:{}@host",
    "postgresql+psycopg2://user:{}@db:5432/x?sslmode=require",
    "http://user:a/{}@host",
    "http://user:{}/b@host",
    "http://user:a@{}@host",
    "http://user:a?{}#b@host/c",
    "http://user:a:{}@host",
    "http://user:12{}/3@host",
    "http://user:12/{}@host",
    "http://user:/{}@host",
    "http://user:123456/{}@host/path",
    "http://user:5000/{}@host:5000",
    "postgresql://user:5432/{}@db.example.com:5432/x",
    "http://user:5000/{}@[::1]:5000/path",
    "https://{}/b@host:443",
    "https://user/{}:c@host:443/path",
    "http://user:%40{}%2F@host",
    "http://u:{}@host:5000/a@b",
    "http://host:5000/x,http://user:{}@host",
    "http://host?password={}",
    "http://host/a?user=x&Token={}&y=1",
    "postgresql://host/db?user=me&password={}",
    "postgresql://host/db?sslmode=require&amp;sslpassword={}",
    "mssql+pyodbc:///?odbc_connect=UID%3Dme%3BPWD%3D{}%3BDATABASE%3Dx",
    "Driver=x;UID=me;PWD={};Database=y",
    "https://account.blob.core.windows.net/c?sv=2020&sig={}",
    "https://bucket.s3.amazonaws.com/k?X-Amz-Credential={}&X-Amz-Signature={}",
    "https://host/a?api_key={}",
    "https://host/a?key={}",
    "host=db user=me password={} dbname=x",
    "AWS_SECRET_ACCESS_KEY={}",
    "MLFLOW_TRACKING_TOKEN={}",
    "{{'password': '{}'}}",
    '{{"token": "{}", "a": 1}}',
    "Authorization: Basic {}",
    "'Authorization': 'Bearer {}'",
    "refused with Bearer {}",
)


@pytest.mark.parametrize("form", PLANTED)
@pytest.mark.parametrize(
    "around", ["{}", "tracking store {} does not answer ({}); set it", "[a]({})\n`{}`", '<a href="{}">']
)
def test_a_planted_secret_is_hidden(form, around):
    """Whatever the form, and whatever stands before and behind it; what is masked again stays as it is."""
    address = form.format(SECRET, SECRET)
    masked = mask(around.format(address, address))
    assert SECRET not in masked
    assert "***" in masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:s3cret@db:5432/x", "postgresql://me:***@db:5432/x"),
        ("https://me:s3cret@host/path", "https://me:***@host/path"),
        ("https://t0ken@host/path", "https://***@host/path"),
        ("http://host/a?x=1&token=abc&y=2#z", "http://host/a?x=1&token=***&y=2#z"),
    ],
)
def test_the_rest_of_an_address_stays(text, shown):
    """What is shown of a store's address keeps scheme, user, host and path."""
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "sqlite:////tmp/mlflow.db",
        "sqlite:////home/me@work/mlflow.db",
        "http://host:5000",
        "http://host:5000/a@b",
        "http://host/path@v1",
        "http://host/path@v1.2.3/file",
        "http://host:8080/path@v1?x=1",
        "https://host:443/path@1",
        "docker://host/image@sha256:0123456789abcdef",
        "file:///Users/x@y/exp",
        "s3://bucket/x@y/exp",
        "http://127.0.0.1:5000/#/experiments/1/runs?orderByKey=attributes.start_time&viewStateShareKey=abc&searchFilter=a",
        "table:file.csv?target=key&drop=password,token",
        "l2=0.001+dropout=0.2 wins; write to me@host",
        "password: expected a text, received nothing",
        "the tokens=5 of Basic English",
        "http://user:5000/path@host",
    ],
)
def test_what_is_no_secret_stays(text):
    """Local paths, links into the UI, specs of data, labels of variants and plain words are not touched. The last address may hold
    a password; it reads as a host, a port and a path, and is left."""
    assert mask(text) == text


def test_errors_mask_themselves():
    """A notebook's traceback, the dashboard and the terminal show the same message."""
    for kind in (RegtrackError, StoreError, VariantError):
        error = kind(f"no answer from http://me:{SECRET}@host")
        assert str(error) == "no answer from http://me:***@host"
        assert SECRET not in repr(error)
    assert VariantError(f"http://{SECRET}@host", parameter="l2").problem == "http://***@host"
