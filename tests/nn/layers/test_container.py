"""Sequential, ModuleList, ModuleDict."""

from collections import OrderedDict

import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, DimensionError, OperandError


def layers(count):
    return [nn.Linear(i + 1, i + 2) for i in range(count)]


def names(module):
    return [name for name, _ in module.named_children()]


@pytest.mark.parametrize("kind", [lambda items: nn.Sequential(*items), nn.ModuleList])
class TestNumbered:
    def test_reading(self, kind):
        items = layers(4)
        held = kind(items)
        assert len(held) == 4 and list(held) == items and names(held) == ["0", "1", "2", "3"]
        assert held[0] is items[0] and held[-1] is items[3] and items[2] in held
        assert type(held[1:3]) is type(held) and list(held[1:3]) == items[1:3] and list(held[::-2]) == items[::-2]

    def test_writing(self, kind):
        items = layers(6)
        held = kind(items[:3])
        held[-1] = items[3]
        assert list(held) == [*items[:2], items[3]]
        assert held.append(items[4]) is held and held.extend(items[5:]) is held
        assert list(held) == [*items[:2], *items[3:]] and names(held) == list("01234")
        held.insert(1, items[2])
        held.insert(-1, items[0])
        assert [items.index(m) for m in held] == [0, 2, 1, 3, 4, 0, 5] and list(held._modules) == list("0123456")

    def test_taking_out(self, kind):
        items = layers(6)
        held = kind(items)
        del held[0]
        assert held.pop(-1) is items[5]
        del held[1:3]
        assert list(held) == [items[1], items[4]] and names(held) == ["0", "1"]
        assert list(held.pop(slice(0, 1))) == [items[1]]

    def test_extending_by_itself(self, kind):
        held = kind(layers(2))
        held.extend(held)
        assert len(held) == 4 and held[2] is held[0]

    @pytest.mark.parametrize(
        ("call", "error"),
        [
            (lambda held: held[2], DimensionError),
            (lambda held: held[-3], DimensionError),
            (lambda held: held.insert(3, nn.Identity()), DimensionError),
            (lambda held: held.__setitem__(2, nn.Identity()), DimensionError),
            (lambda held: held.append(3), OperandError),
            (lambda held: held.extend(3), OperandError),
            (lambda held: held["0"], TypeError),
        ],
    )
    def test_refused(self, kind, call, error):
        with pytest.raises(error):
            call(kind(layers(2)))


def test_sequential_calls_in_order():
    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    x = ag.ones(4, 2)
    expected = net[2](net[0](x).relu())
    assert (net(x) == expected).all() and nn.Sequential()(x) is x


def test_sequential_by_name():
    net = nn.Sequential(OrderedDict([("first", nn.Linear(2, 3)), ("act", nn.ReLU())]))
    assert names(net) == ["first", "act"] and net.act is net[1]
    assert names(net[:1]) == ["first"] and net[:1].first is net.first


def test_sequential_arithmetic():
    one, other = nn.Sequential(*layers(2)), nn.Sequential(*layers(1))
    both = one + other
    assert list(both) == [*one, *other] and names(both) == ["0", "1", "2"]
    assert list((2 * one)._modules.values()) == [*one, *one] and len(one * 3) == 6
    held = one
    one += other
    assert one is held and len(one) == 3
    one *= 2
    assert one is held and len(one) == 6
    for call, error in (
        (lambda: one + [nn.Identity()], ArgumentError),
        (lambda: one * 0, ArgumentError),
        (lambda: one * 1.5, OperandError),
    ):
        with pytest.raises(error):
            call()


def test_module_list_sums_and_text():
    held = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)]) + [nn.ReLU()]
    assert isinstance(held, nn.ModuleList) and len(held) == 4
    held += (nn.Sequential(nn.Tanh()), nn.Sequential(nn.Tanh()))
    assert repr(held) == (
        "ModuleList(\n"
        "  (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)\n"
        "  (3): ReLU()\n"
        "  (4-5): 2 x Sequential(\n"
        "    (0): Tanh()\n"
        "  )\n"
        ")"
    )
    assert repr(nn.ModuleList()) == "ModuleList()"
    with pytest.raises(NotImplementedError, match="ModuleList"):
        held(ag.zeros(2))


def test_module_dict():
    held = nn.ModuleDict({"a": nn.ReLU()})
    held["b"] = nn.Tanh()
    held.update([("c", nn.Linear(1, 1)), ("a", nn.Sigmoid())])
    held.update(nn.ModuleDict({"d": nn.Identity()}))
    assert list(held) == list(held.keys()) == ["a", "b", "c", "d"] and len(held) == 4 and "b" in held
    assert isinstance(held["a"], nn.Sigmoid) and [k for k, _ in held.items()] == list(held)
    assert len(list(held.parameters())) == 2
    tanh = held["b"]
    assert held.pop("b") is tanh and next(iter(held.values())) is held["a"]
    del held["a"]
    with pytest.raises(KeyError):
        held.pop("a")
    held.clear()
    assert len(held) == 0
    for wrong in (3, [("a",)], [1, 2]):
        with pytest.raises(OperandError, match=r"ModuleDict.update"):
            held.update(wrong)
    with pytest.raises(ArgumentError, match="has already"):
        held["items"] = nn.ReLU()
