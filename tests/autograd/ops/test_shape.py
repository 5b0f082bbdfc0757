import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

import autograd as ag
from autograd.errors import ArgumentError, DimensionError, OperandError, ShapeError
from autograd.ops.shape import matrix_transpose, reshape_as, reverse_dims, view, view_as
from tests.conformance import ErrorCase, OpCase, conforms, refuses

CASES = [
    OpCase(ag.reshape, lambda x, shape: x.reshape(shape), [(2, 6)], {"shape": (3, 4)}),
    OpCase(ag.reshape, lambda x, shape: x.reshape(shape), [(2, 6)], {"shape": (4, -1)}),
    OpCase(ag.reshape, lambda x, shape: x.reshape(shape), [()], {"shape": (1, 1)}),
    OpCase(ag.reshape, lambda x, shape: x.reshape(shape), [(1,)], {"shape": ()}),
    OpCase(ag.reshape, lambda x, shape: x.reshape(shape), [(2, 0)], {"shape": (0, 5)}),
    OpCase(ag.permute, lambda x, dims: x.transpose(dims), [(2, 3, 4)], {"dims": (2, 0, 1)}),
    OpCase(ag.permute, lambda x, dims: np.moveaxis(x, -1, 0), [(2, 3, 4)], {"dims": (-1, 0, 1)}),
    OpCase(ag.permute, lambda x, dims: x, [()], {"dims": ()}),
    OpCase(ag.transpose, lambda x, dim0, dim1: x.swapaxes(dim0, dim1), [(2, 3, 4)], {"dim0": 0, "dim1": -1}),
    OpCase(ag.transpose, lambda x, dim0, dim1: x, [()], {"dim0": 0, "dim1": -1}),
    OpCase(ag.swapdims, lambda x, dim0, dim1: x.T, [(2, 3)], {"dim0": 0, "dim1": 1}, name="swapdims"),
    OpCase(ag.squeeze, np.squeeze, [(1, 3, 1)]),
    OpCase(ag.squeeze, lambda x, dim: x.reshape(3, 1), [(1, 3, 1)], {"dim": 0}),
    OpCase(ag.squeeze, lambda x, dim: x, [(1, 3, 1)], {"dim": 1}),
    OpCase(ag.squeeze, lambda x, dim: x.reshape(3), [(1, 3, 1)], {"dim": (0, -1)}),
    OpCase(ag.squeeze, lambda x: x, [()]),
    OpCase(ag.unsqueeze, lambda x, dim: x[:, None], [(2, 3)], {"dim": 1}),
    OpCase(ag.unsqueeze, lambda x, dim: x[..., None], [(2, 3)], {"dim": -1}),
    OpCase(ag.unsqueeze, lambda x, dim: x[None], [()], {"dim": 0}),
    OpCase(ag.t, np.transpose, [(2, 3)]),
    OpCase(ag.t, lambda x: x, [(3,)]),
    OpCase(reverse_dims, np.transpose, [(2, 3, 4)]),
    OpCase(matrix_transpose, lambda x: x.swapaxes(-1, -2), [(2, 3, 4)]),
    OpCase(ag.adjoint, lambda x: x.swapaxes(-1, -2), [(3, 4)], name="adjoint"),
    OpCase(ag.movedim, lambda x, source, destination: np.moveaxis(x, source, destination), [(2, 3, 4)],
           {"source": 0, "destination": -1}),
    OpCase(ag.moveaxis, lambda x, source, destination: np.moveaxis(x, source, destination), [(2, 3, 4)],
           {"source": (0, 1), "destination": (2, 0)}, name="moveaxis"),
    OpCase(ag.flatten, np.ravel, [(2, 3, 4)]),
    OpCase(ag.flatten, lambda x, start_dim, end_dim: x.reshape(2, 12, 2), [(2, 3, 4, 2)],
           {"start_dim": 1, "end_dim": 2}),
    OpCase(ag.flatten, lambda x: x.reshape(1), [()]),
    OpCase(ag.unflatten, lambda x, dim, sizes: x.reshape(2, 3, 4), [(2, 12)], {"dim": 1, "sizes": (3, -1)}),
    OpCase(ag.ravel, np.ravel, [(2, 3)]),
    OpCase(ag.atleast_1d, np.atleast_1d, [()]),
    OpCase(ag.atleast_2d, np.atleast_2d, [(3,)]),
    OpCase(ag.atleast_3d, np.atleast_3d, [(3,)]),
    OpCase(ag.atleast_3d, np.atleast_3d, [(3, 2)]),
    OpCase(ag.atleast_2d, lambda x: [np.atleast_2d(a) for a in x], [[(3,), (), (2, 2)]], name="atleast_2d of several"),
]  # fmt: skip

ERRORS = [
    ErrorCase(ag.reshape, [ag.zeros(2, 3), (4, -1)], ShapeError, r"product is 6, got \(4, -1\) for shape \(2, 3\)"),
    ErrorCase(view, [ag.zeros(2, 3).t(), (6,)], ShapeError, "Use reshape"),
    ErrorCase(ag.zeros(2, 3).view, ["a"], OperandError, "integers"),
    ErrorCase(ag.permute, [ag.zeros(2, 3), (0,)], ArgumentError, "2 dimensions"),
    ErrorCase(ag.permute, [ag.zeros(2, 3), (0, 0)], ArgumentError, "each dimension once"),
    ErrorCase(
        ag.transpose, [ag.zeros(2, 3), 0, 2], DimensionError, r"transpose: expected a dimension in \[-2, 1\], got 2"
    ),
    ErrorCase(ag.squeeze, [ag.zeros(2, 3), 5], DimensionError, "squeeze"),
    ErrorCase(ag.unsqueeze, [ag.zeros(2, 3), 3], DimensionError, r"\[-3, 2\]"),
    ErrorCase(ag.unsqueeze, [ag.zeros(2, 3), 1.5], OperandError, "integer"),
    ErrorCase(ag.t, [ag.zeros(2, 3, 4)], ShapeError, "at most 2"),
    ErrorCase(matrix_transpose, [ag.zeros(2)], ShapeError, "at least 2"),
    ErrorCase(ag.movedim, [ag.zeros(2, 3), (0, 1), 0], ArgumentError, "as many"),
    ErrorCase(ag.flatten, [ag.zeros(2, 3), 1, 0], ArgumentError, "before"),
    ErrorCase(ag.unflatten, [ag.zeros(2, 6), 1, (4, -1)], ShapeError, "product is 6"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x.reshape(3, 2), lambda x: x.view(6), lambda x: x.t(), lambda x: x.T, lambda x: x.mT,
        lambda x: x.unsqueeze(0), lambda x: x.squeeze(), lambda x: x.flatten(), lambda x: x.permute(1, 0),
        lambda x: x.movedim(0, 1), lambda x: x.unflatten(1, (3, 1)), lambda x: x[0], lambda x: x[:, 1:],
        lambda x: x.unbind()[1], lambda x: x.split(1)[1], lambda x: x.chunk(2, 1)[0], lambda x: x.select(0, 0),
        lambda x: x.narrow(1, 0, 2), lambda x: x.diagonal(), lambda x: x.unfold(1, 2, 1), lambda x: x.expand(2, 3),
        lambda x: x.as_strided((2, 2), (1, 1)), lambda x: x.view_as(ag.zeros(3, 2)), lambda x: x[..., None, 1],
        lambda x: x[0, 1], lambda x: x[()], lambda x: x.detach(),
    ],
)  # fmt: skip
def test_views_share_memory(make):
    x = ag.tensor(np.arange(6.0).reshape(2, 3))
    v = make(x)
    assert np.shares_memory(x._array, v._array)
    with ag.no_grad():
        v.fill_(7.0)
    assert (x._array == 7.0).any()


def test_reshape_copies_where_it_must():
    x = ag.arange(6).reshape(2, 3)
    assert not np.shares_memory(x.t().reshape(6)._array, x._array)
    assert x.t().reshape(-1).tolist() == [0, 3, 1, 4, 2, 5]


def test_sizes_as_arguments():
    x = ag.arange(12)
    four = ag.tensor(4)
    for shaped in (x.view(3, 4), x.view((3, 4)), x.view([3, 4]), x.view(3, four), x.reshape(shape=(3, 4)),
                   x.view(ag.zeros(3, 4).shape), x.view(np.int64(3), -1)):  # fmt: skip
        assert shaped.shape == (3, 4)
    assert view_as(x, ag.zeros(6, 2)).shape == reshape_as(x, ag.zeros(6, 2)).shape == (6, 2)
    assert x.view(3, 4).permute((1, 0)).shape == x.view(3, 4).permute(dims=(1, 0)).shape == (4, 3)
    assert x.expand(2, 12).shape == x.expand(size=(2, 12)).shape == x.repeat(2, 1).shape == (2, 12)
    assert x.repeat(repeats=(2, 1)).shape == x.tile(dims=(2, 1)).shape == x.tile((2, 1)).shape == (2, 12)
    assert x.flip(dims=[0]).tolist() == x.flip(0).tolist() == list(range(11, -1, -1))
    assert x.view(3, 4).size() == (3, 4) and x.view(3, 4).size(-1) == 4
    assert (x.numel(), x.nelement(), x.dim(), x.ndimension(), x.element_size()) == (12, 12, 1, 1, 8)


def test_view_in_another_dtype_shares_the_bits():
    x = ag.tensor([1.0, -2.0])
    bits = x.view(ag.int32)
    assert bits.tolist() == np.array([1.0, -2.0], np.float32).view(np.int32).tolist()
    bits[0] = 0
    assert x.tolist() == [0.0, -2.0]


@given(array_shapes(min_dims=0, max_dims=5, max_side=3), st.data())
def test_random_chains_of_views_match_numpy(shape, data):
    array = np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape)
    x = ag.tensor(array, requires_grad=True)
    y, expected = x, array
    for _ in range(data.draw(st.integers(1, 5))):
        n = expected.ndim
        kind = data.draw(st.sampled_from(["permute", "unsqueeze", "squeeze", "flatten", "transpose", "flip"]))
        if kind == "permute":
            dims = data.draw(st.permutations(range(n)))
            y, expected = y.permute(tuple(dims)), expected.transpose(dims)
        elif kind == "unsqueeze" and n < 6:
            dim = data.draw(st.integers(-n - 1, n))
            y, expected = y.unsqueeze(dim), np.expand_dims(expected, dim)
        elif kind == "squeeze":
            y, expected = y.squeeze(), expected.squeeze()
        elif kind == "flatten" and n:
            first = data.draw(st.integers(0, n - 1))
            y = y.flatten(first)
            expected = expected.reshape(*expected.shape[:first], -1) if expected.size else expected.reshape(
                *expected.shape[:first], int(np.prod(expected.shape[first:])))  # fmt: skip
        elif kind == "transpose" and n:
            a, b = data.draw(st.integers(-n, n - 1)), data.draw(st.integers(-n, n - 1))
            y, expected = y.transpose(a, b), expected.swapaxes(a, b)
        elif kind == "flip" and n:
            dim = data.draw(st.integers(-n, n - 1))
            y, expected = y.flip(dim), np.flip(expected, dim)
    assert y.shape == expected.shape
    np.testing.assert_array_equal(y.detach().numpy(), expected)
    weights = np.cos(np.arange(expected.size)).reshape(expected.shape)
    y.backward(ag.tensor(weights))
    scattered = np.zeros(array.size)
    scattered[expected.ravel().astype(int)] = weights.ravel()
    np.testing.assert_array_equal(x.grad.numpy(), scattered.reshape(shape))
