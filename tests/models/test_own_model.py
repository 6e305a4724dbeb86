"""A person's own model, by function or by file: what comes in is trained as a shipped one is, or refused in one line."""

import hashlib
import json
import os
import random
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from regtrack.errors import ModelError, VariantError
from regtrack.models import build_model, regularize
from regtrack.models.existing import find_existing
from regtrack.models.network import network_named
from regtrack.models.prepare import prepared
from regtrack.models.probe import probe_model
from regtrack.models.room import make_room
from regtrack.models.starting import reinitialized
from regtrack.variants import Variant

L = keras.layers


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The current directory of a person: what they write there is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(tmp_path):
            del sys.modules[name]


def write(folder, code, name="mine"):
    path = folder / f"{name}.py"
    path.write_text(f"import keras\nfrom keras import layers as L\n{code}")


DENSE = """
def build(input_shape, n_classes):
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, L.Dense(n_classes)(L.Dense(4, activation="relu")(L.Flatten()(inputs))), name="own")
"""


def saved(folder, build, name="saved.keras"):
    keras.utils.set_random_seed(11)
    model = build((8, 8), 10)
    model.save(folder / name)
    return model


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a.get_weights(), b.get_weights(), strict=True))


# ---- every model that people bring ------------------------------------------------------------------------------


def test_a_file_comes_back_with_weights_of_the_seed_or_its_own(own, here):
    """Same seed same weights, another seed others; keep_weights gives the file's bit by bit, whatever the seed; no
    random state of the caller is touched. A file with a layer of one's own is refused."""
    model = saved(here, own[0])
    if own[0].__name__ == "own_custom":
        with pytest.raises(ModelError, match=r"saved\.keras: holds Block of "):
            build_model("keras:saved.keras", (8, 8), 10, seed=5)
        return
    options = {"existing_regularization": "keep"}
    first, again, other = (build_model("keras:saved.keras", (8, 8), 10, seed=s, **options) for s in (5, 5, 6))
    assert same(first, again)
    assert not same(first, other)
    assert not same(first, model)
    state = random.getstate()
    kept = build_model("keras:saved.keras", (8, 8), 10, keep_weights=True, seed=6, **options)
    assert random.getstate() == state
    assert same(kept, model)
    assert [w.path.split("/")[-1] for w in kept.weights] == [w.path.split("/")[-1] for w in model.weights]
    assert [str(one) for one in find_existing(kept)] == list(own[1].has)


def test_every_own_model_is_regularized_against_a_baseline_without(own):
    """Batch norm, dropout and L2 take effect on each (regularize verifies it); a penalty of the same weights by numpy;
    the baseline has none."""
    build, known = own
    model = build((8, 8), 10)
    baseline = prepared(model, (8, 8), 10)
    assert find_existing(baseline) == []
    assert baseline.losses == []
    assert baseline.count_params() == known.parameters - known.gone
    np.testing.assert_allclose(np.sum(baseline(probe_model(model)), axis=1), 1, atol=1e-5)
    new = regularize(make_room(baseline, Variant(l2=0.1)), Variant(l2=0.1, dropout_rate=0.2))
    squares = [np.square(w.numpy()).sum() for w in new.weights if w.path.endswith("kernel") and w.trainable]
    assert sum(map(float, new.losses)) == pytest.approx(0.1 * sum(squares), rel=1e-5)


def test_every_own_model_learns(own):
    """One step of a real optimizer changes every trainable weight's layer and leaves outputs probabilities."""
    model = regularize(prepared(own[0]((8, 8), 10), (8, 8), 10), Variant(l1=1e-3, dropout_rate=0.2))
    before = model.get_weights()
    model.compile("sgd", loss="sparse_categorical_crossentropy", run_eagerly=True)
    model.train_on_batch(probe_model(model, rows=16), np.arange(16) % 10)
    assert any(not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    np.testing.assert_allclose(np.sum(model(probe_model(model)), axis=1), 1, atol=1e-5)


# ---- python:package.module:function -----------------------------------------------------------------------------


def test_a_function_of_the_current_directory_builds(here):
    """Its seed is the trial's: same seed same weights; logits get their softmax."""
    write(here, DENSE)
    first, again, other = (build_model("python:mine:build", (8, 8), 10, seed=seed) for seed in (1, 1, 2))
    assert first.count_params() == 65 * 4 + 50
    assert same(first, again)
    assert not same(first, other)
    assert isinstance(first.layers[-1], L.Softmax)


def test_a_function_that_wants_the_seed_gets_it(here):
    """A third parameter named seed; a package's module too."""
    (here / "package").mkdir()
    code = """
def build(shape, n, *, seed=None):
    bias = keras.initializers.Constant(seed)
    return keras.Sequential([keras.Input(shape), L.Dense(n, bias_initializer=bias, activation="softmax")])
"""
    write(here / "package", code, "models")
    model = build_model("python:package.models:build", (3,), 2, seed=7)
    np.testing.assert_array_equal(model.layers[-1].bias, [7, 7])


FUNCTIONS = {
    "no_such": ("", r"expected a function no_such in mine \(.*\), received no 'no_such' there; define it there"),
    "bild": ("def build(a, b): pass", "received no 'bild' there; did you mean 'build'"),
    "one": ("def one(shape): pass", r"expected one\(input_shape, n_classes\) or one\(input_shape, n_classes, seed\), received one\(shape\)"),
    "many": ("def many(shape, n, width): pass", r"received many\(shape, n, width\)"),
    "number": ("number = 3", r"expected a function number in mine \(.*\), received int; wrap it"),
    "nothing": ("def nothing(shape, n): pass", "expected a Keras model, received NoneType; return keras.Model"),
    "layer": ("def layer(shape, n): return L.Dense(n)", "expected a Keras model, received Dense"),
    "fails": ("def fails(shape, n):\n    return 1 / 0", r"called with \(8, 8\), 10 it raised ZeroDivisionError: division by zero \(mine.py line 4\)"),
    "deep": ("def deep(shape, n):\n    return keras.Sequential([keras.Input(shape), L.Conv2D(3, 3)])", r"it raised ValueError: .*\(mine.py line 4\)"),
    "unbuilt": ("def unbuilt(shape, n): return keras.Sequential([L.Flatten(), L.Dense(n)])", "is not built; start it with keras.Input"),
    "subclassed": ("class M(keras.Model):\n    def call(self, x): return x\ndef subclassed(shape, n): return M()", "subclassed model whose layers cannot be seen"),
    "two_inputs": ("def two_inputs(shape, n):\n    a, b = keras.Input(shape, name='a'), keras.Input(shape, name='b')\n    return keras.Model([a, b], L.Dense(n)(L.Flatten()(a + b)))", r"expected one input, received 2 \(a, b\)"),
    "two_outputs": ("def two_outputs(shape, n):\n    a = keras.Input(shape)\n    x = L.Flatten()(a)\n    return keras.Model(a, [L.Dense(n)(x), L.Dense(2)(x)])", "expected one output, received 2"),
    "flat": ("def flat(shape, n): return keras.Sequential([keras.Input((64,)), L.Dense(n)])", r"expected input \(None, 8, 8\), one example of the data, received \(None, 64\); start it with keras.Input\(\(8, 8\)\), and a Reshape\(\(64,\)\)"),
    "text": ("def text(shape, n): return keras.Sequential([keras.Input(shape, dtype='bool'), L.Flatten(), L.Dense(n)])", "expected an input of float32 or whole numbers, received bool"),
    "batch": ("def batch(shape, n): return keras.Sequential([keras.Input(shape, batch_size=4), L.Flatten(), L.Dense(n)])", r"expected batches of any size, received an input of 4 examples; start it with keras.Input\(\(8, 8\)\), without batch_size"),
    "three": ("def three(shape, n): return keras.Sequential([keras.Input(shape), L.Flatten(), L.Dense(3)])", r"expected output \(None, 10\), one probability a class, received \(None, 3\); end it in Dense\(10"),
    "steps": ("def steps(shape, n): return keras.Sequential([keras.Input(shape), L.Dense(n)])", r"expected output \(None, 10\), .*received \(None, 8, 10\)"),
    "sigmoid": ("def sigmoid(shape, n): return keras.Sequential([keras.Input(shape), L.Flatten(), L.Dense(1, activation='sigmoid')])", "ends in a sigmoid, one unit for two classes"),
    "mixed": ("def mixed(shape, n): return keras.Sequential([keras.Input(shape), L.Flatten(), L.Dense(4, dtype='mixed_float16', name='half'), L.Dense(n)])", r"layer 'half' computes in float16 \(dtype policy mixed_float16\); expected float32"),
    "brain": ("def brain(shape, n): return keras.Sequential([keras.Input(shape), L.Flatten(), L.Dense(n, dtype='bfloat16')])", "computes in bfloat16"),
    "frozen": ("def frozen(shape, n):\n    m = keras.Sequential([keras.Input(shape), L.Flatten(), L.Dense(n)])\n    m.trainable = False\n    return m", "every layer is frozen, so there is nothing to train"),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_cannot_be_used_is_refused(name, here):
    """One line, naming the function or the layer, what was expected and what to do."""
    code, message = FUNCTIONS[name]
    write(here, code)
    with pytest.raises(ModelError, match=message) as caught:
        build_model(f"python:mine:{name}", (8, 8), 10, seed=0)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("structure", ["[a], [x]", "{'pixels': a}, {'classes': x}", "[a], {'classes': x}"])
def test_one_input_and_output_may_come_in_a_list_or_dict(structure, here):
    """One tensor is one tensor: what comes out is the plain model."""
    code = f"""
def build(shape, n):
    a = keras.Input(shape, name="pixels")
    x = L.Dense(n, activation="softmax")(L.Dropout(0.1)(L.Flatten()(a)))
    return keras.Model({structure})
"""
    write(here, code)
    model = regularize(build_model("python:mine:build", (8, 8), 10, seed=0), Variant(l2=0.1))
    assert tuple(model(np.ones((2, 8, 8), "float32")).shape) == (2, 10)
    assert len(model.losses) == 1


def test_a_module_that_cannot_be_imported_is_refused(here):
    """Missing, or failing by itself: its error in the line, and where was looked."""
    for spec, message in [
        ("python:missing:build", f"expected a module missing, received no module named missing in {here} or "),
        ("python:broken:build", "expected broken to be importable, received NameError: name 'x' is not defined; correct it"),
        ("python:mine", "expected python:package.module:function, received 'python:mine'"),
        ("python::build", "expected python:package.module:function"),
    ]:  # fmt: skip
        write(here, "y = x", "broken")
        with pytest.raises(ModelError, match=message):
            build_model(spec, (8, 8), 10, seed=0)


def test_settings_that_an_own_model_does_not_read_are_refused(here):
    """hidden_widths, keep_weights without a file, keep_weights of a shipped one: no parameter goes nowhere."""
    write(here, DENSE)
    for options, message in [
        ({"architecture": "python:mine:build", "hidden_widths": "5"}, "hidden_widths: has no effect on model python:mine:build, received '5'; leave it out"),
        ({"architecture": "python:mine:build", "keep_weights": True}, "keep_weights: needs a trained model, keras:file.keras, received model 'python:mine:build'"),
        ({"architecture": "mlp", "keep_weights": True}, "keep_weights: needs a trained model, keras:file.keras, received model 'mlp'"),
    ]:  # fmt: skip
        with pytest.raises(ModelError, match=message):
            build_model(options.pop("architecture"), (8, 8), 10, seed=0, **options)


# ---- keras:file.keras -------------------------------------------------------------------------------------------


def chain(*layers):
    return lambda shape, n: keras.Sequential([keras.Input(shape), L.Flatten(), *layers, L.Dense(n)])


def test_trainable_flags_and_statistics_are_the_file_s(here):
    """Frozen stays frozen, and Normalization keeps what it adapted to, with weights drawn anew."""
    scale, frozen = L.Normalization(name="scale"), L.Dense(3, name="frozen")
    scale.adapt(np.array([[1.0] * 64, [5.0] * 64]))
    model = chain(scale, frozen)((8, 8), 10)
    frozen.trainable = False
    model.save("saved.keras")
    new = build_model("keras:saved.keras", (8, 8), 10, seed=0)
    assert not new.get_layer("frozen").trainable
    assert len(new.trainable_weights) == 2
    np.testing.assert_allclose(new.get_layer("scale")(np.full((1, 64), 7.0)), 2.0)  # (7 - 3) / 2
    assert not np.array_equal(new.get_layer("frozen").kernel, frozen.kernel)


def test_an_initializer_s_own_seed_does_not_make_all_seeds_one():
    """A file whose layers were built with seeds of their own starts elsewhere at each seed, wrapped layers too."""
    own_seed = keras.initializers.GlorotUniform(seed=1)
    step = L.TimeDistributed(L.Dense(3, kernel_initializer=keras.initializers.HeNormal(seed=1)))
    model = keras.Sequential([keras.Input((4, 5)), step, L.Flatten(), L.Dense(2, kernel_initializer=own_seed)])
    first, again, other = (reinitialized(model, seed=seed) for seed in (1, 1, 2))
    assert same(first, again)
    for layer in (0, 2):
        assert not np.array_equal(first.layers[layer + 1].get_weights()[0], other.layers[layer + 1].get_weights()[0])


def test_a_file_is_loaded_once_and_again_when_it_changed(here, monkeypatch):
    """Loading costs; a changed file is another model."""
    loads, load = [], keras.saving.load_model
    monkeypatch.setattr(keras.saving, "load_model", lambda *a, **k: loads.append(a) or load(*a, **k))
    saved(here, chain(L.Dense(3)))
    assert [build_model("keras:saved.keras", (8, 8), 10, seed=s).count_params() for s in (0, 1)] == [65 * 3 + 40] * 2
    assert len(loads) == 1
    saved(here, chain(L.Dense(5)))
    assert build_model("keras:saved.keras", (8, 8), 10, seed=0).count_params() == 65 * 5 + 60
    assert len(loads) == 2


def test_what_was_trained_is_not_changed_by_building(here):
    """keep_weights hands out copies: training one leaves the next as the file is."""
    model = saved(here, chain(L.Dense(3)))
    first = build_model("keras:saved.keras", (8, 8), 10, keep_weights=True, seed=0)
    first.set_weights([weight + 1 for weight in first.get_weights()])
    assert same(build_model("keras:saved.keras", (8, 8), 10, keep_weights=True, seed=0), model)


def test_trained_batch_norm_cannot_be_taken_out(here):
    """Its weights mean something else without it: refused with the remedy, which works."""
    model = saved(here, chain(L.BatchNormalization(name="bn"), L.Dropout(0.5)))
    with pytest.raises(ModelError, match=r"bn is batch normalization, .* give existing_regularization=keep"):
        build_model("keras:saved.keras", (8, 8), 10, keep_weights=True, seed=0)
    kept = build_model("keras:saved.keras", (8, 8), 10, keep_weights=True, existing_regularization="keep", seed=0)
    assert same(kept, model)


def damage(path):
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("model.weights.h5")
    start = info.header_offset + 300
    data[start : start + 64] = b"x" * 64
    path.write_bytes(data)


def test_files_that_cannot_be_used_are_refused(here):
    """Each in one line with what to do; the absolute path where none is found."""
    saved(here, chain(L.Dense(3)))
    damaged = here / "damaged.keras"
    damaged.write_bytes((here / "saved.keras").read_bytes())
    damage(damaged)
    (here / "text.keras").write_text("not a model")
    (here / "cut.keras").write_bytes((here / "saved.keras").read_bytes()[:500])
    with zipfile.ZipFile("other.keras", "w") as archive:
        archive.writestr("readme.txt", "hello")
    (here / "weights.h5").touch()
    (here / "folder.keras").mkdir()
    (here / "model.pt").touch()
    chain(L.Lambda(lambda x: x, name="twist"))((8, 8), 10).save("lambda.keras")
    for name, message in {
        "keras:": "expected keras:path/to/model.keras, received 'keras:'",
        "keras:gone.keras": rf"no file at {here / 'gone.keras'}; expected what model.save\(\) wrote",
        "keras:weights.h5": r".h5 is Keras' old format; convert it once: keras.saving.load_model\('weights.h5', compile=False\).save\('weights.keras'\)",
        "keras:folder.keras": "expected a .keras file, received a folder",
        "keras:model.pt": "expected a .keras file, received a .pt",
        "keras:text.keras": "text.keras: no .keras file, or a damaged one .*not a zip file",
        "keras:cut.keras": "cut.keras: no .keras file, or a damaged one",
        "keras:damaged.keras": "damaged.keras: no .keras file, or a damaged one .*fails its checksum",
        "keras:other.keras": "config.json is missing",
        "keras:lambda.keras": r"lambda.keras: holds a Lambda \(twist\), which is code .* python:package.module:function",
    }.items():
        with pytest.raises(ModelError, match=message) as caught:
            build_model(name, (8, 8), 10, seed=0)
        assert "\n" not in str(caught.value), name


def test_a_class_of_one_s_own_in_a_file_is_refused_and_works_by_function(here):
    """Worker processes have not imported it: the class and its module are named, and the remedy holds."""
    code = """
@keras.saving.register_keras_serializable("people")
class Twice(L.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = L.Dense(3)
    def build(self, shape): self.inner.build(shape)
    def call(self, x): return self.inner(x) * 2

def build(shape, n):
    return keras.Sequential([keras.Input(shape), L.Flatten(), Twice(), L.Dense(n)])
"""
    write(here, code, "layers_of_mine")
    model = build_model("python:layers_of_mine:build", (8, 8), 10, seed=0)
    assert len(regularize(model, Variant(l2=0.1)).losses) == 2
    model.save("saved.keras")
    with pytest.raises(ModelError, match=r"saved.keras: holds Twice of module layers_of_mine, which a file alone"):
        build_model("keras:saved.keras", (8, 8), 10, seed=0)


def test_regtrack_s_own_penalties_load_from_a_file(here):
    """A model that regtrack stored with a person's penalty function comes back, and its penalty is found."""
    write(here, "def penal(kernel): return 0.5 * keras.ops.sum(kernel ** 2)", "penalties")
    sys.path.insert(0, str(here))
    regularize(chain(L.Dense(3, name="a"))((8, 8), 10), Variant(kernel_regularizer="python:penalties:penal")).save(
        "saved.keras"
    )
    model = build_model("keras:saved.keras", (8, 8), 10, existing_regularization="keep", seed=0)
    assert str(find_existing(model)[0]) == "a: CustomPenalty function=python:penalties:penal on kernel"
    assert find_existing(build_model("keras:saved.keras", (8, 8), 10, seed=0)) == []


# ---- identity ---------------------------------------------------------------------------------------------------


def digest(name):
    return network_named(name, input_shape=(8, 8), n_classes=10).digest


def test_a_digest_tells_two_models_of_one_name_apart(here):
    """The file's SHA-256; the function's content, which another body changes; nothing for a shipped one."""
    saved(here, chain(L.Dense(3)))
    assert digest("keras:saved.keras") == hashlib.sha256((here / "saved.keras").read_bytes()).hexdigest()
    assert digest("mlp") == ""
    digests = []
    for width in (4, 5):
        write(here, DENSE.replace("Dense(4", f"Dense({width}"), f"mine{width}")
        digests.append(digest(f"python:mine{width}:build"))
    assert digests[0] != digests[1]
    assert all(found.startswith("build@") for found in digests)
    with pytest.raises(ModelError, match="no file at"):
        digest("keras:gone.keras")


# ---- room for what a variant puts in its place ------------------------------------------------------------------


def test_dropout_that_is_kept_is_replaced_where_a_variant_puts_its_own():
    """Also behind a Flatten: one dropout acts on one activation, of the variant's rate; elsewhere it stays."""
    inputs = keras.Input((4, 4, 1))
    x = L.Dropout(0.5, name="stays")(L.MaxPooling2D()(L.Dropout(0.4, name="pooled")(L.Conv2D(2, 1)(inputs))))
    x = L.Flatten()(L.SpatialDropout2D(0.3, name="goes")(x))
    model = keras.Model(inputs, L.Dense(2)(x))
    new = regularize(make_room(model, Variant(dropout_rate=0.1)), Variant(dropout_rate=0.1))
    assert [layer.rate for layer in new.layers if hasattr(layer, "rate")] == [0.1, 0.4, 0.1]
    hidden = Variant(dropout_rate=0.1, dropout_placement="last_hidden")
    assert "goes" not in {layer.name for layer in make_room(model, hidden).layers}
    assert make_room(model, Variant(l2=0.1)) is model


def test_batch_norm_behind_batch_norm_is_refused():
    """Kept batch normalization, seen through an activation, and a variant that asks for it: two in a row are one."""
    layers = (L.Dense(3, name="hidden"), L.ReLU(), L.BatchNormalization(name="bn"))
    model = chain(*layers)((8, 8), 10)
    with pytest.raises(VariantError, match=r"batch_norm: layer 'hidden' has batch normalization already \('bn'\)"):
        make_room(model, Variant(batch_norm=1))
    assert make_room(model, Variant(dropout_rate=0.2)) is model


# ---- a file runs nothing ----------------------------------------------------------------------------------------


@pytest.fixture
def noisy(here, monkeypatch):
    """A module that leaves a file when it is imported, and whether it did."""
    monkeypatch.syspath_prepend(str(here))
    (here / "noisy.py").write_text(
        "open('ran', 'w').close()\nimport keras\ndef f(kernel): return keras.ops.sum(kernel)\n"
    )
    yield lambda: (here / "ran").exists()
    sys.modules.pop("noisy", None)


def file_with(here, place, **options):
    """A file whose Dense layer names noisy:f at `place`, as nobody could save it without importing it."""
    saved(here, chain(L.Dense(3, name="a")))
    name = "CustomConstraint" if place.endswith("constraint") else "CustomPenalty"
    own = {"module": "regtrack.models.custom", "class_name": name, "registered_name": f"regtrack>{name}",
           "config": {"function": "python:noisy:f"}}  # fmt: skip
    with zipfile.ZipFile(here / "saved.keras") as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    config = json.loads(parts["config.json"])
    dense = next(layer for layer in config["config"]["layers"] if layer["config"]["name"] == "a")
    dense["config"][place] = own
    parts["config.json"] = json.dumps(config)
    with zipfile.ZipFile(here / "saved.keras", "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


@pytest.mark.parametrize("place", ["kernel_regularizer", "kernel_constraint", "bias_regularizer"])
def test_a_function_that_a_file_names_is_not_imported(place, here, noisy):
    """Penalties and constraints are taken out as a file is read, without importing what they name; with
    existing_regularization=keep they stay, and are imported when they act."""
    file_with(here, place)
    model = build_model("keras:saved.keras", (8, 8), 10, seed=0)
    assert find_existing(model) == []
    kept = build_model("keras:saved.keras", (8, 8), 10, existing_regularization="keep", seed=0)
    assert "python:noisy:f" in str(find_existing(kept)[0])
    assert not noisy()
    if place.endswith("regularizer"):
        assert len(kept.losses) == 1
        assert noisy()


@pytest.mark.parametrize("place", ["activation", "activity_regularizer", "kernel_initializer"])
def test_a_function_where_loading_would_call_it_is_refused(place, here, noisy):
    """An activation, an activity's penalty and an initializer are called as a model is built: one line, nothing run."""
    file_with(here, place)
    for existing in ("remove", "keep"):
        with pytest.raises(
            ModelError, match=r"saved.keras: holds CustomPenalty of module regtrack.models.custom, which"
        ):
            build_model("keras:saved.keras", (8, 8), 10, existing_regularization=existing, seed=0)
    assert not noisy()


# ---- files of other versions and formats ------------------------------------------------------------------------


def test_the_old_format_is_named_with_its_keras_and_the_remedy_works(here):
    """HDF5 under its own name or under the new one: which Keras wrote it, and a line that makes a .keras file of it."""
    model = saved(here, chain(L.Dense(3, name="a")))
    model.compile("adam", "mse")
    model.save("old.h5")
    (here / "renamed.keras").write_bytes((here / "old.h5").read_bytes())
    by = f"written by Keras {keras.__version__}"
    with pytest.raises(ModelError, match=rf"old\.h5: .h5 is Keras' old format, {by}; convert it once: ") as caught:
        build_model("keras:old.h5", (8, 8), 10, seed=0)
    exec(str(caught.value).partition("convert it once: ")[2])
    assert same(build_model("keras:old.keras", (8, 8), 10, keep_weights=True, seed=0), model)
    with pytest.raises(
        ModelError, match=rf"is HDF5, Keras' old format, under the name of the new one, {by}; rename it"
    ):
        build_model("keras:renamed.keras", (8, 8), 10, seed=0)
    (here / "empty.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    with pytest.raises(ModelError, match="written by an unknown Keras"):
        build_model("keras:empty.h5", (8, 8), 10, seed=0)


@pytest.mark.parametrize(
    ("version", "remedy"),
    [
        ("2.15.0", r"it was written by Keras 2.15.0, whose .keras files Keras 3 does not read: there, save it as HDF5, "
                   r"model.save\('saved.h5'\), then convert that here: keras.saving.load_model\('saved.h5', compile=False\)"),
        ("3.99.0", r"it was written by Keras 3.99.0: write it again with this Keras: .*, or install keras==3.99.0"),
        ("", r"write it again with this Keras: model.save\('saved.keras'\)$"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_loaded_is_named_with_the_keras_that_wrote_it(version, remedy, here):
    """The same broken config, said to be of an older, of a newer and of no Keras."""
    saved(here, chain(L.Dense(3, name="a")))
    with zipfile.ZipFile(here / "saved.keras") as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    parts["metadata.json"] = json.dumps({"keras_version": version})
    parts["config.json"] = parts["config.json"].replace(b'"Dense"', b'"Denser"')
    with zipfile.ZipFile(here / "saved.keras", "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    with pytest.raises(
        ModelError, match=rf"saved.keras: cannot be loaded by Keras {keras.__version__} \(.*\); {remedy}"
    ) as caught:
        build_model("keras:saved.keras", (8, 8), 10, seed=0)
    assert "\n" not in str(caught.value)


def test_an_archive_that_unpacks_to_gigabytes_is_refused(here):
    """Its own directory says so; nothing of it is read."""
    saved(here, chain(L.Dense(3)))
    content = bytearray((here / "saved.keras").read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (3_000_000_000).to_bytes(4, "little")
    (here / "saved.keras").write_bytes(content)
    with pytest.raises(ModelError, match=r"no .keras file, or a damaged one .*3.0 GB to unpack"):
        build_model("keras:saved.keras", (8, 8), 10, seed=0)


def test_a_pipe_is_no_model_file(here):
    """A FIFO is refused and not waited for."""
    os.mkfifo(here / "pipe.keras")
    with pytest.raises(ModelError, match=r"expected a .keras file, received a pipe or device"):
        build_model("keras:pipe.keras", (8, 8), 10, seed=0)
