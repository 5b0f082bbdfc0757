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


RESIZED = [
    *[((2, 3, 11), {"mode": mode, "size": size}) for mode in ("nearest", "nearest-exact", "area", "linear")
      for size in (1, 4, 11, 22, 27)],
    *[((2, 3, 9, 14), {"mode": mode, "size": size})
      for mode in ("nearest", "nearest-exact", "area", "bilinear", "bicubic")
      for size in ((4, 5), 25, (18, 28), (9, 3))],
    *[((1, 2, 5, 4, 7), {"mode": mode, "size": (3, 8, 9)})
      for mode in ("nearest", "nearest-exact", "area", "trilinear")],
    *[((2, 3, 9, 14), {"mode": mode, "scale_factor": factor, "recompute_scale_factor": again})
      for mode in ("nearest", "nearest-exact", "area", "bilinear", "bicubic")
      for factor in (2, 0.5, (1.3, 0.7), 2.2) for again in (None, True)],
    *[(shape, {"mode": mode, "align_corners": True, **target})
      for shape, mode in [((2, 3, 9), "linear"), ((2, 3, 7, 9), "bilinear"), ((2, 3, 7, 9), "bicubic"),
                          ((1, 2, 3, 4, 5), "trilinear")]
      for target in ({"size": 6}, {"size": 1}, {"scale_factor": 2.6})],
    *[((2, 3, 17, 9), {"mode": mode, "antialias": True, **target})
      for mode in ("bilinear", "bicubic")
      for target in ({"size": (5, 4)}, {"size": (20, 3), "align_corners": True}, {"scale_factor": 0.6},
                     {"scale_factor": (1.2, 1.5)})],
    ((0, 3, 4, 5), {"mode": "bilinear", "size": 7}),
    ((1, 1, 1, 1), {"mode": "bicubic", "size": 3}),
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "options"), RESIZED)
def test_interpolate(shape, options, dtype):
    compare("interpolate", shape, options, dtype)


def test_nearest_neighbours_for_all_sizes():
    for n in (1, 2, 3, 7, 10, 29):
        x = np.arange(n, dtype=np.float32)[None, None, None]
        for m in range(1, 70):
            for mode in ("nearest", "nearest-exact"):
                expected = torch.nn.functional.interpolate(torch.tensor(x), size=(1, m), mode=mode).numpy()
                found = F.interpolate(ag.tensor(x), size=(1, m), mode=mode).numpy()
                np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(("options", "shape"), [
    ({}, (1, 2, 3, 4)), ({"size": 2, "scale_factor": 2}, (1, 2, 3, 4)), ({"size": (2,)}, (1, 2, 3, 4)),
    ({"scale_factor": (2.0,)}, (1, 2, 3, 4)), ({"size": 0}, (1, 2, 3, 4)), ({"scale_factor": 0.1}, (1, 2, 3, 4)),
    ({"size": 2, "mode": "linear"}, (1, 2, 3, 4)), ({"size": 2, "mode": "cubic"}, (1, 2, 3, 4)),
    ({"size": 2, "align_corners": True}, (1, 2, 3, 4)), ({"size": 2, "recompute_scale_factor": True}, (1, 2, 3, 4)),
    ({"size": 2, "antialias": True}, (1, 2, 3, 4)), ({"size": 2}, (3, 4)), ({"size": 2, "mode": "bicubic"}, (1, 3, 4)),
])  # fmt: skip
def test_what_they_refuse_we_refuse(options, shape):
    with pytest.raises((RuntimeError, ValueError)):
        torch.nn.functional.interpolate(torch.zeros(shape), **options)
    with pytest.raises(RuntimeError, match=r"^interpolate: expected"):
        F.interpolate(ag.zeros(*shape), **options)


@pytest.mark.parametrize(("name", "options"), [
    ("Upsample", {"size": 3}),
    ("Upsample", {"scale_factor": 2, "mode": "bilinear"}),
    ("Upsample", {"size": (2, 3), "mode": "bilinear", "align_corners": True}),
    ("Upsample", {"scale_factor": (2, 1.5), "recompute_scale_factor": True, "mode": "bicubic"}),
    ("UpsamplingNearest2d", {"scale_factor": 2}),
    ("UpsamplingBilinear2d", {"size": (2, 7)}),
])  # fmt: skip
def test_upsampling_layer(name, options):
    ours, theirs = getattr(nn, name)(**options), getattr(torch.nn, name)(**options)
    assert repr(ours) == repr(theirs)
    array = SOURCE.normal(size=(2, 3, 4, 5))
    np.testing.assert_allclose(ours(ag.tensor(array)).numpy(), theirs(torch.tensor(array)).numpy(), rtol=1e-12)
