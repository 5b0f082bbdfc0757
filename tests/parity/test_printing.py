"""The printed text against PyTorch's, over arrays that Hypothesis makes."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd.printing import format_tensor, set_printoptions

torch = pytest.importorskip("torch")

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=9)
MAGNITUDES = st.floats(-1e12, 1e12) | st.floats(-2, 2) | st.integers(-1500, 1500).map(float)
FLOATS = MAGNITUDES | st.sampled_from([0.0, -0.0, np.nan, np.inf, -np.inf, 1e-4, 9.9999e-5, 1e8, 1000.0, 1001.0])
DTYPES = st.sampled_from(["f4", "f8", "f2", "i1", "i4", "i8", "u1", "?"])


def elements(dtype):
    if dtype[0] == "f":
        return FLOATS
    return st.booleans() if dtype == "?" else st.integers(0 if dtype == "u1" else -128, 127)


@st.composite
def arrays(draw):
    dtype = draw(DTYPES)
    wide = draw(hnp.arrays("f8" if dtype[0] == "f" else dtype, draw(SHAPES), elements=elements(dtype)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # beyond float16 is infinity, which is worth printing too
        return wide.astype(dtype)


def assert_prints_alike(array):
    theirs = torch.from_numpy(array)
    assert format_tensor(array, dtype_name=str(theirs.dtype)) == repr(theirs)


@pytest.fixture(autouse=True)
def default_options():
    yield
    set_printoptions(profile="default")
    torch.set_printoptions(profile="default")


@settings(max_examples=500)
@given(arrays())
def test_default_options(array):
    assert_prints_alike(array)


@settings(max_examples=300)
@given(
    array=arrays(),
    precision=st.integers(0, 8),
    threshold=st.sampled_from([0, 5, 100, 1000]),
    edgeitems=st.integers(0, 4),
    linewidth=st.sampled_from([20, 40, 80, 120]),
    sci_mode=st.sampled_from([None, True, False]),
)
def test_any_options(array, **options):
    set_printoptions(**options)
    torch.set_printoptions(**options)
    assert_prints_alike(array)


@pytest.mark.parametrize("shape", [(1001,), (40, 40), (2, 600), (600, 2), (7, 8, 30), (3, 3, 3, 60)])
def test_abridged(shape):
    assert_prints_alike(np.random.default_rng(0).normal(size=shape).astype("f4"))
    assert_prints_alike(np.arange(np.prod(shape)).reshape(shape))


@pytest.mark.parametrize("size", range(1, 24))
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_suffixes(size, dtype):
    array = np.full(size, 0.5, dtype)
    leaf = torch.from_numpy(array).requires_grad_()
    name = str(leaf.dtype)
    assert format_tensor(array, dtype_name=name, requires_grad=True) == repr(leaf)
    theirs = repr(leaf * 1)
    assert format_tensor(array, dtype_name=name, requires_grad=True, grad_fn="<MulBackward0>") == theirs
