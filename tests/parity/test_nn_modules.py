"""Modules against PyTorch: text, names of parameters, first values, results, gradients, dropout's choices."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

LAYERS = [
    ("Identity", (), {}),
    ("Linear", (4, 3), {}),
    ("Linear", (4, 3), {"bias": False}),
    ("ReLU", (), {}),
    ("LeakyReLU", (0.2,), {}),
    ("ELU", (), {"alpha": 0.7}),
    ("CELU", (1.3,), {}),
    ("SELU", (), {}),
    ("GELU", (), {}),
    ("GELU", ("tanh",), {}),
    ("SiLU", (), {}),
    ("Softplus", (2, 3), {}),
    ("Tanh", (), {}),
    ("Sigmoid", (), {}),
    ("LogSigmoid", (), {}),
    ("Softmax", (1,), {}),
    ("Softmin", (), {"dim": 0}),
    ("LogSoftmax", (), {"dim": -1}),
    ("Dropout", (), {}),
    ("Dropout", (0.2,), {}),
    ("Flatten", (), {}),
    ("Unflatten", (1, (2, 2)), {}),
]
IN_PLACE = ["ReLU", "LeakyReLU", "ELU", "CELU", "SELU", "SiLU", "Dropout"]
SPECIAL = [0.0, -0.0, np.nan, np.inf, -np.inf, 25.0, -25.0, 1e-3]


def pair(name, args=(), kwargs=None):
    """The same layer from both libraries, after the same seed."""
    ag.manual_seed(5)
    torch.manual_seed(5)
    return getattr(nn, name)(*args, **kwargs or {}), getattr(torch.nn, name)(*args, **kwargs or {})


def run(ours, theirs, values, train_seed=9):
    x, tx = ag.tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
    ag.manual_seed(train_seed)
    torch.manual_seed(train_seed)
    y, ty = ours(x * 1), theirs(tx * 1)
    assert str(y.dtype).split(".")[1] == str(ty.dtype).split(".")[1]
    np.testing.assert_allclose(y.detach().numpy(), ty.detach().numpy(), rtol=2e-6, atol=1e-6)
    seeds = np.cos(np.arange(ty.numel())).reshape(ty.shape).astype(values.dtype)
    y.backward(ag.tensor(seeds))
    ty.backward(torch.tensor(seeds))
    np.testing.assert_allclose(x.grad.numpy(), tx.grad.numpy(), rtol=5e-6, atol=1e-6)
    for p, tp in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.numpy(), tp.grad.numpy(), rtol=5e-6, atol=1e-6)


@pytest.mark.parametrize(("name", "args", "kwargs"), LAYERS)
def test_layer(name, args, kwargs):
    ours, theirs = pair(name, args, kwargs)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for p, tp in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_array_equal(p.detach().numpy(), tp.detach().numpy())
    run(ours, theirs, np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32) * 2)


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place(name):
    ours, theirs = pair(name, (), {"inplace": True})
    assert repr(ours) == repr(theirs)
    run(ours, theirs, np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32))


# Not GELU: PyTorch's vector code gives NaN for infinity.
PLAIN = [layer for layer in LAYERS if layer[0] not in ("Linear", "Unflatten", "GELU")]


@pytest.mark.parametrize(("name", "args", "kwargs"), PLAIN)
def test_special_values(name, args, kwargs):
    ours, theirs = pair(name, args, kwargs)
    run(ours.eval(), theirs.eval(), np.array([SPECIAL], dtype=np.float32))


@pytest.mark.parametrize("dims", [(0, 1, 2), (2, 0, 1), (1, 0, 2)])
def test_dropout_takes_a_tensor_in_the_order_of_its_memory(dims):
    values = np.random.default_rng(0).normal(size=(3, 4, 5)).astype(np.float32)
    ours, theirs = pair("Dropout", (0.4,))
    y, ty = ours(ag.tensor(values).permute(dims)), theirs(torch.tensor(values).permute(dims))
    np.testing.assert_array_equal(y.numpy(), ty.numpy())


def test_bilinear():
    ours, theirs = pair("Bilinear", (3, 4, 2))
    assert repr(ours) == repr(theirs)
    a, b = (np.random.default_rng(i).normal(size=(5, n)).astype(np.float32) for i, n in ((0, 3), (1, 4)))
    y, ty = ours(ag.tensor(a), ag.tensor(b)), theirs(torch.tensor(a), torch.tensor(b))
    np.testing.assert_allclose(y.detach().numpy(), ty.detach().numpy(), rtol=1e-5, atol=1e-6)


def network(nn):
    return nn.Sequential(
        nn.Flatten(),
        nn.ModuleDict({"a": nn.Linear(2, 3), "b": nn.ReLU(inplace=True)})["a"],
        nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.1), nn.Softmax(dim=1)),
        nn.ModuleList([nn.Linear(3, 3) for _ in range(4)] + [nn.Sequential(nn.Tanh())] * 2 + [nn.GELU()]),
        nn.ModuleDict([["x", nn.Identity()]]),
        nn.ModuleList(),
        nn.CrossEntropyLoss(),
    )


def test_text_and_names_of_a_tree():
    ours, theirs = network(nn), network(torch.nn)
    assert repr(ours) == repr(theirs)
    for names in ("named_parameters", "named_buffers", "named_modules", "named_children"):
        assert [n for n, _ in getattr(ours, names)()] == [n for n, _ in getattr(theirs, names)()]
    assert dict(ours.state_dict()._metadata) == dict(theirs.state_dict()._metadata)


def test_weights_travel_both_ways():
    ours, theirs = network(nn), network(torch.nn)
    ours.load_state_dict({name: tensor.numpy() for name, tensor in theirs.state_dict().items()})
    back = {name: torch.from_numpy(tensor.numpy()) for name, tensor in ours.state_dict().items()}
    other = network(torch.nn)
    other.load_state_dict(back)
    for a, b in zip(other.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(a, b)
    with pytest.raises(RuntimeError) as mine:
        ours.load_state_dict({"1.weight": np.zeros((3, 2)), "extra": np.zeros(1)})
    with pytest.raises(RuntimeError) as torchs:
        theirs.load_state_dict({"1.weight": torch.zeros(3, 2), "extra": torch.zeros(1)})
    for line in str(torchs.value).strip().split("\n\t")[1:]:
        assert line.strip() in str(mine.value)


def test_parameter_containers_text():
    ours = nn.ParameterDict({"a": ag.zeros(2, 3), "b": "note"})
    theirs = torch.nn.ParameterDict({"a": torch.zeros(2, 3), "b": "note"})
    assert repr(ours) == repr(theirs).replace("torch.FloatTensor", "autograd.float32")
    ours, theirs = nn.ParameterList([ag.zeros(2, 3), 3]), torch.nn.ParameterList([torch.zeros(2, 3), 3])
    assert repr(ours) == repr(theirs).replace("torch.float32", "autograd.float32")
    assert repr(nn.Parameter(ag.ones(2))) == repr(torch.nn.Parameter(torch.ones(2)))
