"""Grid: what a file expands to, and for every mistake one clear line with its place in the file."""

from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from regtrack.errors import GridError
from regtrack.variants import Grid, Settings, Variant
from regtrack.variants.seed_budget import SeedBudget

GRIDS = Path(__file__).parents[2] / "grids"


@pytest.fixture
def read(tmp_path):
    """Text -> Grid, by way of a file."""
    path = tmp_path / "grid.yaml"

    def read(text):
        path.write_text(text, encoding="utf-8")
        return Grid.from_yaml(path)

    read.path = path
    return read


def test_lists_are_axes(read):
    """An entry with lists is their cartesian product; one without is one variant; the order is the file's."""
    grid = read("seeds: 2\nvariants:\n  - {}\n  - {l1: [1e-5, 1e-4], max_norm: [1, 2]}\n  - {l2: 0.1}\n")
    assert grid.variants == (
        Variant(),
        Variant(l1=1e-5, max_norm=1),
        Variant(l1=1e-5, max_norm=2),
        Variant(l1=1e-4, max_norm=1),
        Variant(l1=1e-4, max_norm=2),
        Variant(l2=0.1),
    )
    assert len(grid.trials) == 12
    assert grid.trials[:3] == ((Variant(), 0), (Variant(), 1), (Variant(l1=1e-5, max_norm=1), 0))


def test_a_model_is_given_by_the_word_of_the_command(read):
    """`model`, as the option is called, is the architecture that the store records; both words of one thing are refused,
    and what is wrong with it is said at its line."""
    grid = read("settings: {model: cnn}\nvariants:\n  - {}\n  - {model: [mlp, rnn]}\n")
    assert grid == read("settings: {architecture: cnn}\nvariants:\n  - {}\n  - {architecture: [mlp, rnn]}\n")
    assert grid.settings.architecture == "cnn"
    assert [variant.overrides for variant in grid.variants[1:]] == [{"architecture": "mlp"}, {"architecture": "rnn"}]
    assert Variant(model="cnn") == Variant(architecture="cnn")
    for text, line in {
        "settings:\n  model: cnn\n  architecture: cnn\nvariants: [{}]": 1,
        "settings:\n  epochs: 1\n  model: ''\nvariants: [{}]": 3,
        "variants:\n  - {}\n  - model: ''\n": 3,
        "variants:\n  - {}\n  - {model: cnn, architecture: mlp}\n": 3,
    }.items():
        with pytest.raises(GridError) as error:
            read(text)
        assert str(error.value).startswith(f"{read.path}:{line}: ")
        assert "model" in str(error.value)


def test_settings_and_seeds(read):
    """Settings are shared by all, a number of seeds counts from 0, a list is taken as it is; both have defaults."""
    grid = read("settings: {epochs: 3, dataset: fashion_mnist}\nseeds: [7, 3]\nvariants: [{epochs: [3, 4]}]\n")
    assert grid.settings == Settings(epochs=3, dataset="fashion_mnist")
    assert grid.seeds == (7, 3)
    default = read("settings:\nvariants: [{}]\n")
    assert default.seeds == (0, 1, 2, 3, 4)
    assert default.settings == Settings()


def test_numbers_are_numbers_however_yaml_reads_them(read):
    """YAML reads 1e-3 as text and 10 as a number where widths are meant: both are what they look like."""
    assert read("variants: [{l2: 1e-3}]").variants == (Variant(l2=0.001),)
    assert read("variants: [{hidden_widths: [10, 10-5]}]").variants[0].label == "hidden_widths=10"


def test_anchors_and_merges(read):
    """YAML's own ways to share a part work."""
    grid = read("variants:\n  - &base {l2: 0.1}\n  - {<<: *base, dropout_rate: 0.2}\n")
    assert grid.variants[1] == Variant(l2=0.1, dropout_rate=0.2)


# text, line, the whole message behind "<path>:<line>: "
BAD = {
    "empty": ("", 1, "expected the keys settings, seeds, splits, cv, variants, references, primary, received NoneType"),
    "list": ("- 1\n", 1, "expected the keys settings, seeds, splits, cv, variants, references, primary, received list"),
    "unknown top key": ("variants: [{}]\nseed: 3\n", 2, "seed: unknown key; expected settings, seeds, splits, cv, variants, references, primary"),
    "unknown key": (
        "variants:\n  - {}\n  - {dropout: 0.1}\n", 3,
        "variants[1].dropout: unknown key; did you mean 'dropout_rate'?",
    ),
    "unknown setting": ("settings:\n  epochs: 5\n  epoch: 5\nvariants: [{}]\n", 3,
                        "settings.epoch: unknown key; did you mean 'epochs'?"),
    "duplicate": ("variants:\n  - {l2: 1e-3}\n  - {l1: 1}\n  - {l2: [2, 0.001]}\n", 4,
                  "variants[2]: repeats variants[0] (l2=0.001); keep one"),
    "duplicate within a product": ("variants:\n  - {l2: [1, 1.0]}\n", 2,
                                   "variants[0]: repeats variants[0] (l2=1); keep one"),
    "duplicate of the baseline": ("variants:\n  - {}\n  - {l2: 0}\n", 3,
                                  "variants[1]: repeats variants[0] (baseline); keep one"),
    "duplicate through a setting": ("settings: {epochs: 5}\nvariants:\n  - {}\n  - {epochs: 5}\n", 4,
                                    "variants[1]: repeats variants[0] (baseline); keep one"),
    "rate": ("variants:\n  - l2: 0.1\n    dropout_rate: [0.5, 1.0]\n", 3,
             "variants[0].dropout_rate: expected less than 1, received 1.0"),
    "negative": ("variants:\n  - {}\n  - {l1: -0.1}\n", 3,
                 "variants[1].l1: expected greater than or equal to 0, received -0.1"),
    "text": ("variants:\n  - {l1: abc}\n", 2,
             "variants[0].l1: expected a valid number, unable to parse string as a number, received 'abc'"),
    "nothing": ("variants:\n  - {l1: }\n", 2, "variants[0].l1: expected a valid number, received None"),
    "yes": ("variants:\n  - {dropout_rate: yes}\n", 2, "variants[0].dropout_rate: expected a number, received True"),
    "infinite": ("variants:\n  - {max_norm: .inf}\n", 2,
                 "variants[0].max_norm: expected a finite number, received inf"),
    "empty axis": ("variants:\n  - {}\n  - {l1: []}\n", 3,
                   "variants[1].l1: expected at least one value, received an empty list"),
    "list in a list": ("variants:\n  - {l1: [[1]]}\n", 2, "variants[0].l1: expected a valid number, received [1]"),
    "choice": ("variants:\n  - {dropout_rate: 0.1, dropout_placement: last}\n", 2,
               "variants[0].dropout_placement: expected 'all', 'hidden', 'last_hidden' or 'width', received 'last'"),
    "without effect": ("variants:\n  - {dropout_placement: hidden}\n", 2,
                       "variants[0].dropout_placement: has no effect without dropout_rate; set dropout_rate or drop "
                       "dropout_placement"),
    "two penalties": ("variants:\n  - {l1: 0.1, kernel_regularizer: 'python:a:b'}\n", 2,
                      "variants[0]: l1=0.1+kernel_regularizer=a:b: a kernel holds one penalty, two are asked for; "
                      "keep one"),
    "not a mapping": ("variants:\n  - l2\n", 2,
                      "variants[0]: expected a mapping such as {l2: 0.001}, received 'l2'"),
    "null entry": ("variants:\n  - {}\n  -\n", 3,
                   "variants[1]: expected a mapping such as {l2: 0.001}, received None"),
    "no variants": ("seeds: 3\n", 1, "variants: expected a list with at least one variant, received nothing"),
    "empty variants": ("seeds: 3\nvariants: []\n", 2,
                       "variants: expected a list with at least one variant, received []"),
    "variants as mapping": ("variants: {l2: 1}\n", 1,
                            "variants: expected a list with at least one variant, received {'l2': 1}"),
    "key twice": ("variants:\n  - l1: 1\n    l1: 2\n", 3,
                  "variants[0].l1: key 'l1' stands twice; YAML would silently keep the last"),
    "top key twice": ("seeds: 1\nvariants: [{}]\nseeds: 2\n", 3,
                      "seeds: key 'seeds' stands twice; YAML would silently keep the last"),
    "settings no mapping": ("settings: 0\nvariants: [{}]\n", 1, "settings: expected a mapping, received 0"),
    "settings value": ("settings:\n  learning_rate: 0\nvariants: [{}]\n", 2,
                       "settings.learning_rate: expected greater than 0, received 0"),
    "no seeds": ("variants: [{}]\nseeds: 0\n", 2,
                 "seeds: expected a number of seeds, a list of them or auto, received 0"),
    "seeds as text": ("variants: [{}]\nseeds: many\n", 2,
                      "seeds: expected a number of seeds, a list of them or auto, received 'many'"),
    "seeds as flag": ("variants: [{}]\nseeds: yes\n", 2,
                      "seeds: expected a number of seeds, a list of them or auto, received True"),
    "a seed for a number of seeds": ("variants: [{}]\nseeds: 20240101\n", 2,
                                     "seeds: expected at most 1000 seeds, received 20240101; one seed is [20240101]"),
    "negative seed": ("variants: [{}]\nseeds:\n  - 0\n  - -1\n", 4,
                      "seeds[1]: expected a whole number from 0, received -1"),
    "seed twice": ("variants: [{}]\nseeds:\n  - 1\n  - 2\n  - 1\n", 5, "seeds[2]: seed 1 stands twice; keep one"),
    "tab": ("variants:\n\t- {}\n", 2,
            "not valid YAML: while scanning for the next token, found character '\\t' that cannot start any token"),
    "unclosed": ("variants: [{l2: 1}\nseeds: 3\n", 2,
                 "not valid YAML: while parsing a flow sequence, expected ',' or ']', but got '<scalar>'"),
    "two documents": ("variants: [{}]\n---\na: 1\n", 2,
                      "not valid YAML: expected a single document in the stream, but found another document"),
    "control character": ("variants:\n  - {}\x00\n", 2, "not valid YAML: special characters are not allowed"),
    "undefined anchor": ("variants: [*b]\n", 1, "not valid YAML: found undefined alias 'b'"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "line", "message"), BAD.values(), ids=list(BAD))
def test_bad_files(text, line, message, read):
    """Every mistake is one line: file, line number, place, what was expected, what was received."""
    with pytest.raises(GridError) as caught:
        read(text)
    assert str(caught.value) == f"{read.path}:{line}: {message}"


def test_files_that_cannot_be_read(read, tmp_path):
    """A missing file, other bytes than UTF-8, an impossible date and a loop are one line too."""
    with pytest.raises(GridError, match=r"no file at /.*absent.yaml; expected a YAML file such as grids/core.yaml"):
        Grid.from_yaml(tmp_path / "absent.yaml")
    read.path.write_bytes(b"variants: [{l2: \xff}]")
    with pytest.raises(GridError, match="expected UTF-8 text, received other bytes"):
        Grid.from_yaml(read.path)
    with pytest.raises(GridError, match=r"not valid YAML: month must be in 1\.\.12"):
        read("settings: {dataset: 2025-13-01}")
    with pytest.raises(GridError, match="an anchor contains itself"):
        read("variants: &a [*a]\n")


def test_a_grid_made_in_code_is_checked_too():
    """Empty and repeated variants and seeds are refused without a file."""
    assert Grid([Variant(), Variant(l2=0.1)], seeds=[1]).trials == ((Variant(), 1), (Variant(l2=0.1), 1))
    for arguments, message in [
        (([],), "variants: expected at least one variant, received none"),
        (([Variant()], []), "seeds: expected at least one seed, received none"),
        (([Variant(l2=0.1), Variant(l2=0.1)],), "variants: 'l2=0.1' stands twice; keep one"),
        (([Variant()], [3, 3]), "seeds: 3 stands twice; keep one"),
    ]:
        with pytest.raises(GridError) as caught:
            Grid(*arguments)
        assert str(caught.value) == message


def test_article_grid():
    """The article's techniques on fashion_mnist: the baseline and at most 18 variants, each technique at least once."""
    grid = Grid.from_yaml(GRIDS / "article.yaml")
    assert len(grid.variants) <= 18
    assert grid.variants[0] == Variant()
    assert (grid.settings.dataset, grid.seeds) == ("fashion_mnist", (0, 1, 2, 3, 4))
    techniques = {r.name for variant in grid.variants for r in variant.active()}
    assert techniques == {"l1", "l2", "l1_l2", "batch_norm", "dropout", "max_norm"}


def test_core_grid():
    """Exactly baseline, l2, dropout, max-norm and dropout with max-norm, over five seeds."""
    grid = Grid.from_yaml(GRIDS / "core.yaml")
    techniques = [tuple(r.name for r in variant.active()) for variant in grid.variants]
    assert techniques == [(), ("l2",), ("dropout",), ("max_norm",), ("dropout", "max_norm")]
    assert len(grid.seeds) == 5


def test_search_grid():
    """Twenty variants on fashion_mnist whose seeds are spent where they decide: 60 of 100 trials explore them."""
    grid = Grid.from_yaml(GRIDS / "search.yaml")
    assert grid.variants[0] == Variant()
    assert (len(grid.variants), len(grid.trials), grid.budget) == (20, 60, SeedBudget(3, 100))


@pytest.mark.parametrize(
    ("text", "budget"),
    [("auto", SeedBudget()), ("{}", SeedBudget()), ("{start: 4}", SeedBudget(4)), ("{minutes: 5}", SeedBudget(3, None, 5)),
     ("{start: 2, trials: 9}", SeedBudget(2, 9))],
)  # fmt: skip
def test_seeds_may_be_a_budget(tmp_path, text, budget):
    """Every variant has those that it starts with; written, it reads back as it was."""
    path = tmp_path / "grid.yaml"
    path.write_text(f"variants: [{{}}, {{l2: 0.1}}, {{l2: 0.2}}]\nseeds: {text}\n")
    grid = Grid.from_yaml(path)
    assert (grid.budget, grid.seeds) == (budget, tuple(range(budget.start)))
    assert len(grid.trials) == 3 * budget.start
    path.write_text(grid.to_yaml())
    assert Grid.from_yaml(path) == grid


@pytest.mark.parametrize(
    ("text", "problem"),
    [("{begin: 3}", "unknown key 'begin'; expected start, trials, minutes"),
     ("{start: 1}", "start: expected a whole number from 2 to 100, received 1"),
     ("{trials: 8}", "expected at least 9 trials, which 3 variants take to start with, received 8; give more, or start with "
      "fewer seeds")],
)  # fmt: skip
def test_a_budget_that_cannot_be_is_refused_with_its_line(tmp_path, text, problem):
    """In one line."""
    path = tmp_path / "grid.yaml"
    path.write_text(f"variants: [{{}}, {{l2: 0.1}}, {{l2: 0.2}}]\nseeds: {text}\n")
    with pytest.raises(GridError) as error:
        Grid.from_yaml(path)
    assert str(error.value) == f"{path}:2: seeds: {problem}"


def test_training_size_grid():
    """Baseline, l2 and dropout, each at four sizes of the training set and, without the key, at all of it."""
    grid = Grid.from_yaml(GRIDS / "training_size.yaml")
    found = {}
    for variant in grid.variants:
        found.setdefault(tuple(r.name for r in variant.active()), []).append(variant.overrides.get("train_size"))
    assert found == {key: [None, 1000, 3000, 10000, 30000] for key in ((), ("l2",), ("dropout",))}
    assert (grid.settings.dataset, grid.settings.train_size) == ("fashion_mnist", 0)


def test_the_size_of_the_training_set_is_an_axis(tmp_path):
    """A list of sizes is a variant each, named by its size, that changes nothing else of the settings."""
    path = tmp_path / "grid.yaml"
    path.write_text("settings: {epochs: 3}\nvariants: [{}, {l2: 0.1, train_size: [500, 1000]}]\n")
    grid = Grid.from_yaml(path)
    assert [variant.label for variant in grid.variants] == [
        "baseline",
        "l2=0.1+train_size=500",
        "l2=0.1+train_size=1000",
    ]
    assert grid.variants[1].settings(grid.settings) == Settings(epochs=3, train_size=500)
    assert Variant.from_params(grid.variants[1].to_params()) == grid.variants[1]
    path.write_text("variants:\n  - {}\n  - {train_size: [500, -1]}\n")
    with pytest.raises(
        GridError, match=r":3: variants\[1\]\.train_size: expected greater than or equal to 0, received -1"
    ):
        Grid.from_yaml(path)
    path.write_text("settings: {train_size: 500}\nvariants:\n  - {}\n  - {train_size: [500, 600]}\n")
    with pytest.raises(GridError, match=r"repeats variants\[0\]"):
        Grid.from_yaml(path)


def test_quick_grid():
    """The demo: few noisy digits, every technique of the article, and no note on its dropout rates."""
    grid = Grid.from_yaml(GRIDS / "quick.yaml")
    assert (grid.settings.dataset, grid.settings.train_size, grid.settings.label_noise) == ("digits", 500, 0.2)
    techniques = {r.name for variant in grid.variants for r in variant.active()}
    assert techniques == {"l1", "l2", "l1_l2", "batch_norm", "dropout", "max_norm"}
    assert [variant.notes(frozenset({"dense"})) for variant in grid.variants] == [()] * len(grid.variants)


@pytest.mark.parametrize("path", sorted(GRIDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_labels_of_shipped_grids_are_unique(path):
    """Every row of a chart has its own name."""
    labels = [variant.label for variant in Grid.from_yaml(path).variants]
    assert len(labels) == len(set(labels))


# ---- written back ---------------------------------------------------------------------------------------------
def rates(most: float = 1.0):
    return st.sampled_from([1e-05, 0.1 + 0.2, 5e-324, 0.5]) | st.floats(0, most, exclude_max=True)


REGULARIZATION = {
    "l1": st.sampled_from([1e-05, 0.1 + 0.2, 1e22]) | st.floats(0, 1e6),
    "l2": rates(), "batch_norm": st.integers(0, 1), "dropout_rate": rates(), "max_norm": st.floats(0, 100),
    "label_smoothing": rates(), "early_stopping": st.integers(0, 50),
    "dropout_placement": st.sampled_from(["all", "hidden", "last_hidden", "width"]), "max_norm_bias": st.integers(0, 1),
    "kernel_constraint": st.just("python:package.module:function"),
}  # fmt: skip
OWN_SETTINGS = {
    "train_size": st.integers(0, 10_000), "hidden_widths": st.sampled_from(["", "10", "100-50", "777"]),
    "optimizer": st.sampled_from(["adam", "sgd"]), "learning_rate": st.floats(1e-12, 10), "epochs": st.integers(1, 99),
    "learning_rate_schedule": st.sampled_from(["cosine", "constant"]),
    "architecture": st.sampled_from(["mlp", "null", "python:a:b"]),
}  # fmt: skip
SHARED = OWN_SETTINGS | {
    "dataset": st.sampled_from(
        ["digits", 'fashion_mnist:C:\\new "data"', "yes", "1e3", "~", "ü: [#", " padded ", "a\nb"]
    ),
    "label_noise": rates(),
    "split_seed": st.integers(0, 2**40),
}  # fmt: skip


@st.composite
def grids(draw) -> Grid:
    """Any settings, seeds and variants, companions without their regularizer left out."""
    shared = Settings(**draw(st.fixed_dictionaries({}, optional=SHARED)))
    entries = st.fixed_dictionaries({}, optional=REGULARIZATION | OWN_SETTINGS)
    variants = []
    for params in draw(st.lists(entries, min_size=1, max_size=6)):
        if not params.get("dropout_rate") or "kernel_constraint" in params:
            params.pop("dropout_placement", None)
        if "kernel_constraint" in params:
            params.pop("max_norm", None)
        if not params.get("max_norm"):
            params.pop("max_norm_bias", None)
        variants.append(Variant(**params))
    seeds = draw(st.lists(st.integers(0, 2**40), min_size=1, max_size=8, unique=True))
    references = variants[len(variants) - draw(st.integers(0, len(variants) - 1)) :]
    primary = draw(st.sampled_from(["auto", "accuracy", "balanced_accuracy", "negative_log_likelihood"]))
    try:
        return Grid(tuple(variants), tuple(seeds), shared, tuple(references), primary)
    except GridError:  # a variant twice
        reject()


@settings(deadline=None)
@given(grids())
def test_any_grid_is_read_back_as_it_was(tmp_path_factory, grid):
    """Settings, seeds in their order and variants with every digit of every number."""
    path = tmp_path_factory.mktemp("grids", numbered=True) / "grid.yaml"
    path.write_text(grid.to_yaml(), encoding="utf-8")
    assert Grid.from_yaml(path) == grid


@pytest.mark.parametrize("path", sorted(GRIDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_grids_are_read_back_as_they_were(path, read):
    """The grid that a sweep stores is the grid it was started with, and storing that one changes nothing more."""
    grid = Grid.from_yaml(path)
    again = read(grid.to_yaml())
    assert again == grid
    assert again.to_yaml() == grid.to_yaml()


@pytest.mark.parametrize(("text", "message"), [
    ("primary: f1\n", ":2: primary: expected auto or one of accuracy, balanced_accuracy, negative_log_likelihood, received 'f1'"),
    ("primary: [accuracy]\n", r":2: primary: expected auto or one of .*, received \['accuracy'\]"),
    ("references: [{}]\n", ":2: references: baseline stands among the variants already; keep one"),
    ("references:\n  - {l2: 0.1}\n  - {l2: -1}\n", r":4: references\[1\]\.l2: expected greater than or equal to 0, received -1"),
])  # fmt: skip
def test_what_is_judged_and_measured_by_is_checked(read, text, message):
    """With its line, as the variants are."""
    with pytest.raises(GridError, match=message):
        read("variants: [{}]\n" + text)


def test_a_grid_made_in_code_is_judged_by_a_measure_there_is():
    """Refused before anything is trained."""
    with pytest.raises(GridError, match=r"primary: expected auto or one of accuracy, .*, received 'f1'"):
        Grid((Variant(),), primary="f1")


def test_a_grid_is_written_a_variant_a_line():
    """Settings that are not the defaults, every seed, and of each variant only what it changes: YAML's own numbers."""
    grid = Grid(
        (
            Variant(),
            Variant(l1=1e-05, dropout_rate=0.1 + 0.2),
            Variant(hidden_widths="10", train_size=500, optimizer="sgd"),
        ),
        seeds=(7, 3),
        settings=Settings(dataset="fashion_mnist", epochs=3),
    )
    assert grid.to_yaml() == (
        "settings: {dataset: fashion_mnist, epochs: 3}\n"
        "seeds: [7, 3]\n"
        "variants:\n"
        "  - {}\n"
        "  - {l1: 1.0e-05, dropout_rate: 0.30000000000000004}\n"
        "  - {train_size: 500, hidden_widths: '10', optimizer: sgd}\n"
    )
    assert Grid((Variant(),), (0,)).to_yaml() == "settings: {}\nseeds: [0]\nvariants:\n  - {}\n"


def test_more_seeds_than_a_line_holds_are_read_back(read):
    """A long list goes over several lines of the file and is the same list."""
    grid = Grid((Variant(), Variant(l2=0.1)), seeds=tuple(range(0, 12_000, 4)))
    assert read(grid.to_yaml()) == grid


# ---- splits ---------------------------------------------------------------------------------------------------
def test_splits_come_with_two_seeds_unless_seeds_are_given(read):
    """`splits: 7` has seeds 0 and 1; seeds in the file stand; both are written back."""
    grid = read("variants: [{}, {l2: 0.1}]\nsplits: 7\n")
    assert (grid.splits, grid.seeds) == (7, (0, 1))
    assert read("variants: [{}]\nsplits: 7\nseeds: 3\n").seeds == (0, 1, 2)
    assert read("variants: [{}]\n").splits == 1
    assert read(grid.to_yaml()) == grid


def test_a_further_split_has_its_own_split_seed_and_fresh_seeds():
    """The third of three splits follows the split seed by two; no seed stands in two splits, references in the first alone."""
    reference = Variant(hidden_widths="400-400")
    grid = Grid((Variant(), Variant(l2=0.1), reference), (0, 1), Settings(split_seed=5), (reference,), splits=3)
    splits = [grid, grid.resplit(1), grid.resplit(2)]
    assert [split.settings.split_seed for split in splits] == [5, 6, 7]
    seeds = [{seed for _, seed in split.trials} for split in splits]
    assert len(set.union(*seeds)) == sum(map(len, seeds))
    assert splits[2].variants == (Variant(), Variant(l2=0.1))
    assert (splits[2].splits, splits[2].references) == (1, ())


def test_folds_are_written_back_and_each_has_fresh_seeds(read):
    """`cv: 5` has the folds 1/5 to 5/5 of one split seed, seeds that no fold shares, and stands in the file as it was given."""
    grid = read("settings: {split_seed: 3}\nvariants: [{}, {l2: 0.1}]\ncv: 5\n")
    assert read(grid.to_yaml()) == grid
    assert "cv: 5\n" in grid.to_yaml()
    assert "fold" not in grid.to_yaml()
    folds = [grid, *(grid.resplit(i) for i in range(1, 5))]
    assert [(fold.settings.fold, fold.settings.split_seed) for fold in folds] == [(f"{i}/5", 3) for i in range(1, 6)]
    assert len({seed for fold in folds for _, seed in fold.trials}) == 10


@pytest.mark.parametrize(("text", "message"), [
    ("cv: 1\n", ":2: cv: expected 2 or a number of folds up to 100, received 1"),
    ("cv: 5\nsplits: 7\n", "cv: expected one of splits and cv, received both"),
    ("cv: 5\nseeds: auto\n", ":2: cv: expected none beside seeds: auto"),
    ("cv: 5\nsettings: {fold: 2/5}\n", "cv: expected none beside fold"),
    ("settings: {fold: 7/5}\n", "expected a fold such as 2/5"),
    ("splits: 0\n", ":2: splits: expected 1 \\(off\\) or a number of splits up to 100, received 0"),
    ("splits: 101\n", "received 101"),
    ("splits: yes\n", "received True"),
    ("splits: some\n", "received 'some'"),
    ("splits: 7\nseeds: auto\n", ":2: splits: expected none beside seeds: auto"),
])  # fmt: skip
def test_splits_that_cannot_be_are_refused_with_their_line(read, text, message):
    """None, too many, a word, and beside seeds that are spent on one split."""
    with pytest.raises(GridError, match=message):
        read("variants: [{}]\n" + text)
