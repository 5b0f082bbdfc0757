"""Errors begin with the path and class of the module that they come from, whatever the layer."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import AutogradError, DTypeError, OperandError, ShapeError
from tests.nn.export.layers_to_export import EXPORTED, REFUSED, Through

CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict, nn.ParameterList, nn.ParameterDict, nn.Identity)
HELD = (nn.TransformerEncoder, nn.TransformerDecoder, nn.TransformerEncoderLayer, nn.TransformerDecoderLayer)


def one_of_each_class():
    """A fresh layer, in training mode, of every class that has a forward pass of its own."""
    cases = [*(layer for family in EXPORTED.values() for layer, _ in family), *(case[0] for case in REFUSED)]
    layers = [copy.deepcopy(layer.layer if isinstance(layer, Through) else layer).train() for layer in cases]
    found = {type(layer).__name__: layer for layer in layers if not isinstance(layer, (*CONTAINERS, *HELD))}
    return list(found.items())


class Model(nn.Module):
    """A layer two floors below the root."""

    def __init__(self, layer):
        super().__init__()
        self.encoder = nn.Sequential()
        self.encoder.add_module("layer", layer)

    def forward(self, *inputs):
        return self.encoder.layer(*inputs)


def required(layer):
    code = layer.forward.__func__.__code__
    optional = len(layer.forward.__func__.__defaults__ or ())
    return max(1, code.co_argcount - 1 - optional)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "layer"), one_of_each_class(), ids=lambda value: value if type(value) is str else "")
def test_what_is_no_tensor_is_refused_with_the_layers_name(name, layer):
    kind = DTypeError if name in ("Embedding", "EmbeddingBag") else OperandError
    with pytest.raises(kind) as found:
        Model(layer)(*[[1.0, "a"]] * required(layer))
    assert str(found.value).startswith(f"encoder.layer ({name}): ")


@pytest.mark.filterwarnings("ignore")
def test_wrong_shapes_are_refused_with_the_layers_name():
    refused = set()
    for name, layer in one_of_each_class():
        for shape in ((), (2,), (0,), (2, 3, 4, 5, 6, 7)):
            try:
                Model(layer)(*[ag.zeros(shape)] * required(layer))
            except AutogradError as error:
                now = type(layer).__name__  # a lazy layer has become another one
                assert str(error).startswith(f"encoder.layer ({now}): "), str(error)
                assert not str(error).startswith(f"encoder.layer ({now}): {now}: "), str(error)
                refused.add(name)
    assert len(refused) > 90


def test_a_recurrent_layer_as_an_example():
    model = nn.Sequential(nn.Identity(), nn.Sequential(nn.LSTM(3, 4)))
    with pytest.raises(ShapeError, match=r"^1\.0 \(LSTM\): expected an input with 3 features .*\(5, 2, 7\)"):
        model(ag.zeros(5, 2, 7))


def test_the_root_has_no_path_but_its_class():
    with pytest.raises(ShapeError, match=r"^LSTM: expected an input with 3 features"):
        nn.LSTM(3, 4)(ag.zeros(5, 2, 7))
    with pytest.raises(ShapeError, match=r"^Linear: linear: expected 3 features"):
        nn.Linear(3, 4)(ag.zeros(5))


def test_the_innermost_module_is_named_by_its_place_in_the_outermost_that_holds_it():
    hidden = [nn.Sequential(nn.Linear(2, 3))]  # a list, of which no module knows

    class Outer(nn.Module):
        def forward(self, x):
            return hidden[0](x)

    with pytest.raises(ShapeError, match=r"^0 \(Linear\): linear"):
        nn.Sequential(Outer())(ag.zeros(2, 5))


def test_errors_travel_between_processes():
    model = nn.Sequential(nn.Linear(2, 3))
    model[0].unpicklable = lambda x: x
    with pytest.raises(ShapeError) as found:
        model(ag.zeros(2, 5))
    again = pickle.loads(pickle.dumps(found.value))
    assert type(again) is ShapeError and str(again) == str(found.value)


def test_a_module_of_the_users_own_is_named_too():
    class Product(nn.Module):
        def forward(self, x):
            return x @ x

    with pytest.raises(ShapeError, match=r"^1 \(Product\): matmul: "):
        nn.Sequential(nn.Identity(), Product())(ag.zeros(2, 5))


def test_mistakes_in_the_users_own_code_stay_as_they_are():
    class Wrong(nn.Module):
        def forward(self, x):
            return x.no_such_thing

    for given in ([1.0], ag.zeros(2)):
        with pytest.raises(AttributeError, match="no_such_thing") as found:
            nn.Sequential(Wrong())(given)
        assert not isinstance(found.value, AutogradError)
    with pytest.raises(TypeError, match="missing 1 required positional argument") as found:
        nn.MSELoss()(ag.zeros(2))
    assert not isinstance(found.value, AutogradError)


def test_the_argument_is_named():
    with pytest.raises(OperandError, match=r"^0 \(Linear\): expected a Tensor as input, got list. .*autograd\.tensor"):
        nn.Sequential(nn.Linear(2, 3))([[1.0, 2.0]])
    with pytest.raises(OperandError, match="^GLU: expected a Tensor as input, got ndarray"):
        nn.GLU(1)(np.zeros(2, np.float32))
    with pytest.raises(OperandError, match="^MSELoss: expected a Tensor as target, got list"):
        nn.MSELoss()(ag.zeros(2), [1.0, 2.0])
    with pytest.raises(OperandError, match=r"^1 \(Linear\): expected a Tensor as input, got a tuple of 2\. Pass one"):
        nn.Sequential(nn.LSTM(2, 3), nn.Linear(3, 1))(ag.zeros(5, 2, 2))
    with pytest.raises(ShapeError, match=r"^TopKPooling: expected features of nodes \(N, 3\), got shape \(4, 1\)"):
        nn.TopKPooling(3)(ag.zeros(4, 1), ag.ones(4, 4))
