"""Convolution layers against PyTorch: text, first values, results and gradients, output sizes, refusals."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

SIZES = {1: (11,), 2: (7, 8), 3: (5, 6, 4)}
SETTINGS = [
    ("Conv1d", (4, 6, 3), {}),
    ("Conv1d", (4, 6, 3), {"padding": "same", "padding_mode": "reflect", "dilation": 2}),
    ("Conv1d", (4, 6, [2]), {"stride": [2], "bias": False, "padding_mode": "circular", "padding": 1}),
    ("Conv2d", (4, 6, 3), {}),
    ("Conv2d", (4, 6, (3, 2)), {"stride": (2, 1), "padding": (1, 0), "dilation": (1, 2), "groups": 2}),
    ("Conv2d", (4, 4, 3), {"groups": 4, "padding": "same", "bias": False}),
    ("Conv2d", (4, 6, (3, 2)), {"padding": "same", "padding_mode": "replicate"}),
    ("Conv2d", (4, 6, 3), {"padding": "valid"}),
    ("Conv2d", (4, 6, 3), {"padding": "valid", "padding_mode": "circular"}),
    ("Conv2d", (4, 6, 3), {"padding": (2, 1), "padding_mode": "reflect", "stride": 2}),
    ("Conv2d", (4, 6, 3), {"padding": (2, 1), "padding_mode": "replicate"}),
    ("Conv2d", (4, 6, 3), {"padding": (1, 2), "padding_mode": "circular"}),
    ("Conv3d", (4, 2, 2), {}),
    ("Conv3d", (4, 2, (1, 3, 2)), {"padding": (0, 1, 1), "groups": 2, "padding_mode": "replicate"}),
    ("Conv3d", (4, 2, (1, 3, 2)), {"padding": "same", "padding_mode": "circular"}),
    ("ConvTranspose1d", (4, 6, 3), {}),
    ("ConvTranspose1d", (4, 6, 3), {"stride": 3, "output_padding": 2, "padding": 1}),
    ("ConvTranspose2d", (4, 6, 3), {"bias": False}),
    ("ConvTranspose2d", (4, 6, (3, 2), (2, 3), 1, (1, 2), 2, True, (1, 2)), {}),
    ("ConvTranspose2d", (4, 6, 3), {"stride": 2, "padding": 1, "output_padding": 1}),
    ("ConvTranspose3d", (4, 2, 2), {"stride": (1, 2, 1)}),
    ("ConvTranspose3d", (4, 2, (1, 3, 2)), {"stride": 2, "output_padding": (1, 0, 1), "groups": 2}),
]


def pair(name, args, kwargs, dtype="float32"):
    """The same layer from both libraries, after the same seed."""
    ag.manual_seed(3)
    torch.manual_seed(3)
    ours = getattr(nn, name)(*args, **kwargs, dtype=getattr(ag, dtype))
    return ours, getattr(torch.nn, name)(*args, **kwargs, dtype=getattr(torch, dtype))


def values(name, batch=2, dtype="float32"):
    shape = (batch,) * (batch is not None) + (4, *SIZES[int(name[-2])])
    return np.random.default_rng(1).normal(size=shape).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "args", "kwargs"), SETTINGS)
def test_text_names_and_first_values(name, args, kwargs, dtype):
    ours, theirs = pair(name, args, kwargs, dtype)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_array_equal(mine.detach().numpy(), other.detach().numpy())
    np.testing.assert_array_equal(ag.get_rng_state(), torch.get_rng_state().numpy())


EMPTY = [(*setting, 0) for setting in SETTINGS if "padding_mode" not in setting[2]]  # what `pad` does is its own matter


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "batch"), [(*setting, batch) for setting in SETTINGS for batch in (2, None)] + EMPTY
)
def test_results_and_gradients(name, args, kwargs, batch):
    ours, theirs = pair(name, args, kwargs, "float64")
    x = ag.tensor(values(name, batch, "float64"), requires_grad=True)
    tx = torch.tensor(x.detach().numpy(), requires_grad=True)
    y, ty = ours(x), theirs(tx)
    np.testing.assert_allclose(y.detach().numpy(), ty.detach().numpy(), rtol=1e-12, atol=1e-12)
    (y * y).sum().backward()
    (ty * ty).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), tx.grad.numpy(), rtol=1e-11, atol=1e-11)
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(mine.grad.numpy(), other.grad.numpy(), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("batch", [2, None])
@pytest.mark.parametrize(
    ("name", "kwargs"),
    [("ConvTranspose1d", {"stride": 3}), ("ConvTranspose2d", {"stride": (2, 3), "dilation": 2, "padding": 1}),
     ("ConvTranspose3d", {"stride": 2})],
)  # fmt: skip
def test_output_sizes(name, kwargs, batch):
    ours, theirs = pair(name, (4, 2, 3), kwargs)
    x = values(name, batch)
    dims = int(name[-2])
    smallest = theirs(torch.tensor(x)).shape
    for more in (0, 1):
        wanted = [size + more for size in smallest[-dims:]]
        for size in (wanted, [*smallest[:-dims], *wanted]):
            expected = theirs(torch.tensor(x), output_size=size)
            given = ours(ag.tensor(x), output_size=size)
            assert tuple(given.shape) == tuple(expected.shape)
            np.testing.assert_allclose(given.detach().numpy(), expected.detach().numpy(), rtol=1e-4, atol=1e-5)
    for wrong in (-1, 3):
        size = [length + wrong for length in smallest[-dims:]]
        with pytest.raises(ValueError):
            theirs(torch.tensor(x), output_size=size)
        with pytest.raises(ValueError, match="expected output_size from"):
            ours(ag.tensor(x), output_size=size)


REFUSED = [
    ("Conv2d", (3, 4, 3), {"groups": 2}),
    ("Conv2d", (4, 3, 3), {"groups": 2}),
    ("Conv2d", (4, 4, 3), {"groups": 0}),
    ("Conv1d", (4, 4, 3), {"padding": "full"}),
    ("Conv1d", (4, 4, 3), {"padding": "same", "stride": 2}),
    ("Conv3d", (4, 4, 3), {"padding_mode": "mirror"}),
    ("ConvTranspose2d", (4, 4, 3), {"padding_mode": "reflect"}),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), REFUSED)
def test_both_refuse(name, args, kwargs):
    for library in (nn, torch.nn):
        with pytest.raises(ValueError):
            getattr(library, name)(*args, **kwargs)


def test_weights_travel_both_ways():
    ours, theirs = nn.Conv2d(3, 4, 3), torch.nn.Conv2d(3, 4, 3)
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    x = np.random.default_rng(0).normal(size=(2, 3, 6, 6)).astype(np.float32)
    expected = theirs(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(ours(ag.tensor(x)).detach().numpy(), expected, rtol=1e-5, atol=1e-6)
