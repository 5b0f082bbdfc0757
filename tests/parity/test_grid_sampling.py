"""Grid sampling and affine grids against PyTorch."""

import itertools

import numpy as np
import pytest

import autograd as ag
import nn.functional as F
from nn.functional.grid_sampling import MODES, PADDING_MODES

torch = pytest.importorskip("torch")

pytestmark = pytest.mark.filterwarnings("ignore:.*align_corners:UserWarning")

SOURCE = np.random.default_rng(33)
DTYPES = [np.float32, np.float64]


def both(arrays):
    return [ag.tensor(a, requires_grad=True) for a in arrays], [torch.tensor(a, requires_grad=True) for a in arrays]


def compare(name, arrays, tol, **options):
    ours, theirs = both(arrays)
    out = getattr(F, name)(*ours, **options)
    expected = getattr(torch.nn.functional, name)(*theirs, **options)
    assert out.shape == tuple(expected.shape)
    np.testing.assert_allclose(out.detach().numpy(), expected.detach().numpy(), rtol=tol, atol=tol)
    seed = SOURCE.normal(size=out.shape).astype(arrays[0].dtype)
    out.backward(ag.tensor(seed))
    expected.backward(torch.tensor(seed))
    for x, y in zip(ours, theirs, strict=True):
        scale = max(1.0, float(y.grad.abs().max())) if y.grad.numel() else 1.0
        np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), rtol=tol, atol=tol * scale)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("mode", "padding_mode", "align_corners"), list(itertools.product(MODES, PADDING_MODES, (True, None)))
)
@pytest.mark.parametrize("reach", [0.9, 3.5])
@pytest.mark.parametrize(("shape", "output"), [((2, 3, 7, 5), (4, 6)), ((1, 2, 1, 4), (5, 3)), ((0, 2, 3, 3), (2, 2))])
def test_images(shape, output, reach, mode, padding_mode, align_corners, dtype):
    image = SOURCE.normal(size=shape).astype(dtype)
    grid = SOURCE.uniform(-reach, reach, (shape[0], *output, 2)).astype(dtype)
    tol = 3e-4 if dtype == np.float32 else 1e-11
    compare("grid_sample", [image, grid], tol, mode=mode, padding_mode=padding_mode, align_corners=align_corners)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("mode", "padding_mode", "align_corners"), list(itertools.product(MODES[:2], PADDING_MODES, (True, False)))
)
def test_volumes(mode, padding_mode, align_corners, dtype):
    volume = SOURCE.normal(size=(2, 3, 4, 5, 6)).astype(dtype)
    grid = SOURCE.uniform(-1.5, 1.5, (2, 2, 3, 4, 3)).astype(dtype)
    tol = 3e-4 if dtype == np.float32 else 1e-11
    compare("grid_sample", [volume, grid], tol, mode=mode, padding_mode=padding_mode, align_corners=align_corners)


@pytest.mark.parametrize(
    ("mode", "padding_mode", "align_corners"), list(itertools.product(MODES[:2], PADDING_MODES, (True, False)))
)
def test_points_on_the_border_and_nowhere(mode, padding_mode, align_corners):
    image = np.arange(1, 13, dtype=np.float32).reshape(1, 1, 3, 4)
    points = [
        (-1, -1),
        (1, 1),
        (-1, 1),
        (0, 0),
        (2, 0),
        (-3, -1),
        (0.5, -5),
        (7.2 if padding_mode == "reflection" else 1e30, 0),
    ]
    grid = np.array(points, np.float32).reshape(1, 1, -1, 2)
    compare("grid_sample", [image, grid], 1e-6, mode=mode, padding_mode=padding_mode, align_corners=align_corners)
    nowhere = np.array([(np.nan, 0), (0, np.nan), (np.inf, 0), (-np.inf, np.inf)] * 2, np.float32).reshape(1, 1, -1, 2)
    options = {"mode": mode, "padding_mode": padding_mode, "align_corners": align_corners}
    found = F.grid_sample(ag.tensor(image), ag.tensor(nowhere), **options).numpy()
    expected = torch.nn.functional.grid_sample(torch.tensor(image), torch.tensor(nowhere), **options).numpy()
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("align_corners", [True, None])
@pytest.mark.parametrize("size", [(2, 3, 4, 5), (1, 1, 1, 3), (2, 1, 3, 1, 4)])
def test_affine_grid(size, align_corners, dtype):
    dims = len(size) - 2
    theta = SOURCE.normal(size=(size[0], dims, dims + 1)).astype(dtype)
    compare("affine_grid", [theta], 1e-5 if dtype == np.float32 else 1e-12, size=size, align_corners=align_corners)


@pytest.mark.parametrize(("shape", "grid_shape", "options"), [
    ((1, 1, 3, 4), (1, 9, 2), {}), ((1, 1, 3, 4), (2, 3, 3, 2), {}), ((1, 1, 3, 4), (1, 3, 3, 3), {}),
    ((1, 1, 3, 4), (1, 3, 3, 2), {"mode": "linear"}), ((1, 1, 3, 4), (1, 3, 3, 2), {"padding_mode": "reflect"}),
    ((1, 1, 2, 2, 2), (1, 2, 2, 2, 3), {"mode": "bicubic"}), ((1, 1, 0, 4), (1, 3, 3, 2), {}),
    ((1, 3, 4), (1, 9, 1), {}),
])  # fmt: skip
def test_what_they_refuse_we_refuse(shape, grid_shape, options):
    with pytest.raises((RuntimeError, ValueError)):
        torch.nn.functional.grid_sample(torch.zeros(shape), torch.zeros(grid_shape), **options)
    with pytest.raises(RuntimeError, match=r"^grid_sample: expected"):
        F.grid_sample(ag.zeros(*shape), ag.zeros(*grid_shape), **options)
