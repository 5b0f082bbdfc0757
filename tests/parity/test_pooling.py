"""Pooling against PyTorch: values, indices, gradients, layers and their text, and what is refused."""

from itertools import product

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(8)
SIZES = {1: (19,), 2: (9, 12), 3: (5, 6, 7)}
DTYPES = [np.float32, np.float64]


def both(name, array, *args, **kwargs):
    """Value and gradient from both libraries; of several results the first has one."""
    results = []
    seed = None
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        x = library.tensor(array, requires_grad=True)
        found = getattr(functional, name)(x, *args, **kwargs)
        out, *rest = found if isinstance(found, tuple) else [found]
        if seed is None:
            seed = SOURCE.integers(-4, 5, tuple(out.shape)).astype(array.dtype)
        out.backward(library.tensor(seed))
        results.append([out.detach().numpy(), x.grad.numpy(), *(r.numpy() for r in rest)])
    return results


def assert_agreement(name, array, *args, exact=True, **kwargs):
    ours, theirs = both(name, array, *args, **kwargs)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.dtype == other.dtype and mine.shape == other.shape
        tolerance = 0 if exact else 2e-6 if array.dtype == np.float32 else 1e-13
        np.testing.assert_allclose(mine, other, rtol=tolerance, atol=tolerance)


def ties(shape, dtype):
    return SOURCE.integers(-3, 4, shape).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_max_pool_in_every_geometry(dims, dtype):
    for kernel, stride, padding, dilation, ceil_mode in product((1, 2, 3), (1, 2, 3), (0, 1), (1, 2), (False, True)):
        if padding <= (dilation * (kernel - 1) + 1) // 2:
            for shape in [(2, 3, *SIZES[dims]), (3, *SIZES[dims])]:
                assert_agreement(f"max_pool{dims}d", ties(shape, dtype), kernel, stride, padding, dilation, ceil_mode,
                      return_indices=True)  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_avg_pool_in_every_geometry(dims, dtype):
    modes = product((False, True), (False, True))
    for kernel, stride, padding, (ceil_mode, counted) in product((1, 2, 3), (1, 2, 3), (0, 1), list(modes)):
        if padding <= kernel // 2:
            for override in (None, 3) if dims > 1 else (None,):
                options = {} if override is None else {"divisor_override": override}
                array = SOURCE.normal(size=(2, *SIZES[dims])).astype(dtype)
                assert_agreement(
                    f"avg_pool{dims}d", array, kernel, stride, padding, ceil_mode, counted, exact=False, **options
                )


@pytest.mark.parametrize("size", range(1, 12))
def test_ceil_mode_near_the_end(size):
    for kernel, stride, padding in product(range(1, 6), range(1, 6), range(3)):
        room = size + 2 * padding - kernel
        if padding <= kernel // 2 and -(-room // stride) >= 0:
            assert_agreement("max_pool1d", ties((1, size), np.float32), kernel, stride, padding, ceil_mode=True)
            assert_agreement("avg_pool1d", ties((1, size), np.float32), kernel, stride, padding, True, exact=False)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("value", [np.nan, -np.inf, np.inf])
def test_special_values(value, dtype):
    for dims, stride in product((1, 2, 3), (1, 2, 3)):
        array = ties((2, *SIZES[dims]), dtype)
        array[SOURCE.random(array.shape) < 0.3] = value
        array[1] = value
        assert_agreement(f"max_pool{dims}d", array, 3, stride, 1, return_indices=True)
        assert_agreement(f"adaptive_max_pool{dims}d", array, 3, return_indices=True)
        assert_agreement(f"avg_pool{dims}d", array, 3, stride, 1, exact=False)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("dims", "size"),
    [(1, 1), (1, 4), (1, 25), (2, 1), (2, (4, 5)), (2, (None, 3)), (2, (20, 1)), (3, (2, None, 5)), (3, 1), (3, 3)],
)
def test_adaptive(dims, size, dtype):
    for shape in [(2, 3, *SIZES[dims]), (3, *SIZES[dims])]:
        array = SOURCE.normal(size=shape).astype(dtype)
        assert_agreement(f"adaptive_avg_pool{dims}d", array, size, exact=False)
        assert_agreement(f"adaptive_max_pool{dims}d", ties(shape, dtype), size, return_indices=True)


@pytest.mark.parametrize("norm_type", [1, 2, 3.0, np.inf, -np.inf])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_lp_pool(dims, norm_type):
    for kernel, stride, ceil_mode in [(2, None, False), (3, 2, True), (2, 1, False)]:
        array = SOURCE.uniform(0.1, 2, (2, *SIZES[dims]))
        assert_agreement(f"lp_pool{dims}d", array, norm_type, kernel, stride, ceil_mode, exact=False)


def test_lp_pool_of_zeros():
    assert_agreement("lp_pool2d", np.zeros((1, 4, 4)), 2, 2)
    assert_agreement("lp_pool1d", SOURCE.normal(size=(3, 12)), 3, 2, exact=False)


@pytest.mark.parametrize("dims", [1, 2, 3])
def test_max_unpool(dims):
    for kernel, stride, padding in [(2, 2, 0), (3, 3, 1), (2, 3, 1), (3, 2, 1)]:
        array = ties((2, 2, *SIZES[dims]), np.float32)
        pool = getattr(torch.nn.functional, f"max_pool{dims}d")
        pooled, indices = pool(torch.tensor(array), kernel, stride, padding, return_indices=True)
        found = []
        for library, layers in ((ag, nn), (torch, torch.nn)):
            x = library.tensor(pooled.numpy(), requires_grad=True)
            layer = getattr(layers, f"MaxUnpool{dims}d")(kernel, stride, padding)
            out = layer(x, library.tensor(indices.numpy()), output_size=array.shape)
            out.backward(library.tensor(array))
            found.append((out.detach().numpy(), x.grad.numpy(), repr(layer)))
        for mine, other in zip(*found, strict=True):
            np.testing.assert_array_equal(mine, other)


LAYERS = [
    *[(f"MaxPool{dims}d", args) for dims in (1, 2, 3) for args in [(2,), (3, 2, 1, 1, False, True), (2, None, 1, 2)]],
    *[(f"AvgPool{dims}d", args) for dims in (1, 2, 3) for args in [(2,), (3, 2, 1, True, False)]],
    ("AvgPool2d", ((3, 2), (1, 2), (1, 0), False, True, 7)),
    *[(f"AdaptiveAvgPool{dims}d", (3,)) for dims in (1, 2, 3)],
    ("AdaptiveAvgPool2d", ((None, 4),)),
    *[(f"AdaptiveMaxPool{dims}d", (3,)) for dims in (1, 2, 3)],
    ("AdaptiveMaxPool3d", ((2, None, 1),)),
    *[(f"LPPool{dims}d", args) for dims in (1, 2, 3) for args in [(2, 2), (2, 3, 1, True)]],
]


@pytest.mark.parametrize(("name", "args"), LAYERS)
def test_layers(name, args):
    ours, theirs = getattr(nn, name)(*args), getattr(torch.nn, name)(*args)
    assert repr(ours) == repr(theirs)
    array = SOURCE.uniform(0.1, 2, (2, 3, *SIZES[int(name[-2])]))
    np.testing.assert_allclose(ours(ag.tensor(array)).numpy(), theirs(torch.tensor(array)).numpy(), rtol=1e-12)


@pytest.mark.parametrize("name", ["MaxPool", "AdaptiveMaxPool"])
@pytest.mark.parametrize("dims", [1, 2, 3])
def test_layers_that_return_indices(name, dims):
    ours, theirs = (getattr(m, f"{name}{dims}d")(2, return_indices=True) for m in (nn, torch.nn))
    array = ties((2, *SIZES[dims]), np.float32)
    for mine, other in zip(ours(ag.tensor(array)), theirs(torch.tensor(array)), strict=True):
        np.testing.assert_array_equal(mine.numpy(), other.numpy())


@pytest.mark.parametrize(
    ("name", "shape", "args"),
    [
        ("max_pool2d", (4, 4), (2,)),
        ("max_pool2d", (1, 1, 1, 4, 4), (2,)),
        ("max_pool2d", (1, 4, 4), (5,)),
        ("max_pool2d", (1, 4, 4), (2, 2, 2)),
        ("max_pool2d", (1, 4, 4), (0,)),
        ("max_pool2d", (1, 4, 4), ((2, 2, 2),)),
        ("max_pool2d", (1, 4, 4), (2, 1, 0, 0)),
        ("max_pool2d", (1, 4, 0), (2,)),
        ("max_pool1d", (1, 4), (2, 1, -1)),
        ("avg_pool1d", (4,), (2,)),
        ("avg_pool2d", (1, 4, 4), (5,)),
        ("avg_pool2d", (1, 4, 4), (2, 2, 0, False, True, 0)),
        ("avg_pool3d", (1, 4, 4, 0), (2,)),
        ("adaptive_avg_pool2d", (1, 4, 4), ((2, 2, 2),)),
        ("adaptive_avg_pool2d", (1, 4, 4), (-1,)),
        ("adaptive_max_pool2d", (4, 4), (2,)),
        ("adaptive_max_pool1d", (1, 0), (2,)),
    ],
)
def test_what_they_refuse_we_refuse(name, shape, args):
    with pytest.raises((RuntimeError, ValueError, TypeError, IndexError)):
        getattr(torch.nn.functional, name)(torch.zeros(shape), *args)
    with pytest.raises(RuntimeError, match=rf"^{name}: expected"):
        getattr(F, name)(ag.zeros(*shape), *args)


def test_an_error_names_the_layer():
    model = nn.Sequential(nn.Identity(), nn.Sequential(nn.MaxPool2d(9)))
    with pytest.raises(RuntimeError, match=r"^1\.0 \(MaxPool2d\): max_pool2d: expected a result"):
        model(ag.zeros(1, 1, 4, 4))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("dims", "shape", "settings"),
    [
        (2, (2, 3, 10, 9), {"kernel_size": 2, "output_size": (5, 4)}),
        (2, (3, 10, 9), {"kernel_size": (3, 2), "output_size": (4, 1)}),
        (2, (2, 3, 10, 9), {"kernel_size": 3, "output_ratio": (0.5, 0.7)}),
        (3, (2, 2, 8, 7, 9), {"kernel_size": 2, "output_size": (3, 4, 5)}),
        (3, (2, 8, 7, 9), {"kernel_size": 2, "output_ratio": 0.6}),
    ],
)
def test_fractional_pooling(dims, shape, settings, dtype):
    array = SOURCE.normal(size=shape).astype(dtype)
    found = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(4)
        layer = getattr(module, f"FractionalMaxPool{dims}d")(**settings, return_indices=True)
        x = library.tensor(array, requires_grad=True)
        out, places = layer(x)
        (out * out).sum().backward()
        found.append([out.detach().numpy(), places.numpy(), x.grad.numpy()])
    for mine, other in zip(*found, strict=True):
        np.testing.assert_array_equal(mine, other)
