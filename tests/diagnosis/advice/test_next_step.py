"""Advice: what is proposed for each verdict, and that every proposed line is a line of a grid."""

import functools
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from regtrack.diagnosis.advice import steps
from regtrack.diagnosis.advice.next_step import advise, grid_line
from regtrack.diagnosis.advice.response import Tried
from regtrack.diagnosis.advice.steps import Advice
from regtrack.diagnosis.regimes import remedies
from regtrack.diagnosis.regimes.regime import Clause, Regime
from regtrack.diagnosis.regimes.remedies import Remedy
from regtrack.names import OVERFIT, REGIMES, UNDERFIT, UNDETERMINED, WELL_FIT, WELL_FIT_HERE
from regtrack.variants import Grid, Settings, Variant

GRIDS = {path.stem: Grid.from_yaml(path) for path in sorted((Path(__file__).parents[3] / "grids").glob("*.yaml"))}
BASELINE = Variant()


def regime(verdict: str, settle: tuple[Remedy, ...] = ()) -> Regime:
    """All that advice reads of it is the verdict and what would settle it."""
    return Regime(variant="", epoch_kind="last", verdict=verdict, leans_to=None, seeds=5, examples=100, train_error=0.0,
                  val_error=0.1, reference_error=0.1, clauses=(), settle=settle, folk_rules={}, disagreement=None,
                  shapes=())  # fmt: skip


def advised(verdict: str, variant: Variant, *others: Variant, base: Settings | None = None, **regimes: str):
    """Advice on `variant` in a sweep with these others, whose regimes are given by label."""
    verdicts = {v.label: WELL_FIT for v in others} | {variant.label: verdict} | regimes
    return advise(variant, regime(verdict), Tried([*others, variant]), base or Settings(), verdicts)


# ---- each verdict ---------------------------------------------------------------------------------------------
def test_overfit_without_a_regularizer():
    """The first strengths of l2, dropout and max-norm."""
    found = advised(OVERFIT, BASELINE)
    assert found.grid_lines == ("- {l2: [0.0001, 0.001]}", "- {dropout_rate: [0.2, 0.5]}", "- {max_norm: [2, 1]}")
    assert found.sentence == "overfit without a regularizer that has a strength: add one"


def test_overfit_without_a_regularizer_that_has_a_strength():
    """Batch normalization and own settings stay as they are."""
    found = advised(OVERFIT, Variant(batch_norm=1, hidden_widths="16"))
    assert found.grid_lines[0] == '- {batch_norm: 1, hidden_widths: "16", l2: [0.0001, 0.001]}'
    assert found.grid_lines[2] == '- {batch_norm: 1, hidden_widths: "16", max_norm: [2, 1]}'


def test_strengths_of_this_sweep_are_not_proposed_again():
    """What the sweep has on the same variant is left out; dropout elsewhere in the net, or on another, is not it."""
    found = advised(
        OVERFIT, BASELINE, Variant(l2=1e-4), Variant(l2=1e-3), Variant(dropout_rate=0.2),
        Variant(dropout_rate=0.5, dropout_placement="last_hidden"), Variant(batch_norm=1, max_norm=1),
    )  # fmt: skip
    assert found.grid_lines == ("- {dropout_rate: [0.5]}", "- {max_norm: [2, 1]}")
    first = {"l2": (1e-4, 1e-3), "dropout_rate": (0.2, 0.5), "max_norm": (1, 2)}
    found = advised(OVERFIT, BASELINE, *(Variant(**{name: v}) for name, values in first.items() for v in values))
    assert found.grid_lines == ()
    assert found.sentence == "overfit; the usual regularizers are in this sweep already: see how they fare"


def test_a_kernel_holds_one_penalty_and_one_constraint():
    """With a penalty or constraint of one's own, l2 or max-norm is not proposed: no grid could hold both."""
    for own, proposed in (
        ("kernel_regularizer", ["dropout_rate", "max_norm"]),
        ("kernel_constraint", ["l2", "dropout_rate"]),
    ):
        found = advised(OVERFIT, Variant(**{own: "python:a.b:c"}))
        assert [list(yaml.safe_load(line)[0]) for line in found.grid_lines] == [[own, name] for name in proposed]


@pytest.mark.parametrize(
    ("variant", "line", "sentence"),
    [(Variant(l2=0.001), "- {l2: [0.0032, 0.01]}", "a stronger l2 than 0.001"),
     (Variant(dropout_rate=0.2), "- {dropout_rate: [0.25, 0.3]}", "a stronger dropout_rate than 0.2"),
     (Variant(dropout_rate=0.75), "- {dropout_rate: [0.8]}", "a stronger dropout_rate than 0.75"),
     (Variant(max_norm=1), "- {max_norm: [0.5, 0.71]}", "a stronger max_norm than 1"),
     (Variant(early_stopping=5), "- {early_stopping: [2, 4]}", "a stronger early_stopping than 5"),
     (Variant(l1=1e-5), "- {l1: [3.2e-05, 0.0001]}", "a stronger l1 than 1e-05"),
     (Variant(gaussian_noise=0.1), "- {gaussian_noise: [0.14, 0.2]}", "a stronger gaussian_noise than 0.1"),
     (Variant(augment_flip=1, augment_rotation=0.02), "- {augment_flip: 1, augment_rotation: [0.03, 0.04]}",
      "a stronger augment_rotation than 0.02"),
     (Variant(dropout_rate=0.2, max_norm=1), "- {dropout_rate: [0.25, 0.3], max_norm: 1}", "a stronger dropout_rate than 0.2")],
    ids=lambda value: value.label if isinstance(value, Variant) else "",
)  # fmt: skip
def test_overfit_takes_half_a_step_and_a_step_stronger(variant, line, sentence):
    """In the direction in which the parameter regularizes more, on its own scale, the rest held."""
    found = advised(OVERFIT, variant, BASELINE)
    assert found.grid_lines == (line,)
    assert found.sentence == sentence


@pytest.mark.parametrize(
    ("variant", "line", "sentence"),
    [(Variant(l2=0.001), "- {l2: [0.0001, 0.00032]}", "a weaker l2 than 0.001"),
     (Variant(dropout_rate=0.1), "- {dropout_rate: [0.05]}", "a weaker dropout_rate than 0.1"),
     (Variant(max_norm=1), "- {max_norm: [1.4, 2]}", "a weaker max_norm than 1"),
     (Variant(l1=1e-4), "- {l1: [1.0e-05, 3.2e-05]}", "a weaker l1 than 0.0001"),
     (Variant(dropout_rate=0.5, dropout_placement="last_hidden"), '- {dropout_rate: [0.4, 0.45], dropout_placement: "last_hidden"}',
      "a weaker dropout_rate than 0.5")],
    ids=lambda value: value.label if isinstance(value, Variant) else "",
)  # fmt: skip
def test_underfit_takes_half_a_step_and_a_step_weaker(variant, line, sentence):
    """The other way; off is in the sweep as it is and is not proposed."""
    found = advised(UNDERFIT, variant, BASELINE)
    assert found.grid_lines == (line,)
    assert found.sentence == sentence


def test_at_the_end_of_the_scale_another_regularizer_is_named():
    """The most, and beyond it, cannot go further; nor can a rate that half a step turns off."""
    for rate in (0.8, 0.9, 0.853):
        found = advised(OVERFIT, Variant(dropout_rate=rate))
        assert found.grid_lines == ()
        assert found.sentence == f"dropout_rate={rate:g} is as strong as it goes: try another regularizer"
    found = advised(UNDERFIT, Variant(dropout_rate=0.05))
    assert (found.sentence, found.grid_lines) == (
        "dropout_rate=0.05 is as weak as it goes: try another regularizer",
        (),
    )


def test_between_two_that_failed_the_middle_is_proposed():
    """Overfit on one side, underfit on the next: halfway on the parameter's scale, from either side."""
    weak, strong = Variant(l2=1e-4), Variant(l2=1e-2)
    found = advised(OVERFIT, weak, BASELINE, strong, **{"l2=0.01": UNDERFIT})
    assert found.grid_lines == ("- {l2: 0.001}",)
    assert found.sentence == "l2=0.01 already is underfit: try between, l2 0.001"
    found = advised(UNDERFIT, strong, BASELINE, weak, **{"l2=0.0001": OVERFIT})
    assert found.grid_lines == ("- {l2: 0.001}",)
    assert found.sentence == "l2=0.0001 already is overfit: try between, l2 0.001"
    tight, loose = Variant(max_norm=0.5), Variant(max_norm=2)
    assert advised(OVERFIT, loose, tight, **{"max_norm=0.5": UNDERFIT}).grid_lines == ("- {max_norm: 1}",)


def test_with_nothing_between_two_that_failed_nothing_is_proposed():
    """Neighbouring whole numbers, or two that differ in the third digit, have no middle."""
    for weak, strong in (
        (Variant(early_stopping=2), Variant(early_stopping=1)),
        (Variant(dropout_rate=0.2), Variant(dropout_rate=0.21)),
    ):
        found = advised(OVERFIT, weak, strong, **{strong.label: UNDERFIT})
        assert found.grid_lines == ()
        assert found.sentence == f"{strong.label} already is underfit, with nothing in between: try another regularizer"


def test_a_stronger_one_in_the_sweep_is_pointed_at():
    """Where the next strength was tried and did not fail the other way, it is named with its regime."""
    sweep = BASELINE, Variant(l2=0.001), Variant(l2=0.01), Variant(l2=0.01, dropout_rate=0.2)
    found = advised(OVERFIT, Variant(l2=1e-4), *sweep, **{"l2=0.001": OVERFIT, "l2=0.01": UNDERFIT})
    assert (found.sentence, found.grid_lines) == ("a stronger l2 is in this sweep: l2=0.001 is overfit", ())
    found = advised(UNDERFIT, Variant(l2=0.1), *sweep, **{"l2=0.01": WELL_FIT})
    assert (found.sentence, found.grid_lines) == ("a weaker l2 is in this sweep: l2=0.01 is well fit", ())


def test_underfit_without_a_regularizer_asks_for_a_wider_net():
    """Twice each width: the variant's own, the sweep's, or the architecture's."""
    for variant, base, line in (
        (Variant(), Settings(), '- {hidden_widths: "200-200"}'),
        (Variant(hidden_widths="4"), Settings(), '- {hidden_widths: "8"}'),
        (Variant(), Settings(hidden_widths="30-20"), '- {hidden_widths: "60-40"}'),
        (Variant(architecture="cnn", batch_norm=1), Settings(), '- {batch_norm: 1, architecture: "cnn", hidden_widths: "128"}'),
    ):  # fmt: skip
        assert advised(UNDERFIT, variant, base=base).grid_lines == (line,)
    assert advised(UNDERFIT, Variant()).sentence == (
        "underfit without a regularizer to weaken: a wider net, 100-100 to 200-200"
    )


def test_a_wider_net_in_the_sweep_is_pointed_at():
    """Also where it is the architecture's own width, which no variant spells out."""
    found = advised(UNDERFIT, Variant(hidden_widths="8"), Variant(hidden_widths="16"))
    assert (found.sentence, found.grid_lines) == ("a wider net is in this sweep: hidden_widths=16 is well fit", ())
    found = advised(UNDERFIT, Variant(hidden_widths="50-50"), BASELINE, **{"baseline": OVERFIT})
    assert (found.sentence, found.grid_lines) == ("a wider net is in this sweep: baseline is overfit", ())
    other = advised(UNDERFIT, Variant(hidden_widths="8"), Variant(hidden_widths="16", l2=0.1))
    assert other.grid_lines == ('- {hidden_widths: "16"}',)


def test_an_architecture_of_unknown_widths_gets_words_alone():
    """Nobody knows what to double in a network of one's own."""
    found = advised(UNDERFIT, Variant(), base=Settings(architecture="python:a.b:c"))
    assert found.grid_lines == ()
    assert found.sentence == (
        "underfit without a regularizer to weaken: a wider net, more epochs or a larger learning rate"
    )


def test_well_fit_and_undetermined():
    """Well fit is kept; undetermined says what would settle it first, where that is known."""
    assert advised(WELL_FIT, Variant(l2=0.1)) == advised(WELL_FIT, BASELINE) == Advice(steps.KEEP)
    settle = (Remedy(remedies.NOT_ONE_CLASS), Remedy(remedies.TARGET))
    found = advise(BASELINE, regime(UNDETERMINED, settle), Tried([BASELINE]), Settings(), {})
    assert (found.sentence, found.grid_lines) == (f"undetermined; {settle[0].sentence}", ())
    assert advised(UNDETERMINED, BASELINE).sentence == "undetermined"


def test_what_would_tell_more_of_a_well_fit_is_proposed():
    """A net of four times the units without regularization, and the first regularizer that is off at its stronger first
    strength; neither where it is answered, is in the sweep, or the widths are not known."""
    unknown = tuple(Clause(name, "", "share", 0.02) for name in ("freer_better", "tighter_better"))
    own = Variant(l2=0.1, hidden_widths="16", epochs=7)
    here = replace(regime(WELL_FIT_HERE, (Remedy(remedies.FREER_NETWORK), Remedy(remedies.TARGET))), clauses=unknown)
    found = advise(own, here, Tried([own]), Settings(), {})
    assert found.sentence == f"it fits as far as this sweep can tell; {Remedy(remedies.FREER_NETWORK).sentence}"
    assert found.grid_lines == (
        '- {hidden_widths: "64", epochs: 7}',
        '- {l2: 0.1, hidden_widths: "16", epochs: 7, dropout_rate: 0.5}',
    )
    tried = [
        own,
        Variant(hidden_widths="64", epochs=7),
        Variant(l2=0.1, dropout_rate=0.5, hidden_widths="16", epochs=7),
    ]
    assert advise(own, here, Tried(tried), Settings(), {}).grid_lines == (
        '- {l2: 0.1, hidden_widths: "16", epochs: 7, max_norm: 1}',
    )
    answered = replace(here, clauses=tuple(replace(clause, answer=False) for clause in unknown))
    assert advise(own, answered, Tried([own]), Settings(), {}).grid_lines == ()
    assert advise(BASELINE, here, Tried([BASELINE]), Settings(architecture="python:mine:net"), {}).grid_lines == (
        "- {l2: 0.001}",
    )


# ---- every line is a line of a grid -----------------------------------------------------------------------------
@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Grid lines and settings -> Grid, by way of a file; each file is read once."""
    path = tmp_path_factory.mktemp("advice") / "grid.yaml"

    @functools.cache
    def read(lines: tuple[str, ...], base: Settings) -> Grid:
        head = Grid((BASELINE,), settings=base).to_yaml().splitlines()[0]
        path.write_text(f"{head}\nvariants:\n" + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
        return Grid.from_yaml(path)

    return read


@pytest.mark.parametrize("verdict", REGIMES)
@pytest.mark.parametrize("name", GRIDS)
def test_advice_on_shipped_grids_is_a_grid_of_new_variants(name, verdict, read):
    """Any variant of any shipped grid, whatever its verdict and its neighbours': the lines parse as they stand, and
    the sweep together with them repeats nothing."""
    grid = GRIDS[name]
    for variant in grid.variants:
        for neighbours in REGIMES:
            regimes = {v.label: neighbours for v in grid.variants} | {variant.label: verdict}
            found = advise(variant, regime(verdict), Tried(grid.variants), grid.settings, regimes)
            assert found.sentence
            if found.grid_lines:
                assert verdict in (OVERFIT, UNDERFIT)
                proposed = read(found.grid_lines, grid.settings)
                Grid((*grid.variants, *proposed.variants), settings=grid.settings)  # refuses a repeated variant


FACTORS = st.floats(1e-6, 10).map(lambda value: float(f"{value:.2e}"))
SHARES = st.integers(1, 99).map(lambda value: value / 100)
POINTS = st.one_of(
    st.builds(Variant, l2=FACTORS), st.builds(Variant, max_norm=FACTORS), st.builds(Variant, dropout_rate=SHARES),
    st.builds(Variant, label_smoothing=SHARES), st.builds(Variant, early_stopping=st.integers(1, 12)), st.builds(Variant),
    st.builds(Variant, hidden_widths=st.sampled_from(["2", "4", "8", "100-100", "200-200"])),
    st.builds(Variant, l2=FACTORS, dropout_rate=SHARES, dropout_placement=st.sampled_from(["all", "hidden"])),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(POINTS, min_size=1, max_size=12, unique=True), st.sampled_from([OVERFIT, UNDERFIT]), st.data())
def test_nothing_is_proposed_that_the_sweep_has(sweep, verdict, data):
    """Any sweep, neighbours as near as they like: each proposed variant is a legal one and a new one."""
    regimes = {variant.label: data.draw(st.sampled_from(REGIMES)) for variant in sweep}
    for variant in sweep:
        for line in advise(variant, regime(verdict), Tried(sweep), Settings(), regimes).grid_lines:
            [entry] = yaml.safe_load(line)
            axes = [(n, v) for n, v in entry.items() if isinstance(v, list)]
            [(name, values)] = axes or [(n, [v]) for n, v in entry.items() if v != variant.to_params().get(n)]
            assert values
            for value in values:
                assert Variant(**(entry | {name: value})) not in sweep


# ---- grid_line ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("variant", "changes", "line"),
    [(BASELINE, {}, "- {}"), (Variant(l2=1e-5), {}, "- {l2: 1.0e-05}"), (Variant(l2=0.1), {"l2": [1e-5, 1.0]}, "- {l2: [1.0e-05, 1]}"),
     (Variant(l2=0.1 + 0.2), {"max_norm": 1}, "- {l2: 0.30000000000000004, max_norm: 1}"),
     (Variant(l1=1e22), {}, "- {l1: 1.0e+22}"), (Variant(hidden_widths="10"), {}, '- {hidden_widths: "10"}'),
     (Variant(architecture='python:C\\n"ü":f'), {}, '- {architecture: "python:C\\\\n\\"\\xFC\\":f"}')],
)  # fmt: skip
def test_a_grid_line_holds_every_digit_and_every_character(variant, changes, line, read):
    """YAML's own numbers, text in quotes; read back it is the variant with its changes."""
    assert grid_line(variant, changes) == line
    if not changes:
        assert read((line,), Settings()).variants == (variant,)
