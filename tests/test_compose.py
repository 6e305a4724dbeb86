"""deploy/compose.yaml: its structure, checked by this file alone. Nothing here starts a container."""

import re
from pathlib import Path

import pytest
import yaml
from mlflow import environment_variables
from support.project import ROOT

COMPOSE = ROOT / "deploy" / "compose.yaml"
KEYS = {"image", "build", "restart", "command", "entrypoint", "environment", "volumes", "healthcheck", "depends_on", "ports",
        "configs", "shm_size"}  # fmt: skip
"""Of a service, as compose's specification has them."""
OF_OTHERS = {"MLFLOW_BACKEND_STORE_URI", "MLFLOW_ARTIFACTS_DESTINATION"}
"""Variables that MLflow reads where it does not declare them: deploy/cluster.py gives them too, and a test runs a sweep on that."""


@pytest.fixture(scope="module")
def text() -> str:
    return COMPOSE.read_text()


@pytest.fixture(scope="module")
def compose(text) -> dict:
    return yaml.safe_load(text)


def test_every_part_is_there_and_what_it_names_is_declared(compose):
    """Services with keys of the specification; dependencies, volumes and configurations by names that exist."""
    services = compose["services"]
    assert set(services) == {"postgres", "minio", "bucket", "mlflow", "ray-head", "ray-worker", "dashboard"}
    for name, service in services.items():
        assert service.keys() <= KEYS, name
        assert "image" in service, name
        wanted = service.get("depends_on", {})
        assert set(wanted) <= services.keys(), name
        for other, how in wanted.items() if isinstance(wanted, dict) else ():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for the health of {other}"
        assert {one.partition(":")[0] for one in service.get("volumes", ())} <= compose["volumes"].keys(), name
        assert {one["source"] for one in service.get("configs", ())} <= compose["configs"].keys(), name


def test_what_others_made_is_named_with_its_version(compose):
    """Another one tomorrow would be another store; PostgreSQL 18 looks for its files elsewhere."""
    images = {service["image"] for service in compose["services"].values()} - {compose["x-regtrack"]["image"]}
    assert len(images) == 3
    assert all(re.search(r":[\w.-]*\d[\w.-]*$", image) for image in images), images
    assert any(image.startswith("postgres:17") for image in images)


def test_no_secret_has_a_default_and_the_page_names_each(text):
    """A variable that is not set stops compose with a line; docs/deploy.md says which there are."""
    asked = re.findall(r"\$\{([^}]*)\}", text)
    assert asked
    assert all(re.fullmatch(r"[A-Z_]+:\?set it in deploy/\.env", one) for one in asked), asked
    for name in {one.partition(":")[0] for one in asked}:
        assert f"{name}=" in (ROOT / "docs" / "deploy.md").read_text()
    for line in text.splitlines():
        if re.search(r"(PASSWORD|TOKEN|SECRET\w*|password)\s*[:=] ", line):
            assert "${" in line, line


def test_no_secret_goes_into_the_image(compose):
    """The image is copied from the whole clone, in which the page has its reader write them; whoever has it could read them."""
    built = compose["x-regtrack"]["build"]
    assert (COMPOSE.parent / built["context"]).resolve() == ROOT
    assert "COPY . " in built["dockerfile_inline"]
    assert {"**/.env", ".cluster", ".git", ".venv"} <= set((ROOT / ".dockerignore").read_text().splitlines())
    assert "> .env" in (ROOT / "docs" / "deploy.md").read_text()


def test_doors_are_of_this_machine_alone(compose):
    """Whoever opens them to others puts a proxy that speaks TLS in front."""
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_mlflow_knows_the_variables_it_is_given(compose):
    """A typing mistake would be passed over in silence."""
    given = {
        name for service in compose["services"].values() for name in service.get("environment", {}) if "MLFLOW" in name
    }
    assert len(given) > 5
    assert {name for name in given if not hasattr(environment_variables, name)} == OF_OTHERS & given
    assert all(name in (ROOT / "deploy" / "cluster.py").read_text() for name in OF_OTHERS)


def test_accounts_are_those_of_make_cluster(compose):
    """The same entries of the same section."""
    entries = re.findall(r"^(\w+) = ", compose["configs"]["accounts"]["content"], re.M)
    written = (Path(ROOT) / "deploy" / "cluster.py").read_text()
    assert entries == [
        "default_permission",
        "database_uri",
        "admin_username",
        "admin_password",
        "authorization_function",
    ]
    assert all(f"{entry} = " in written for entry in entries)


def test_the_extras_of_its_image_are_ours(text):
    """And those that a server, PostgreSQL, S3 and Ray need."""
    [extras] = re.findall(r"/regtrack\[([\w,]+)\]", text)
    assert set(extras.split(",")) == {"server", "postgres", "s3", "ray"}
