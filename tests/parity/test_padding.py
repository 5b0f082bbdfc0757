"""Padding against PyTorch: values, gradients, dtypes, layers, and what is refused."""

import numpy as np
import pytest

import autograd as ag
import nn.functional as F
from nn.functional.padding import MODES

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(8)
CALLS = [
    ((3, 5), (1, 2), {}),
    ((3, 5), (1, 2, 3, 0), {"value": -1.5}),
    ((3, 5), (-1, 2, 3, -2), {"value": np.nan}),
    ((2, 3, 4, 5), (1, 0, 2, 3), {"mode": "constant", "value": 2}),
    ((2, 3, 4), (1, 1, 0, 0, 0, 2), {}),
    ((4, 0), (1, 2), {"value": 3.0}),
    ((3, 5), (-2, -3), {}),
    ((), (), {}),
    *[
        (shape, pads, {"mode": mode})
        for mode in ("reflect", "replicate", "circular")
        for shape, pads in [
            ((3, 5), (1, 2)),
            ((2, 3, 5), (4, 0)),
            ((2, 3, 5), (0, 4)),
            ((2, 3, 5), (4, 4)),
            ((2, 3, 5), (3, 2, 1, 2)),
            ((2, 3, 4, 5), (2, 3, 3, 1)),
            ((2, 3, 4, 5), (0, 0, 1, 0)),
            ((2, 3, 4, 5), (1, 2, 0, 3, 1, 1)),
            ((1, 2, 3, 4, 5), (1, 2, 3, 0, 2, 2)),
            ((3, 6), (-2, 3)),
            ((3, 6), (3, -2)),
            ((2, 3, 6), (-1, -2, 2, -1)),
            ((0, 3, 6), (1, 2)),
        ]
    ],
    ((2, 3, 5), (5, 0), {"mode": "circular"}),
    ((2, 3, 5), (9, 7), {"mode": "replicate"}),
    ((2, 3, 1), (3, 2), {"mode": "replicate"}),
    ((2, 3, 1), (1, 1), {"mode": "circular"}),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("shape", "pads", "options"), CALLS)
def test_values_and_gradients(shape, pads, options, dtype):
    array = SOURCE.normal(size=shape).astype(dtype)
    ours, theirs = ag.tensor(array, requires_grad=True), torch.tensor(array, requires_grad=True)
    out, expected = F.pad(ours, pads, **options), torch.nn.functional.pad(theirs, pads, **options)
    assert out.shape == tuple(expected.shape) and out.dtype == getattr(ag, np.dtype(dtype).name)
    np.testing.assert_array_equal(out.detach().numpy(), expected.detach().numpy())
    seed = SOURCE.normal(size=out.shape).astype(dtype)
    out.backward(ag.tensor(seed))
    expected.backward(torch.tensor(seed))
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("dtype", "mode"),
    [
        *[(dtype, mode) for dtype in ("int64", "uint8", "float16") for mode in MODES],
        ("bool", "constant"),
        ("bool", "circular"),
    ],
)
def test_other_dtypes(dtype, mode):
    array = np.arange(8).reshape(2, 4).astype(dtype)
    options = {"value": 1.7} if mode == "constant" else {"mode": mode}
    found = F.pad(ag.tensor(array), (2, 1), **options).numpy()
    expected = torch.nn.functional.pad(torch.tensor(array), (2, 1), **options).numpy()
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("shape", "pads", "options"),
    [
        ((1, 6), (1, 2, 3), {}),
        ((1, 6), (1,) * 6, {}),
        ((1, 6), (-3, -4), {}),
        ((1, 6), (-8, 8), {}),
        ((1, 6), (1, 1), {"mode": "mirror"}),
        ((1, 6), (1, 1), {"mode": "reflect", "value": 1.0}),
        ((1, 6), (6, 0), {"mode": "reflect"}),
        ((1, 6), (7, 0), {"mode": "circular"}),
        ((1, 6), (5, -4), {"mode": "circular"}),
        ((6,), (1, 1), {"mode": "reflect"}),
        ((1, 6), (1, 1, 1, 1), {"mode": "replicate"}),
        ((1, 1, 1, 6), (1, 1), {"mode": "circular"}),
        ((2, 3, 0), (1, 1), {"mode": "replicate"}),
        ((2, 3, 0), (1, 1), {"mode": "circular"}),
    ],
)
def test_what_they_refuse_we_refuse(shape, pads, options):
    with pytest.raises((RuntimeError, ValueError)):
        torch.nn.functional.pad(torch.zeros(shape), pads, **options)
    with pytest.raises(RuntimeError, match=r"^pad: expected"):
        F.pad(ag.zeros(*shape), pads, **options)
