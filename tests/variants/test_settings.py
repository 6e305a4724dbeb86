"""Settings: frozen, validated once, refused with the field's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from regtrack.variants import Settings
from regtrack.variants.settings import AXES
from regtrack.variants.variant import describe_error


@given(
    st.builds(
        Settings,
        train_size=st.integers(0, 10**6),
        label_noise=st.floats(0, 1, exclude_max=True),
        hidden_widths=st.sampled_from(["", "16", "100-100"]),
        optimizer=st.sampled_from(["adam", "sgd", "rmsprop", "nadam"]),
        learning_rate=st.floats(1e-9, 1e3),
        high_confidence=st.floats(0, 1, exclude_min=True),
    )
)
def test_round_trip_as_text(settings):
    """All values as text, as a tracking store returns them, give the same settings."""
    assert Settings(**{name: str(value) for name, value in settings.model_dump().items()}) == settings


def test_defaults_are_the_documented_ones():
    """Digits, mlp, Adam with a cosine schedule, 100 passes, 15 bins, high confidence 0.9."""
    settings = Settings()
    assert (settings.dataset, settings.architecture, settings.hidden_widths) == ("digits", "mlp", "")
    assert (settings.optimizer, settings.learning_rate, settings.learning_rate_schedule) == ("adam", 0.001, "cosine")
    assert (settings.n_passes, settings.n_bins, settings.high_confidence) == (100, 15, 0.9)
    assert (settings.train_size, settings.label_noise, settings.split_seed) == (0, 0.0, 0)


def test_axes_are_settings_and_of_the_data_only_its_size():
    """What a variant may set is a field; evaluation and the data, but for how much is learned on, are the sweep's."""
    assert set(AXES) <= set(Settings.model_fields)
    assert not {"dataset", "split_seed", "label_noise", "n_passes", "n_bins", "high_confidence"} & set(AXES)
    assert "train_size" in AXES


def test_every_field_is_described():
    """The command line's help is made from the descriptions."""
    assert all(field.description for field in Settings.model_fields.values())


def test_frozen():
    """A setting cannot be changed after construction."""
    with pytest.raises(ValidationError):
        Settings().epochs = 3


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epoch": 3}, "epoch: unknown key; did you mean 'epochs'?"),
        ({"epochs": 0}, "epochs: expected greater than or equal to 1, received 0"),
        ({"epochs": True}, "epochs: expected a number, received True"),
        ({"epochs": 1.5}, "epochs: expected a valid integer, got a number with a fractional part, received 1.5"),
        ({"label_noise": 1}, "label_noise: expected less than 1, received 1"),
        ({"label_noise": -0.1}, "label_noise: expected greater than or equal to 0, received -0.1"),
        ({"train_size": -1}, "train_size: expected greater than or equal to 0, received -1"),
        ({"learning_rate": 0}, "learning_rate: expected greater than 0, received 0"),
        ({"learning_rate": "inf"}, "learning_rate: expected a finite number, received 'inf'"),
        ({"learning_rate_schedule": "step"}, "expected 'cosine' or 'constant', received 'step'"),
        ({"optimizer": "Adam"}, "expected 'adam', 'sgd', 'rmsprop' or 'nadam', received 'Adam'"),
        ({"hidden_widths": "100,100"}, "hidden_widths: expected widths such as 100-100 or 16, received '100,100'"),
        ({"hidden_widths": "0"}, "hidden_widths: expected widths such as 100-100 or 16, received '0'"),
        ({"high_confidence": 0}, "high_confidence: expected greater than 0, received 0"),
        ({"high_confidence": 1.1}, "high_confidence: expected less than or equal to 1, received 1.1"),
        ({"dataset": ""}, "dataset: expected "),
        ({"n_bins": 0}, "n_bins: expected greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_one_clear_line(values, message):
    """Each mistake names the field, what was expected and what was received."""
    with pytest.raises(ValidationError) as caught:
        Settings(**values)
    name, problem = describe_error(caught.value, Settings.model_fields)
    assert message in f"{name}: {problem}"
    assert "\n" not in problem
