"""state_dict and load_state_dict."""

import pickle
from collections import OrderedDict

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import OperandError


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1, bias=False))
        self.register_buffer("mean", ag.zeros(2))
        self.register_buffer("scratch", ag.zeros(2), persistent=False)
        self.register_buffer("absent", None)
        self.scale = nn.Parameter(ag.tensor(1.0))


KEYS = ["scale", "mean", "body.0.weight", "body.0.bias", "body.2.weight"]


def values(module):
    return {name: tensor.numpy().copy() for name, tensor in module.state_dict().items()}


def test_keys_memory_and_metadata():
    net = Net()
    state = net.state_dict()
    assert isinstance(state, OrderedDict) and list(state) == KEYS
    assert list(state._metadata) == ["", "body", "body.0", "body.1", "body.2"]
    assert state._metadata[""] == {"version": 1}
    assert not state["scale"].requires_grad and type(state["scale"]) is ag.Tensor
    state["body.0.bias"].fill_(4)
    assert (net.body[0].bias.detach().numpy() == 4).all()
    assert net.state_dict(keep_vars=True)["scale"] is net.scale
    assert next(iter(net.state_dict(prefix="net."))) == "net.scale"
    given = {"other": 1}
    assert net.state_dict(destination=given) is given and "scale" in given
    assert list(pickle.loads(pickle.dumps(state))._metadata) == list(state._metadata)


def test_round_trip_copies():
    source, target = Net(), Net()
    weight = target.body[0].weight
    result = target.load_state_dict(source.state_dict())
    assert repr(result) == "<All keys matched successfully>" and result.missing_keys == []
    for name, value in values(source).items():
        np.testing.assert_array_equal(values(target)[name], value)
    assert target.body[0].weight is weight and weight.requires_grad
    source.state_dict()["scale"].fill_(9)
    assert target.scale.item() == 1


def test_arrays_dtypes_and_single_elements_are_taken():
    net = Net()
    state = {name: value.astype(np.float64) + 1 for name, value in values(net).items()}
    state["scale"] = state["scale"].reshape(1)
    net.load_state_dict(state)
    assert net.scale.item() == 2 and net.body[0].weight.dtype == ag.float32


def test_everything_wrong_is_reported_and_nothing_loaded():
    net = Net()
    before = values(net)
    state = {name: value + 1 for name, value in before.items()}
    del state["mean"], state["body.0.bias"]
    state |= {"body.9.weight": np.ones(1), "extra": np.ones(1), "body.0.weight": np.ones((3, 3)), "scale": "text"}
    with pytest.raises(RuntimeError) as caught:
        net.load_state_dict(state)
    assert str(caught.value) == (
        "Error(s) in loading state_dict for Net; nothing was loaded:\n"
        '\tMissing key(s) in state_dict: "mean", "body.0.bias".\n'
        '\tUnexpected key(s) in state_dict: "body.9.weight", "extra".\n'
        '\t"scale": expected a Tensor or an array of numbers, got str.\n'
        "\tsize mismatch for body.0.weight: the state_dict has shape (3, 3), the module has (3, 2)."
    )
    for name, value in before.items():
        np.testing.assert_array_equal(values(net)[name], value)


def test_not_strict():
    net = Net()
    result = net.load_state_dict({"scale": ag.tensor(5.0), "extra": ag.ones(1)}, strict=False)
    assert net.scale.item() == 5
    assert result.missing_keys == KEYS[1:] and result.unexpected_keys == ["extra"]
    assert "extra" in repr(result)
    with pytest.raises(RuntimeError, match="size mismatch"):
        net.load_state_dict({"mean": ag.ones(3)}, strict=False)
    with pytest.raises(OperandError, match="a dict"):
        net.load_state_dict([("scale", 1)])


def test_assign():
    net = Net()
    state = {name: ag.tensor(value.astype(np.float64)) for name, value in values(net).items()}
    net.scale.requires_grad_(False)
    net.load_state_dict(state, assign=True)
    assert net.body[0].weight.dtype == ag.float64 and isinstance(net.body[0].weight, nn.Parameter)
    assert net.body[0].weight.requires_grad and not net.scale.requires_grad
    state["mean"].fill_(3)
    assert net.mean is state["mean"]
    parameter = nn.Parameter(ag.tensor(2.0))
    net.load_state_dict({**net.state_dict(), "scale": parameter}, assign=True)
    assert net.scale is parameter and not parameter.requires_grad


def test_tied_parameters_have_all_their_keys():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].weight = net[0].weight
    assert list(net.state_dict()) == ["0.weight", "0.bias", "1.weight", "1.bias"]
    net.load_state_dict(net.state_dict())
    assert net[1].weight is net[0].weight


def test_extra_state():
    class Counter(nn.Module):
        steps = 0

        def get_extra_state(self):
            return {"steps": self.steps}

        def set_extra_state(self, state):
            self.steps = state["steps"]

    net = nn.Sequential(Counter())
    net[0].steps = 5
    state = net.state_dict()
    assert state["0._extra_state"] == {"steps": 5}
    other = nn.Sequential(Counter())
    other.load_state_dict(state)
    assert other[0].steps == 5
    with pytest.raises(RuntimeError, match="_extra_state"):
        other.load_state_dict({})
    for call in (nn.Module().get_extra_state, lambda: nn.Module().set_extra_state(1)):
        with pytest.raises(NotImplementedError):
            call()


def test_hooks_of_saving_and_loading():
    net, seen = nn.Sequential(nn.Linear(1, 1)), []
    net[0].register_state_dict_pre_hook(lambda m, prefix, keep_vars: seen.append(prefix))
    net[0].register_state_dict_post_hook(lambda m, state, prefix, meta: state.update({prefix + "note": ag.zeros(1)}))
    state = net.state_dict()
    assert seen == ["0."] and list(state) == ["0.weight", "0.bias", "0.note"]

    def rename(module, state, prefix, metadata, strict, missing, unexpected, errors):
        assert metadata["version"] == 1 and strict
        state.pop(prefix + "note")

    net[0].register_load_state_dict_pre_hook(rename)
    net.register_load_state_dict_post_hook(lambda m, keys: seen.append(keys))
    result = net.load_state_dict(state)
    assert seen[-1] is result and "0.note" in state

    net[0].register_load_state_dict_pre_hook(lambda *args: args[-1].append("the hook is not content"))
    with pytest.raises(RuntimeError, match="not content"):
        net.load_state_dict(state)
