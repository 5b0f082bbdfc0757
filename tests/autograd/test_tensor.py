"""Python's protocols on tensors, and what a tensor says of itself."""

import copy
import operator
import pickle
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, GraphError, OperandError


def test_numbers_out_of_a_tensor() -> None:
    assert float(ag.tensor(2.5)) == 2.5
    assert int(ag.tensor([3.9])) == 3
    assert complex(ag.tensor(2.0)) == 2 + 0j
    assert [10, 20, 30][ag.tensor(1)] == 20
    assert list(range(5))[: ag.tensor([2])] == [0, 1]
    assert ag.tensor([[7]]).item() == 7


@pytest.mark.parametrize("convert", [float, int, bool, lambda t: t.item(), complex])
def test_more_than_one_element_is_no_number(convert: Any) -> None:
    with pytest.raises(ArgumentError, match=r"one element.*shape \(2,\)"):
        convert(ag.tensor([1.0, 2.0]))


def test_only_integers_index() -> None:
    with pytest.raises(TypeError, match="integer tensor"):
        [1, 2][ag.tensor(1.0)]


def test_one_element_has_a_truth_value() -> None:
    assert ag.tensor(1.0) and not ag.tensor([0]) and bool(ag.tensor([[True]]))


def test_length_and_iteration() -> None:
    t = ag.tensor([[1, 2], [3, 4]])
    assert len(t) == 2 and [row.tolist() for row in t] == [[1, 2], [3, 4]]
    for use in (len, iter):
        with pytest.raises(TypeError, match="0-d"):
            use(ag.tensor(1))


def test_iteration_is_differentiable() -> None:
    x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    total = sum(value * (i + 1) for i, value in enumerate(x))
    total.backward()
    assert x.grad.tolist() == [1.0, 2.0, 3.0]


def test_membership() -> None:
    t = ag.tensor([1, 2, 3])
    assert 2 in t and 5 not in t and ag.tensor(3) in t


def test_reversed_goes_along_the_first_dimension() -> None:
    assert reversed(ag.tensor([[1, 2], [3, 4]])).tolist() == [[3, 4], [1, 2]]
    assert reversed(ag.tensor(1)).item() == 1


def test_formatting() -> None:
    assert f"{ag.tensor(3.14159):.2f}" == "3.14"
    assert f"{ag.tensor(2.0):+.1f}" == "+2.0"
    assert f"{ag.tensor([1, 2])}" == "tensor([1, 2])"


def test_printing_shows_the_graph() -> None:
    x = ag.tensor([1.0], requires_grad=True)
    assert repr(x) == "tensor([1.], requires_grad=True)"
    assert repr(x * 2) == "tensor([2.], grad_fn=<MulBackward0>)"
    assert repr(ag.tensor([1.5], dtype=ag.float64)) == "tensor([1.5000], dtype=autograd.float64)"


def test_numpy_sees_the_same_memory() -> None:
    t = ag.zeros(3)
    t.numpy()[1] = 5.0
    assert t.tolist() == [0.0, 5.0, 0.0]
    assert np.asarray(t).base is t.numpy() or np.shares_memory(np.asarray(t), t.numpy())
    assert np.array(t, dtype=np.float64).dtype == np.float64
    assert not np.shares_memory(np.array(t, copy=True), t.numpy())
    with pytest.raises(ValueError, match="copy"):
        np.array(t, dtype=np.float64, copy=False)


def test_numpy_refuses_to_cut_the_graph() -> None:
    x = ag.ones(2, requires_grad=True)
    with pytest.raises(GraphError, match=r"detach\(\).numpy\(\)"):
        x.numpy()
    assert x.detach().numpy().tolist() == [1.0, 1.0]
    assert x.numpy(force=True).tolist() == [1.0, 1.0]


def test_arrays_before_tensors_leave_the_operator_to_the_tensor() -> None:
    x = ag.ones(2, dtype=ag.float64, requires_grad=True)
    y = np.array([2.0, 3.0]) * x
    assert isinstance(y, ag.Tensor) and y.requires_grad


def test_copies_of_leaves() -> None:
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    (x * 3.0).sum().backward()
    x.label = "weights"
    for made in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert made.requires_grad and made.is_leaf and made.tolist() == [1.0, 2.0]
        assert made.grad.tolist() == [3.0, 3.0] and made.label == "weights"
        assert not np.shares_memory(made.detach().numpy(), x.detach().numpy())


def test_a_shallow_copy_shares_memory() -> None:
    x = ag.tensor([1.0, 2.0])
    made = copy.copy(x)
    made[0] = 9.0
    assert made is not x and x[0].item() == 9.0


@pytest.mark.parametrize("make", [copy.deepcopy, pickle.dumps])
def test_computed_tensors_are_not_copied(make: Any) -> None:
    y = ag.tensor([1.0], requires_grad=True) * 2.0
    with pytest.raises(ArgumentError, match=r"leaf.*MulBackward0.*detach"):
        make(y)


def test_deepcopy_keeps_sharing_within_a_structure() -> None:
    x = ag.ones(2)
    first, second = copy.deepcopy([x, x])
    assert first is second


def test_the_constructor() -> None:
    assert ag.Tensor([1, 2]).dtype == ag.float32
    assert ag.Tensor(2, 3).shape == (2, 3)
    assert ag.Tensor().shape == (0,)


def test_attributes_of_a_computed_tensor() -> None:
    x = ag.ones(2, 3, requires_grad=True)
    y = (x * 2.0).T
    assert y.shape == (3, 2) and y.ndim == y.dim() == 2 and y.requires_grad and not y.is_leaf
    assert y.device == ag.device("cpu") and str(y.device) == "cpu" and not y.is_cuda
    assert x.is_leaf and x.grad_fn is None and y.grad_fn is not None
    assert y.itemsize == 4 and y.nbytes == 24 and y.stride() == (1, 3) and not y.is_contiguous()


def test_gradients_are_of_the_tensors_shape_and_dtype() -> None:
    x = ag.ones(2, requires_grad=True)
    x.grad = ag.zeros(2)
    for wrong in (ag.zeros(3), ag.zeros(2, dtype=ag.float64)):
        with pytest.raises(ArgumentError, match="grad: expected shape"):
            x.grad = wrong
    with pytest.raises(OperandError, match="Tensor or None"):
        x.grad = 1.0


def test_integers_take_no_gradient() -> None:
    with pytest.raises(DTypeError, match="floating-point"):
        ag.tensor([1], requires_grad=True)
    with pytest.raises(DTypeError, match=r"float\(\)"):
        ag.tensor([1]).requires_grad_()


def test_there_is_one_device() -> None:
    assert ag.ones(1, device="cpu").to("cpu").to(ag.device("cpu", 0)).tolist() == [1.0]
    for wrong in (lambda: ag.ones(1, device="cuda"), lambda: ag.ones(1).to("mps"), lambda: ag.ones(1).cuda()):
        with pytest.raises(ArgumentError, match=r"'cpu'.*CPU only"):
            wrong()


@pytest.mark.parametrize(
    "convert,dtype",
    [
        (lambda t: t.to(ag.float64), ag.float64),
        (lambda t: t.to("cpu", ag.int32), ag.int32),
        (lambda t: t.to(dtype=ag.float16), ag.float16),
        (lambda t: t.to(ag.ones(1, dtype=ag.int8)), ag.int8),
        (lambda t: t.type(ag.uint8), ag.uint8),
        (lambda t: t.type("torch.DoubleTensor"), ag.float64),
        (lambda t: t.type_as(ag.ones(1, dtype=ag.int16)), ag.int16),
        (lambda t: t.double(), ag.float64),
        (lambda t: t.half(), ag.float16),
        (lambda t: t.long(), ag.int64),
        (lambda t: t.int(), ag.int32),
        (lambda t: t.bool(), ag.bool),
    ],
)
def test_conversions(convert: Any, dtype: Any) -> None:
    t = ag.tensor([0.0, 1.0, 2.0])
    assert convert(t).dtype is dtype
    assert t.to(ag.float32) is t and t.to(ag.float32, copy=True) is not t
    assert t.type() == "torch.FloatTensor"


def test_casts_carry_gradients_back() -> None:
    x = ag.ones(2, requires_grad=True)
    x.double().sum().backward()
    assert x.grad.dtype is ag.float32 and x.grad.tolist() == [1.0, 1.0]


def test_dlpack() -> None:
    t = ag.arange(6.0).reshape(2, 3).t()
    there = np.from_dlpack(t)
    there[0, 1] = 9
    assert np.shares_memory(there, t.numpy()) and t[0, 1] == 9
    assert t.__dlpack_device__() == (1, 0)
    with pytest.raises(BufferError, match="require gradient, use tensor.detach()"):
        np.from_dlpack(ag.ones(2, requires_grad=True))


def test_arrays_out_of_a_tensor() -> None:
    t = ag.tensor([1.5, 2.5])
    assert np.shares_memory(np.asarray(t), t.numpy()) and not np.shares_memory(np.array(t), t.numpy())
    assert np.asarray(t, np.int64).tolist() == [1, 2] and np.asarray(t, np.float32, copy=False) is t.numpy()
    with pytest.raises(ValueError, match="copy"):
        np.asarray(t, np.int64, copy=False)
    with pytest.raises(GraphError, match="detach"):
        np.asarray(ag.ones(2, requires_grad=True))


def test_typed_constructors_name_dtypes():
    x = ag.zeros(2)
    assert x.type(ag.DoubleTensor).dtype is ag.float64 and x.double().type(ag.Tensor).dtype is ag.float32
    assert isinstance(x, ag.FloatTensor) and not isinstance(x, ag.LongTensor) and not isinstance(3.0, ag.FloatTensor)
    assert ag.LongTensor(2, 3).shape == (2, 3) and ag.LongTensor([2, 3]).tolist() == [2, 3]
    assert (
        repr(ag.FloatTensor) == "<class 'autograd.FloatTensor'>" and repr(ag.channels_last) == "autograd.channels_last"
    )
    ag.set_default_tensor_type("torch.DoubleTensor")
    try:
        assert ag.ones(1).dtype is ag.float64
    finally:
        ag.set_default_tensor_type(ag.FloatTensor)
    assert ag.ones(1).contiguous(memory_format=ag.channels_last).dtype is ag.float32


def test_functions_of_numpy_give_tensors():
    x, array = ag.tensor([1.0, 4.0]), np.float32([3.0, 2.0])
    assert isinstance(np.sqrt(x), ag.Tensor) and np.sqrt(x).tolist() == [1, 2] and np.sqrt(x).dtype is ag.float32
    assert (
        np.exp(ag.tensor(0.0)).item() == 1 and np.add.reduce(x).item() == 5 and np.maximum(x, array).tolist() == [3, 4]
    )
    fraction, whole = np.modf(ag.tensor([1.5]))
    assert fraction.tolist() == [0.5] and whole.tolist() == [1]
    array += x
    assert array.tolist() == [4, 6] and isinstance(array, np.ndarray)
    np.exp(ag.zeros(2), out=array)
    assert array.tolist() == [1, 1]
    with pytest.raises(GraphError, match="detach"):
        np.exp(ag.ones(2, requires_grad=True))


@pytest.mark.parametrize("write", [lambda x: np.add(x, 2, out=x), lambda x: np.add.at(x, [0, 0], 1.0)])
def test_what_numpy_writes_into_a_tensor_is_noticed(write):
    kept, weight = ag.ones(3), ag.ones(3, requires_grad=True)
    loss = (weight * kept).sum()
    assert (write(kept) is kept or kept[1].item() == 1) and kept[0].item() == 3
    with pytest.raises(GraphError, match="overwritten"):
        loss.backward()


@pytest.mark.parametrize(
    "name", ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "lt", "le", "gt", "ge", "eq"]
)
def test_operators_of_arrays_are_those_of_tensors(name):
    x, array = ag.tensor([1.0, 2.0], requires_grad=True), np.float32([3.0, 2.0])
    for first in (array, np.float32(3.0)):
        result = getattr(operator, name)(first, x)
        expected = getattr(operator, name)(ag.tensor(first), x)
        assert isinstance(result, ag.Tensor) and ag.equal(result, expected)
        assert result.requires_grad == expected.requires_grad and type(result.grad_fn) is type(expected.grad_fn)


def test_matrix_and_bit_operators_of_arrays():
    x = ag.ones(2, 2, requires_grad=True)
    (np.ones((1, 2), np.float32) @ x).sum().backward()
    assert x.grad.tolist() == [[1, 1], [1, 1]]
    mask = np.array([True, False])
    bits = [mask & ag.tensor([True, True]), mask | ag.tensor([False, False]), mask ^ ag.tensor([True, True])]
    assert [b.tolist() for b in bits] == [[True, False], [True, False], [False, True]]


def test_questions_of_older_scripts():
    assert ag.ones(2).get_device() == -1 and ag.tensor([2.0]).is_nonzero() and not ag.tensor(0).is_nonzero()
    with pytest.raises(ArgumentError):
        ag.ones(2).is_nonzero()
