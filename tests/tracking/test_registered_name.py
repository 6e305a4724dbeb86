"""The name of a model in the registry: refused before training where MLflow would refuse it after."""

import pytest

from regtrack.errors import SettingError
from regtrack.tracking.registered_name import check_registered_name


@pytest.mark.parametrize("name", ["a/b", "a:b", ".", "..", "../a"])
def test_a_name_the_registry_would_refuse_is_refused_before_training(name):
    """MLflow would refuse it after the whole sweep."""
    with pytest.raises(SettingError) as error:
        check_registered_name(name)
    assert str(error.value) == (f"register: expected a name without / and : that starts with no dot, received {name!r}")


@pytest.mark.parametrize("name", ["best", "digits best 2", "a.b", "größte"])
def test_a_name_that_passes_is_one_the_registry_takes(store, name):
    """Our rule is no looser than MLflow's."""
    check_registered_name(name)
    assert store.create_registered_model(name).name == name
