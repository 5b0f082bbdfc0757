"""ParameterList and ParameterDict."""

import pytest

import autograd as ag
import nn
from autograd.errors import DimensionError, OperandError


def test_parameter_list():
    held = nn.ParameterList([ag.zeros(2), nn.Parameter(ag.ones(3))])
    held.append(ag.ones(1, 2))
    held += [ag.zeros(4)]
    assert len(held) == 4 and all(isinstance(p, nn.Parameter) for p in held)
    assert [name for name, _ in held.named_parameters()] == ["0", "1", "2", "3"]
    assert held[-1].shape == (4,) and [p.shape for p in held[1:3]] == [(3,), (1, 2)]
    held[0] = ag.ones(5)
    assert held[0].shape == (5,) and isinstance(held[0], nn.Parameter) and list(held.state_dict()) == list("0123")
    held.append("note")
    assert "  (2): Parameter containing: [autograd.float32 of size 1x2]\n" in repr(held)
    assert "  (4): Object of type: str" in repr(held)
    for call, error in (
        (lambda: held[5], DimensionError),
        (lambda: held.extend(ag.zeros(2)), OperandError),
        (lambda: held(1), RuntimeError),
    ):
        with pytest.raises(error):
            call()


def test_parameter_dict():
    held = nn.ParameterDict({"b": ag.zeros(2), "a": nn.Parameter(ag.ones(3))})
    held["c"] = ag.ones(1)
    assert list(held) == ["b", "a", "c"] and list(reversed(held)) == ["c", "a", "b"] and len(held) == 3
    assert [name for name, _ in held.named_parameters()] == ["b", "a", "c"]
    assert held.get("b") is held["b"] and held.get("x", 3) == 3 and "x" not in held
    assert held.setdefault("d", ag.ones(2)) is held["d"] and held.setdefault("d", None) is held["d"]
    assert held.popitem()[0] == "d" and held.pop("c").shape == (1,) and "c" not in dict(held.named_parameters())
    copy = held.copy()
    assert copy["a"] is held["a"] and list(copy | {"z": ag.zeros(1)}) == ["b", "a", "z"]
    copy |= nn.ParameterDict({"y": ag.zeros(1)})
    assert [k for k, _ in copy.items()] == ["b", "a", "y"] and len(copy.values()) == 3
    assert held.fromkeys(["p", "q"], 1.5)["q"] == 1.5
    del held["a"]
    held.clear()
    assert len(held) == 0 and list(held.parameters()) == []
    for call, error in (
        (lambda: held["training"], KeyError),
        (lambda: held.__setitem__(1, ag.zeros(1)), OperandError),
        (lambda: held.update(3), OperandError),
        (lambda: held(), RuntimeError),
    ):
        with pytest.raises(error):
            call()
