"""Module: registers, the tree, calls, mode, conversion, text, copies."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, DTypeError, OperandError


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(ag.ones(2, 3))
        self.register_parameter("bias", None)
        self.register_buffer("count", ag.zeros(1))
        self.register_buffer("scratch", ag.zeros(1), persistent=False)
        self.inner = nn.Linear(3, 2)

    def forward(self, x):
        return self.inner(x @ self.weight)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Block()
        self.again = self.first
        self.last = nn.Linear(2, 2)
        self.last.weight = self.tied = nn.Parameter(ag.ones(2, 2))

    def forward(self, x):
        return self.last(self.first(x))


PARAMETERS = ["tied", "first.weight", "first.inner.weight", "first.inner.bias", "last.bias"]


def test_parameters_come_once_in_order():
    net = Net()
    assert [name for name, _ in net.named_parameters()] == PARAMETERS
    assert len(list(net.parameters())) == 5
    assert [name for name, _ in net.named_parameters(recurse=False)] == ["tied"]
    assert [name for name, _ in net.named_parameters("net")][:2] == ["net.tied", "net.first.weight"]
    every = [name for name, _ in net.named_parameters(remove_duplicate=False)]
    assert "last.weight" in every and "again.inner.bias" in every and len(every) == 9


def test_buffers_children_modules():
    net = Net()
    assert [name for name, _ in net.named_buffers()] == ["first.count", "first.scratch"]
    assert len(list(net.buffers(recurse=False))) == 0
    assert [name for name, _ in net.named_children()] == ["first", "last"]
    assert list(net.children()) == [net.first, net.last]
    assert [name for name, _ in net.named_modules()] == ["", "first", "first.inner", "last"]
    assert [name for name, _ in net.named_modules(prefix="net")][:2] == ["net", "net.first"]
    assert len(list(net.modules())) == 4 and len(list(net.modules(remove_duplicate=False))) == 6


def test_parts_are_found_and_replaced_by_their_paths():
    net = Net()
    assert net.get_submodule("first.inner") is net.first.inner and net.get_submodule("") is net
    assert net.get_parameter("first.inner.bias") is net.first.inner.bias
    assert net.get_buffer("first.count") is net.first.count
    net.set_submodule("first.inner", nn.Identity())
    assert isinstance(net.first.inner, nn.Identity)
    for call in (
        lambda: net.get_submodule("first.nothing"),
        lambda: net.get_submodule("first.weight"),
        lambda: net.get_parameter("first.bias"),
        lambda: net.get_buffer("first.weight"),
        lambda: net.set_submodule("first.nothing", nn.Identity()),
    ):
        with pytest.raises(AttributeError, match=r"has no"):
            call()


def test_assignment_moves_names_between_registers():
    block = Block()
    block.bias = nn.Parameter(ag.zeros(2))
    assert list(dict(block.named_parameters(recurse=False))) == ["weight", "bias"]
    block.bias = None
    assert block.bias is None and "bias" in block._parameters
    block.inner = None
    assert block.inner is None and list(block.children()) == []
    block.count = ag.ones(4)
    assert block._buffers["count"].shape == (4,)
    block.plain = 3
    block.plain = nn.Parameter(ag.zeros(1))
    assert "plain" in block._parameters and "plain" not in block.__dict__
    block.plain = nn.Linear(1, 1)
    assert "plain" in block._modules and "plain" not in block._parameters
    block.mean = nn.Buffer(ag.zeros(2), persistent=False)
    assert "mean" in block._buffers and "mean" not in block.state_dict()


def test_deletion():
    block = Block()
    del block.weight, block.count, block.inner
    block.note = "x"
    del block.note
    assert not list(block.parameters()) and not list(block.children())
    for name in ("weight", "count", "inner", "note", "never"):
        with pytest.raises(AttributeError, match=name):
            getattr(block, name)
    with pytest.raises(AttributeError):
        del block.never


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda b: setattr(b, "weight", ag.zeros(2)), OperandError, "a Parameter or None, got Tensor"),
        (lambda b: setattr(b, "inner", ag.zeros(2)), OperandError, "a Module or None"),
        (lambda b: setattr(b, "count", 3), OperandError, "a Tensor or None, got int"),
        (lambda b: b.register_parameter("p", ag.zeros(2)), OperandError, "Wrap 'p' as Parameter"),
        (lambda b: b.register_buffer("b", [1]), OperandError, "a Tensor or None, got list"),
        (lambda b: b.add_module("m", 3), OperandError, "a Module or None"),
        (lambda b: b.register_buffer("a.b", None), ArgumentError, "without a dot"),
        (lambda b: b.register_buffer("", None), ArgumentError, "not empty"),
        (lambda b: b.register_parameter("count", None), ArgumentError, "has already"),
        (lambda b: b.register_module("forward", nn.Identity()), ArgumentError, "has already"),
        (lambda b: b.train("yes"), ArgumentError, "True or False"),
        (lambda b: b.to(ag.int64), DTypeError, "floating-point"),
        (lambda b: b.cuda(), ArgumentError, "cuda"),
        (lambda b: b.to("cuda"), ArgumentError, "cuda"),
        (lambda b: nn.Parameter([1.0]), OperandError, "a Tensor or an array, got list"),
        (lambda b: nn.Parameter(ag.tensor([1])), DTypeError, "floating-point"),
        (lambda b: nn.Module()(), NotImplementedError, "Module has no forward"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call(Block())


@pytest.mark.parametrize("value", [lambda: nn.Parameter(ag.zeros(1)), lambda: nn.Buffer(ag.zeros(1)), nn.Identity])
def test_forgotten_super_init_is_named(value):
    class Forgetful(nn.Module):
        def __init__(self):
            self.number = 1
            self.member = value()

    with pytest.raises(AttributeError, match=r"'member' to Forgetful before Module.__init__.*super\(\).__init__\(\)"):
        Forgetful()

    class Plain(nn.Module):
        def __init__(self):
            self.number = 1

        def forward(self):
            return self.number

    with pytest.raises(AttributeError, match=r"call super\(\).__init__\(\) first"):
        Plain()()


def test_an_error_names_the_module_it_comes_from():
    net = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.Flatten(), nn.Linear(4, 5)))
    with pytest.raises(RuntimeError, match=r"^1\.1 \(Linear\): linear: expected 4"):
        net(ag.zeros(2, 2))
    with pytest.raises(RuntimeError) as alone:
        net[1][1](ag.zeros(2, 2))
    assert str(alone.value).startswith("Linear: linear: expected 4")


def test_apply_visits_children_first():
    seen = []
    net = Net()
    assert net.apply(seen.append) is net
    assert seen == [net.first.inner, net.first, net.last, net]


def test_train_and_eval():
    net = Net()
    assert net.eval() is net and not any(module.training for module in net.modules())
    assert net.train() is net and all(module.training for module in net.modules())


def test_gradients_are_dropped_or_zeroed():
    net = Net()
    net(ag.ones(1, 2)).sum().backward()
    assert all(p.grad is not None for p in net.parameters())
    net.zero_grad(set_to_none=False)
    assert all((p.grad.numpy() == 0).all() for p in net.parameters())
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net.requires_grad_(False)
    assert not any(p.requires_grad for p in net.parameters())


def test_conversion_keeps_the_parameters_and_ties():
    net = Net()
    net.first.register_buffer("steps", ag.zeros(1, dtype=ag.int64))
    net(ag.ones(1, 2)).sum().backward()
    before = list(net.parameters())
    assert net.double() is net and list(net.parameters()) == before
    assert all(p.dtype == ag.float64 and p.grad.dtype == ag.float64 and p.is_leaf for p in net.parameters())
    assert net.tied is net.last.weight
    assert net.first.count.dtype == ag.float64 and net.first.steps.dtype == ag.int64
    for call, dtype in ((net.half, ag.float16), (net.float, ag.float32), (lambda: net.to(ag.float64), ag.float64)):
        call()
        assert net.first.weight.dtype == dtype
    net.type(ag.float32)
    assert net.first.steps.dtype == ag.float32
    assert net.cpu() is net and net.to("cpu") is net
    net(ag.ones(1, 2)).sum().backward()


def test_parameter_and_buffer():
    data = np.ones((2, 2), np.float32)
    p = nn.Parameter(data)
    data[0, 0] = 5
    assert p[0, 0].item() == 5 and p.requires_grad and p.is_leaf and isinstance(p, ag.Tensor)
    assert type(p * 2) is ag.Tensor and type(p.detach()) is ag.Tensor and type(p.data) is ag.Tensor
    assert repr(p).startswith("Parameter containing:\ntensor([[5., 1.]") and "requires_grad=True" in repr(p)
    assert nn.Parameter().shape == (0,) and not nn.Parameter(ag.tensor([1]), requires_grad=False).requires_grad
    assert nn.Buffer(ag.ones(2)).persistent and not nn.Buffer().requires_grad


def test_copies_are_apart():
    net = Net()
    net(ag.ones(1, 2)).sum().backward()
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert [n for n, _ in other.named_parameters()] == PARAMETERS
        assert other.tied is other.last.weight and other.again is other.first
        assert type(other.tied) is nn.Parameter and other.tied.requires_grad
        np.testing.assert_array_equal(other.tied.grad.numpy(), net.tied.grad.numpy())
        with ag.no_grad():
            other.tied.fill_(7)
        assert net.tied[0, 0].item() == 1
        other(ag.ones(1, 2)).sum().backward()


def test_dir_and_text():
    net = Net()
    assert {"first", "tied", "training", "forward"} <= set(dir(net))
    assert "0" not in dir(nn.Sequential(nn.Identity()))
    assert repr(nn.Sequential()) == "Sequential()"
    assert repr(Block()) == "Block(\n  (inner): Linear(in_features=3, out_features=2, bias=True)\n)"

    class Lines(nn.Module):
        def extra_repr(self):
            return "a\nb"

    assert repr(Lines()) == "Lines(\n  a\n  b\n)"


def test_a_module_and_its_gradients_die_without_the_collector():
    import gc
    import weakref

    gc.disable()
    try:
        net = Net()
        net(ag.ones(1, 2)).sum().backward()
        gone = weakref.ref(net)
        del net
        assert gone() is None
    finally:
        gc.enable()


def test_compile_leaves_a_module_as_it_is() -> None:
    layer = nn.Linear(2, 2)
    layer.compile(mode="max-autotune")
    assert layer(ag.ones(1, 2)).shape == (1, 2)
