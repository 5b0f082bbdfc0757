"""Unfolding, pixel shuffling, resampling and their layers against PyTorch."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(21)
DTYPES = [np.float32, np.float64]


def compare(name, shape, options, dtype, tol32=2e-5):
    """Values and gradients of one function of one tensor."""
    array = SOURCE.normal(size=shape).astype(dtype)
    ours, theirs = ag.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    out, expected = getattr(F, name)(ours, **options), getattr(torch.nn.functional, name)(theirs, **options)
    tol = tol32 if dtype == np.float32 else 1e-12
    assert out.shape == tuple(expected.shape) and out.dtype == getattr(ag, np.dtype(dtype).name)
    np.testing.assert_allclose(out.detach().numpy(), expected.detach().numpy(), rtol=tol, atol=tol)
    seed = SOURCE.normal(size=out.shape).astype(dtype)
    out.backward(ag.tensor(seed))
    expected.backward(torch.tensor(seed))
    scale = max(1.0, float(theirs.grad.abs().max())) if theirs.grad.numel() else 1.0
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=tol, atol=tol * scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "shape", "options"), [
    ("unfold", (2, 3, 9, 8), {"kernel_size": 3}),
    ("unfold", (3, 9, 8), {"kernel_size": (2, 3), "dilation": (2, 1), "padding": (1, 2), "stride": (3, 2)}),
    ("unfold", (0, 3, 9, 8), {"kernel_size": 2, "stride": 2}),
    ("fold", (2, 27, 42), {"output_size": (9, 8), "kernel_size": 3}),
    ("fold", (12, 12), {"output_size": (9, 8), "kernel_size": (2, 3), "dilation": (2, 1), "padding": (1, 2),
                        "stride": (3, 3)}),
    ("pixel_shuffle", (2, 12, 3, 5), {"upscale_factor": 2}),
    ("pixel_unshuffle", (3, 6, 9), {"downscale_factor": 3}),
    ("channel_shuffle", (2, 12, 3, 5), {"groups": 4}),
])  # fmt: skip
def test_rearrangement(name, shape, options, dtype):
    compare(name, shape, options, dtype)


LAYERS = [
    *[(f"{kind}Pad{d}d", (ends,), (2, 3, 4, 5, 6)[: d + 2])
      for kind in ("Reflection", "Replication", "Circular", "Zero") for d in (1, 2, 3)
      for ends in (2, tuple(range(1, 2 * d + 1))[::-1] if kind != "Reflection" else (1, 2) * d)
      if kind != "Circular" or d < 3 or ends == 2],
    *[(f"ConstantPad{d}d", (ends, 1.5), (2, 3, 4, 5, 6)[: d + 2]) for d in (1, 2, 3) for ends in (1, (0, 2) * d)],
    ("Unfold", (3,), (2, 3, 6, 7)),
    ("Unfold", ((3, 2), 2, 1, (1, 2)), (2, 3, 6, 7)),
    ("Fold", (4, 2), (2, 8, 9)),
    ("Fold", ((4, 5), (2, 3), 1, (0, 1), 1), (2, 12, 15)),
    ("PixelShuffle", (2,), (2, 8, 3, 4)),
    ("PixelUnshuffle", (2,), (2, 8, 4, 6)),
    ("ChannelShuffle", (2,), (2, 8, 4, 6)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args", "shape"), LAYERS)
def test_layer(name, args, shape):
    ours, theirs = getattr(nn, name)(*args), getattr(torch.nn, name)(*args)
    assert repr(ours) == repr(theirs)
    array = SOURCE.normal(size=shape)
    np.testing.assert_allclose(ours(ag.tensor(array)).numpy(), theirs(torch.tensor(array)).numpy(), rtol=1e-12)


def test_layers_refuse_paddings_of_another_length():
    with pytest.raises(ValueError, match=r"ZeroPad2d: expected one number or 4 of them, got \(1, 2\)"):
        nn.ZeroPad2d((1, 2))
