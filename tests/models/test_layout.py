"""Layout by hand: which layers of the zoo carry kernels, what they read, which of them feed an output."""

import keras
import pytest

from regtrack.errors import ModelError
from regtrack.models import read_layout
from regtrack.models.layout import INPUT, as_functional, calls

L = keras.layers

# model: (kinds of its hidden layers, of its output layers), in the order data meets them
EXPECTED = {
    "linear": ([], ["dense"]),
    "sequential": (["dense", "dense"], ["dense"]),
    "functional": (["dense", "dense"], ["dense"]),
    "residual": (["dense", "dense"], ["dense"]),
    "conv_bn": (["conv"], ["dense"]),
    "conv1d": (["conv"], ["dense"]),
    "odd_convs": (["conv", "conv", "conv"], ["dense"]),
    "recurrent": (["recurrent", "recurrent"], ["dense"]),
    "bidirectional": (["recurrent", "recurrent"], ["dense"]),
    "with_states": (["recurrent", "recurrent"], ["dense"]),
    "towers": (["dense", "dense"], ["dense"]),
    "shared_layer": (["dense", "dense"], ["dense"]),
    "nested": (["dense", "dense"], ["dense"]),
    "activations": (["dense"], ["dense"]),
    "attention": (["dense", "dense", "dense"], ["dense"]),
    "two_outputs": (["dense", "dense"], ["dense", "dense"]),
    "embedding": (["dense"], ["dense"]),
    "normalized": (["dense"], ["dense"]),
    "frozen": (["dense", "dense"], ["dense"]),
    "selu": (["dense", "dense"], ["dense"]),
}
ACTIVATIONS = {
    "functional": ["relu", "tanh", "softmax"],
    "conv_bn": ["relu", "softmax"],  # behind batch normalization
    "conv1d": ["prelu", "linear"],
    "odd_convs": ["relu", "linear", "linear", "linear"],
    "bidirectional": ["tanh", "tanh", "linear"],
    "nested": ["relu", "relu", "softmax"],  # in a nested model, in a layer behind one
    "activations": ["relu", "softmax"],
    "selu": ["selu", "selu", "softmax"],
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_activation_that_the_next_layer_reads(name, zoo):
    """A layer's own, or that of the layer behind it, whatever stands between; linear for none."""
    assert [site.activation for site in read_layout(zoo.models[name]()).sites] == ACTIVATIONS[name]


def test_hidden_and_output_layers(model, zoo_name):
    """Each layer with kernels is found once, and those that feed an output are told from the hidden ones."""
    layout = read_layout(model)
    hidden, output = EXPECTED[zoo_name]
    assert [site.kind for site in layout.hidden] == hidden
    assert [site.kind for site in layout.output] == output
    assert len({id(site.layer) for site in layout.sites}) == len(layout.sites)
    assert layout.kinds == frozenset(hidden + output)


def test_what_a_layer_reads():
    """A residual block: the joined layer reads both branches, the first reads the input."""
    inputs = keras.Input((4,))
    a = L.Dense(4, name="a")(inputs)
    b = L.Dense(4, name="b")(a)
    model = keras.Model(inputs, L.Dense(3, name="c")(L.Activation("relu")(L.Add()([a, b, inputs]))))
    reads = {
        site.layer.name: {s if s is INPUT else s.layer.name for s in site.upstream} for site in read_layout(model).sites
    }
    assert reads == {"a": {INPUT}, "b": {"a"}, "c": {"a", "b", INPUT}}


def test_shared_layers_collect_their_calls():
    """A layer called twice is one site with two calls, inside a shared encoder too."""
    shared = L.Dense(4)
    read = keras.Input((3,))
    encoder = keras.Model(read, shared(read))
    left, right = keras.Input((3,)), keras.Input((3,))
    model = keras.Model([left, right], L.Dense(2)(L.Add()([encoder(left), encoder(right)])))
    assert [len(site.nodes) for site in read_layout(model).sites] == [2, 1]


def test_a_shared_output_layer_is_an_output():
    """One head called on two branches feeds both outputs, and is not hidden for being shared."""
    head, left, right = L.Dense(2, name="head"), keras.Input((4,)), keras.Input((4,))
    model = keras.Model([left, right], [head(L.Dense(3)(left)), head(L.Dense(3)(right))])
    assert [site.layer.name for site in read_layout(model).output] == ["head"]


def test_an_output_that_feeds_another_is_an_output():
    """Two heads in a chain are both outputs: neither is hidden."""
    inputs = keras.Input((4,))
    first = L.Dense(3, name="first")(inputs)
    model = keras.Model(inputs, [first, L.Dense(2, name="second")(first)])
    assert [site.layer.name for site in read_layout(model).output] == ["first", "second"]


def test_calls_of_other_graphs_are_not_followed():
    """Layers reused in a second model do not bring the first model's calls along."""
    inputs = keras.Input((4,))
    hidden = L.Dense(3, name="hidden")(inputs)
    keras.Model(inputs, L.Dense(2)(hidden))
    part = keras.Model(inputs, hidden)
    assert [site.layer.name for site in read_layout(part).output] == ["hidden"]
    assert len(list(calls(part))) == 2


class Subclassed(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(3)

    def call(self, x):
        return self.dense(x)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: keras.Sequential([L.Dense(3)]), "is not built; start it with keras.Input"),
        (lambda: Subclassed(), "is a subclassed model whose layers cannot be seen"),
        (lambda: keras.Sequential([keras.Input((4,)), L.Flatten()]), "has no layer with a kernel"),
        (lambda: L.Dense(3), "expected a Keras model, received Dense"),
        (lambda: None, "expected a Keras model, received NoneType"),
    ],
)
def test_a_model_that_cannot_be_read_is_refused(make, message):
    """An unbuilt, subclassed or empty model is a ModelError that says what to do."""
    with pytest.raises(ModelError, match=message):
        read_layout(make())


def test_a_nested_subclassed_model_is_refused():
    """A model whose inside cannot be seen is refused wherever it stands."""
    inputs = keras.Input((4,))
    model = keras.Model(inputs, L.Dense(2)(Subclassed()(inputs)))
    with pytest.raises(ModelError, match="subclassed"):
        read_layout(model)


def test_as_functional_shares_the_layers_of_a_sequential():
    """Same layers, no copy: what is set on one is set on the other."""
    model = keras.Sequential([keras.Input((4,)), L.Dense(3)])
    assert as_functional(model).layers[-1] is model.layers[-1]
