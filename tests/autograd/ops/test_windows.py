import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

import autograd as ag
from autograd.errors import ArgumentError, ShapeError
from autograd.ops.windows import unfold
from tests.conformance import ErrorCase, OpCase, conforms, refuses


def _windows(x, dimension, size, step):
    if x.ndim == 0:
        return x.reshape(1)[:size]
    places = (slice(None),) * (dimension % x.ndim) + (slice(None, None, step),)
    return sliding_window_view(x, size, dimension)[places]


def _unfolded(shape, dimension, size, step):
    return OpCase(unfold, _windows, [shape], {"dimension": dimension, "size": size, "step": step})


def _strided(shape, size, stride, storage_offset=0):
    def oracle(x, size, stride, storage_offset):
        flat = x.ravel()
        return np.array([flat[storage_offset + int(np.dot(i, stride))] for i in np.ndindex(size)]).reshape(size)

    kwargs = {"size": size, "stride": stride, "storage_offset": storage_offset}
    return OpCase(lambda x, **kw: ag.as_strided(x.contiguous(), **kw), oracle, [shape], kwargs, name="as_strided")


CASES = [
    _unfolded((7,), 0, 3, 1),
    _unfolded((7, 2), 0, 3, 2),
    _unfolded((2, 7), -1, 2, 3),
    _unfolded((5,), 0, 5, 1),
    _unfolded((), 0, 1, 1),
    _strided((3, 4), (2, 2), (1, 1)),
    _strided((3, 4), (3,), (5,)),
    _strided((3, 4), (2, 3), (0, 4), 1),
    _strided((6,), (), (), 4),
]

ERRORS = [
    ErrorCase(unfold, [ag.zeros(4), 0, 5, 1], ArgumentError, "size <= 4"),
    ErrorCase(unfold, [ag.zeros(4), 0, 2, 0], ArgumentError, "step > 0"),
    ErrorCase(ag.as_strided, [ag.zeros(4), (2, 3), (2, 1)], ShapeError, "among the 4 elements"),
    ErrorCase(ag.as_strided, [ag.zeros(4), (2,), (2, 1)], ShapeError, "for each size"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_writing_through_overlapping_windows_of_a_transposed_tensor():
    x = ag.tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    y = x.t() * 1
    moved = y.t().as_strided((3, 2), (1, 3))
    moved[0] = 10.0
    assert y.tolist() == [[10, 10], [1, 4], [2, 5]]
    (y * y).sum().backward()
    expected = np.where(y.detach().numpy().T == 10, 0, 2 * np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(x.grad.numpy(), expected)
