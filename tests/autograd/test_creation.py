from collections import deque

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, GraphError, OperandError, ShapeError


@pytest.mark.parametrize(
    ("data", "dtype", "shape"),
    [
        (3, ag.int64, ()), (2.5, ag.float32, ()), (True, ag.bool, ()),
        ([], ag.float32, (0,)), ([[], []], ag.float32, (2, 0)),
        ([1, 2], ag.int64, (2,)), ([1, 2.5], ag.float32, (2,)), ([True, 2], ag.int64, (2,)),
        ([[1], [2]], ag.int64, (2, 1)),
        ((1, 2), ag.int64, (2,)), (range(3), ag.int64, (3,)), (deque([1.0, 2.0]), ag.float32, (2,)),
        (np.float64(1.5), ag.float64, ()), ([np.float64(1.5)], ag.float64, (1,)),
        ([1, np.float64(2)], ag.float64, (2,)),
        ([np.float32(1), 2.0], ag.float32, (2,)), (np.int32(4), ag.int32, ()), ([np.int32(4), 2.5], ag.float32, (2,)),
        (np.zeros((2, 3)), ag.float64, (2, 3)), ([np.zeros(2), np.ones(2)], ag.float64, (2, 2)),
        (np.zeros(2, np.uint8), ag.uint8, (2,)), (np.zeros(2, np.float16), ag.float16, (2,)),
        ([ag.tensor(1), 2.5], ag.float32, (2,)), ([ag.tensor(1.0), ag.tensor(2.0)], ag.float32, (2,)),
        (ag.tensor([1.0], dtype=ag.float64), ag.float64, (1,)), ([[ag.tensor(1.0)], [2]], ag.float32, (2, 1)),
        ([np.array(1.0), 2.0], ag.float64, (2,)),
    ],
)  # fmt: skip
def test_dtype_and_shape_of_data(data, dtype, shape):
    made = ag.tensor(data)
    assert (made.dtype, made.shape) == (dtype, shape)
    assert made.is_leaf and not made.requires_grad


def test_values_of_data():
    assert ag.tensor([[1, 2], [3, 4]]).tolist() == [[1, 2], [3, 4]]
    assert ag.tensor([[ag.tensor(1.5)], [np.float32(2)]]).tolist() == [[1.5], [2.0]]
    assert ag.tensor([1.7, 2], dtype=ag.int32).tolist() == [1, 2]
    assert ag.tensor([[True], [False]], dtype=float).dtype == ag.float64
    with_grad = ag.tensor([1.0], requires_grad=True)
    assert ag.tensor(with_grad).requires_grad is False
    assert ag.tensor([with_grad[0], 2.0]).tolist() == [1, 2]


def test_the_default_dtype_is_followed():
    ag.set_default_dtype(ag.float64)
    try:
        for made in (ag.tensor(1.5), ag.zeros(2), ag.ones(2), ag.full((2,), 1.5), ag.eye(2), ag.linspace(0, 1, 3),
                     ag.arange(0.0, 1.0, 0.5), ag.empty(1), ag.rand(2), ag.randn(2), ag.tensor([])):  # fmt: skip
            assert made.dtype == ag.float64
    finally:
        ag.set_default_dtype(ag.float32)


@pytest.mark.parametrize(
    ("data", "exception", "message"),
    [
        ([[1, 2], [3]], ShapeError, "ragged"),
        ([1, [2]], ShapeError, "ragged"),
        ([np.zeros(2), np.zeros(3)], ShapeError, "ragged"),
        ("abc", DTypeError, "numbers"),
        (None, DTypeError, "numbers"),
        ([None], DTypeError, "numbers"),
        (np.array(["a"]), DTypeError, "dtype"),
        (np.zeros(2, complex), DTypeError, "dtype"),
        ([2**63], ArgumentError, "holds"),
        (object(), DTypeError, "numbers"),
    ],
)
def test_data_that_is_refused(data, exception, message):
    with pytest.raises(exception, match=message):
        ag.tensor(data)


def test_requires_grad_and_device():
    assert ag.tensor([1.0], requires_grad=True, device="cpu").requires_grad
    for make in (lambda: ag.tensor([1], requires_grad=True), lambda: ag.zeros(2, dtype=ag.int64, requires_grad=True)):
        with pytest.raises(DTypeError, match="floating"):
            make()
    for make in (ag.tensor, ag.zeros, ag.rand, lambda x, device: ag.arange(x, device=device), ag.as_tensor):
        with pytest.raises(ArgumentError, match="cuda"):
            make(2, device="cuda")


def test_copies_and_shared_memory():
    array = np.zeros(3)
    copied, shared, also = ag.tensor(array), ag.from_numpy(array), ag.as_tensor(array)
    array[0] = 1
    shared[1] = 2
    assert copied.tolist() == [0, 0, 0]
    assert shared.tolist() == also.tolist() == [1, 2, 0]
    assert array.tolist() == [1, 2, 0]
    assert ag.as_tensor(array, dtype=ag.float32).dtype == ag.float32
    assert ag.as_tensor(shared) is shared
    assert ag.as_tensor([1, 2]).tolist() == [1, 2]
    with pytest.raises(OperandError, match="NumPy array"):
        ag.from_numpy([1.0])


def test_from_numpy_takes_any_strides():
    array = np.arange(6.0).reshape(2, 3).T[::2]
    assert ag.from_numpy(array).tolist() == [[0, 3], [2, 5]]


def test_from_dlpack_shares_memory():
    array = np.arange(6.0).reshape(2, 3)[:, ::2]
    shared = ag.from_dlpack(array)
    shared[1, 1] = 7
    assert array[1, 1] == 7 and shared.dtype == ag.float64 and ag.from_dlpack(shared)[1, 1] == 7
    from_capsule = ag.from_dlpack(array.__dlpack__())
    array[0, 0] = 5
    assert from_capsule[0, 0] == 5
    assert not np.shares_memory(ag.from_dlpack(array, copy=True).numpy(), array)


def test_from_dlpack_refuses():
    with pytest.raises(OperandError, match="__dlpack__, got list"):
        ag.from_dlpack([1.0])
    with pytest.raises(DTypeError, match="complex"):
        ag.from_dlpack(np.ones(2, complex))
    with pytest.raises(BufferError, match="require gradient"):
        ag.from_dlpack(ag.ones(2, requires_grad=True))
    array = np.arange(2.0)
    array.flags.writeable = False
    with pytest.raises(GraphError, match="read-only"):
        ag.from_dlpack(array).add_(1)


@pytest.mark.parametrize("make", [ag.zeros, ag.ones, ag.empty, ag.rand, ag.randn])
def test_forms_of_sizes(make):
    for made in (
        make(2, 3),
        make((2, 3)),
        make([2, 3]),
        make(size=(2, 3)),
        make(ag.tensor(2), 3),
        make(ag.Size((2, 3))),
    ):
        assert made.shape == (2, 3) and made.dtype == ag.float32
    assert make(()).shape == () and make(0, 2).shape == (0, 2)
    assert make(2, dtype=ag.float64, requires_grad=True).requires_grad
    with pytest.raises(ShapeError, match="not negative"):
        make(-1)
    with pytest.raises(OperandError):
        make(2, colour="red")
    with pytest.raises(OperandError):
        make(2.5)


def test_filled():
    assert ag.zeros(2).tolist() == [0, 0] and ag.ones(2, dtype=ag.int64).tolist() == [1, 1]
    assert ag.full((2,), 3).dtype == ag.int64 and ag.full((2,), 3.0).dtype == ag.float32
    assert ag.full([1, 2], True).dtype == ag.bool
    assert ag.full((2,), ag.tensor(7)).tolist() == [7, 7]
    assert ag.scalar_tensor(3).dtype == ag.float32


def test_tensors_like_another_take_its_shape_dtype_and_layout():
    x = ag.ones(2, 3, dtype=ag.float64).t()
    for made in (
        ag.zeros_like(x),
        ag.ones_like(x),
        ag.empty_like(x),
        ag.full_like(x, 7),
        ag.rand_like(x),
        ag.randn_like(x),
    ):
        assert made.shape == (3, 2) and made.dtype == ag.float64 and made.stride() == (1, 3)
    assert ag.full_like(x, 7).tolist() == [[7, 7]] * 3
    assert ag.zeros_like(x, dtype=ag.int32, device="cpu").dtype == ag.int32
    assert ag.ones_like(x, requires_grad=True).requires_grad
    with pytest.raises(OperandError, match="Tensor"):
        ag.zeros_like([1])


def test_new_tensors_take_the_dtype_of_the_one_asked():
    x = ag.ones(2, dtype=ag.float64)
    assert x.new_tensor([1, 2]).dtype == ag.float64
    assert x.new_zeros(2, 3).shape == x.new_ones((2, 3)).shape == x.new_empty(2, 3).shape == (2, 3)
    assert x.new_full((2,), 3).tolist() == [3, 3] and x.new_full((2,), 3).dtype == ag.float64
    assert x.new_zeros(2, dtype=ag.int64).dtype == ag.int64
    assert x.new_ones(1, requires_grad=True).requires_grad
    with pytest.raises(ArgumentError, match="cuda"):
        x.new_zeros(1, device="cuda")


@pytest.mark.parametrize(
    ("arguments", "values", "dtype"),
    [
        ((4,), [0, 1, 2, 3], ag.int64), ((1, 4), [1, 2, 3], ag.int64), ((1, 8, 3), [1, 4, 7], ag.int64),
        ((5, 0, -2), [5, 3, 1], ag.int64), ((0,), [], ag.int64), ((2.0,), [0, 1], ag.float32),
        ((0, 1, 0.25), [0, 0.25, 0.5, 0.75], ag.float32), ((1.0, 2.0), [1], ag.float32),
        ((0, 1, 0.3), np.float32([0, 0.3, 0.6, 0.9]).tolist(), ag.float32), ((ag.tensor(3),), [0, 1, 2], ag.int64),
        ((3, 3), [], ag.int64),
    ],
)  # fmt: skip
def test_arange(arguments, values, dtype):
    made = ag.arange(*arguments)
    assert made.tolist() == values and made.dtype == dtype


def test_arange_errors():
    for arguments in ((0, 5, 0), (5, 0), (0, 5, -1)):
        with pytest.raises(ArgumentError, match="leads from start to end"):
            ag.arange(*arguments)


def test_spaced():
    assert ag.linspace(0, 1, 5).tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert ag.linspace(3, 3, 1).tolist() == [3] and ag.linspace(0, 1, 0).tolist() == []
    assert ag.linspace(0, 10, 3, dtype=ag.int64).tolist() == [0, 5, 10]
    third = ag.linspace(0, 1, 1001)
    assert third[-1].item() == 1.0
    assert ag.logspace(0, 3, 4).tolist() == [1, 10, 100, 1000]
    assert ag.logspace(0, 3, 4, base=2).tolist() == [1, 2, 4, 8]
    with pytest.raises(ArgumentError, match="steps"):
        ag.linspace(0, 1, -1)


def test_matrices_of_indices():
    assert ag.eye(2, 3).tolist() == [[1, 0, 0], [0, 1, 0]] and ag.eye(2).shape == (2, 2)
    assert ag.tril_indices(2, 2).tolist() == [[0, 1, 1], [0, 0, 1]]
    assert ag.triu_indices(2, 3, 1).tolist() == [[0, 0, 1], [1, 2, 2]]


def test_one_hot():
    assert ag.one_hot(ag.tensor([[0, 2]])).tolist() == [[[1, 0, 0], [0, 0, 1]]]
    assert ag.one_hot(ag.tensor(1), 4).tolist() == [0, 1, 0, 0] and ag.one_hot(ag.tensor(1)).dtype == ag.int64
    with pytest.raises(ArgumentError, match="0 to 1"):
        ag.one_hot(ag.tensor([2]), 2)
    with pytest.raises(DTypeError, match="long"):
        ag.one_hot(ag.tensor([2.0]))
