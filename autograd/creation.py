"""New tensors: from data, filled with a value, or with numbers in regular order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd import memory
from autograd.array_like import array_of, example_of, new_array, stands_in
from autograd.device import check_device
from autograd.dtypes import default_float, of, result_dtype, to_numpy
from autograd.errors import ArgumentError, DTypeError, OperandError, complaint
from autograd.size import named_size, new_sizes
from autograd.tensor import Tensor, as_tensor_of
from autograd.tensor_base import TensorBase
from autograd.typing import Array, Scalar


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False, pin_memory: bool = False
) -> Tensor:
    """A new leaf with a copy of `data`: a number, nested sequences of numbers and tensors, an array or a tensor.

    Without a `dtype`, arrays, tensors and NumPy's numbers keep theirs; Python's floats give the default dtype, its
    integers int64, its booleans bool. Raises ShapeError for ragged sequences, DTypeError for what is no number.
    """
    check_device(device)
    return as_tensor_of(new_array("tensor", data, dtype), requires_grad)


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """`data` as a tensor: itself if it is one (cast if need be), on the same memory if it is an array of that dtype."""
    check_device(device)
    if isinstance(data, Tensor):
        return data if dtype is None else data.to(dtype)
    if isinstance(data, np.ndarray):
        array = data if dtype is None else data.astype(to_numpy(dtype), copy=False)
        return from_numpy(array)
    return as_tensor_of(new_array("as_tensor", data, dtype))


asarray = as_tensor


def from_numpy(ndarray: Array) -> Tensor:
    """A tensor on the memory of an array: writing to either shows in both. Raises OperandError for other data."""
    if not isinstance(ndarray, np.ndarray):
        raise OperandError(complaint("from_numpy", "a NumPy array", type(ndarray).__name__, "Use tensor(...)"))
    of(ndarray.dtype)
    countable = type(memory.owner(ndarray)).__weakrefoffset__ or not ndarray.flags.writeable
    return as_tensor_of(ndarray if countable else np.asarray(_Lender(ndarray)))


class _Lender:
    """Memory of others as an object that writes can be counted for, which a DLPack capsule is not."""

    def __init__(self, array: Array) -> None:
        self.array = array
        self.__array_interface__ = array.__array_interface__


class _Capsule:
    """A bare DLPack capsule as an object that offers it, which is what NumPy takes."""

    def __init__(self, capsule: Any) -> None:
        self.capsule = capsule

    def __dlpack__(self, **_: Any) -> Any:
        return self.capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0


def from_dlpack(ext_tensor: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A tensor on the memory of an array of any library that speaks DLPack, or of a DLPack capsule.

    `copy`: True for a new copy, False for an error where memory cannot be shared. What is read-only there stays so.
    Raises OperandError for other data, BufferError for what its library does not give away (other devices, tensors
    that require grad), DTypeError for dtypes that do not exist here.
    """
    check_device(device)
    source = _Capsule(ext_tensor) if type(ext_tensor).__name__ == "PyCapsule" else ext_tensor
    if not hasattr(source, "__dlpack__"):
        given = type(ext_tensor).__name__
        raise OperandError(complaint("from_dlpack", "an array that offers __dlpack__", given, "Use tensor(...)"))
    try:
        array = np.from_dlpack(source, copy=copy)
    except RuntimeError as problem:
        cure = "Convert it there first, bfloat16 to float32"
        raise DTypeError(complaint("from_dlpack", "a dtype that NumPy has", str(problem), cure)) from problem
    return from_numpy(array)


def scalar_tensor(s: Scalar, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A 0-d tensor holding a number, of the default dtype unless asked otherwise."""
    return full((), s, dtype=default_float() if dtype is None else dtype, device=device, requires_grad=requires_grad)


def zeros(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **named: Any) -> Tensor:
    """Zeros of the given sizes, `zeros(2, 3)`, `zeros((2, 3))` or `zeros(size=(2, 3))`; the default dtype."""
    return _made("zeros", np.zeros(named_size("zeros", size, named), dtype_or_default(dtype)), device, requires_grad)


def ones(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **named: Any) -> Tensor:
    """Ones of the given sizes; the default dtype."""
    return _made("ones", np.ones(named_size("ones", size, named), dtype_or_default(dtype)), device, requires_grad)


def empty(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **named: Any) -> Tensor:
    """A tensor of the given sizes whose elements are whatever the memory held; the default dtype."""
    return _made("empty", np.empty(named_size("empty", size, named), dtype_or_default(dtype)), device, requires_grad)


def full(size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of that size filled with a number, whose kind decides the dtype: bool, int64 or the default one."""
    value = array_of(fill_value) if isinstance(fill_value, TensorBase) else fill_value
    chosen = result_dtype(value) if dtype is None else to_numpy(dtype)
    return _made("full", np.full(new_sizes((size,), "full"), value, chosen), device, requires_grad)


def zeros_like(input: Any, **options: Any) -> Tensor:
    """Zeros of the shape and dtype of `input`; `dtype`, `device`, `requires_grad` as for `zeros`."""
    return _like("zeros_like", input, 0, **options)


def ones_like(input: Any, **options: Any) -> Tensor:
    """Ones of the shape and dtype of `input`; `dtype`, `device`, `requires_grad` as for `ones`."""
    return _like("ones_like", input, 1, **options)


def empty_like(input: Any, **options: Any) -> Tensor:
    """An uninitialised tensor of the shape and dtype of `input`; `dtype`, `device`, `requires_grad` as for `empty`."""
    return _like("empty_like", input, None, **options)


def full_like(input: Any, fill_value: Any, **options: Any) -> Tensor:
    """A tensor of the shape and dtype of `input` filled with a number; options as for `full`."""
    return _like("full_like", input, fill_value, **options)


def arange(
    start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Numbers from `start` (0 if it is the only one given) in steps up to, but without, `end`.

    int64 if all three are integers, else the default dtype. Raises ArgumentError for a step of 0 or the wrong sign.
    """
    given = [x.item() if isinstance(x, Tensor | np.generic) else x for x in (start, end, step) if x is not None]
    first, last, by = given if len(given) == 3 else (0, *given)
    integers = all(isinstance(x, int) for x in given)
    chosen = (np.dtype(np.int64) if integers else default_float()) if dtype is None else to_numpy(dtype)
    if chosen.kind != "f":
        first, last, by, integers = int(first), int(last), int(by), True
    if by == 0 or (last - first) * by < 0:
        raise ArgumentError(complaint("arange", "a step that leads from start to end", f"({first}, {last}, {by})"))
    count = -((first - last) // by) if integers else math.ceil((last - first) / by)
    working = np.dtype(np.int64) if integers else np.dtype(np.float64)
    values = np.asarray(first, working) + np.arange(count, dtype=working) * np.asarray(by, working)
    return _made("arange", values.astype(chosen, copy=False), device, requires_grad)


def linspace(
    start: Any, end: Any, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`steps` numbers evenly spaced from `start` to `end`, both included; the default dtype."""
    chosen = dtype_or_default(dtype)
    return _made("linspace", _spaced("linspace", start, end, steps, chosen).astype(chosen), device, requires_grad)


def logspace(
    start: Any,
    end: Any,
    steps: int,
    base: float = 10.0,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """`base` to the powers that `linspace(start, end, steps)` gives."""
    chosen = dtype_or_default(dtype)
    powers = np.power(float(base), _spaced("logspace", start, end, steps, chosen))
    return _made("logspace", powers.astype(chosen), device, requires_grad)


def _spaced(where: str, start: Any, end: Any, steps: int, dtype: np.dtype[Any]) -> Array:
    """Counted from both ends to the middle, as PyTorch does, so that both ends are met exactly."""
    if steps < 0:
        raise ArgumentError(complaint(where, "steps >= 0", str(steps)))
    working = dtype if dtype.kind == "f" else np.dtype(np.float64)
    first, last = (working.type(dtype.type(float(x))) for x in (start, end))
    step = (last - first) / working.type(max(steps - 1, 1))
    places = np.arange(steps, dtype=working)
    return np.where(places < max(steps // 2, 1), first + step * places, last - step * (steps - 1 - places))


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones on the diagonal, zeros elsewhere, of shape `(n, n)` or `(n, m)`."""
    rows, columns = new_sizes((n, n if m is None else m), "eye")
    return _made("eye", np.eye(rows, columns, dtype=dtype_or_default(dtype)), device, requires_grad)


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: Any = np.int64, device: Any = None) -> Tensor:
    """Rows and columns, `(2, count)`, of the places on and below a diagonal of a `(row, col)` matrix, row by row."""
    return _made("tril_indices", np.stack(np.tril_indices(row, offset, col)).astype(to_numpy(dtype)), device, False)


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: Any = np.int64, device: Any = None) -> Tensor:
    """Rows and columns, `(2, count)`, of the places on and above a diagonal of a `(row, col)` matrix, row by row."""
    return _made("triu_indices", np.stack(np.triu_indices(row, offset, col)).astype(to_numpy(dtype)), device, False)


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """An int64 tensor with a new last dimension of `num_classes` zeros and a 1 at each class of `tensor`, (*, classes).

    -1 takes the largest class plus one. Raises ArgumentError for classes out of range.
    """
    if stands_in(tensor) and num_classes > 0:
        return (tensor.unsqueeze(-1) == arange(num_classes)).long()
    classes = tensor._array
    if classes.dtype.kind not in "iu":
        raise DTypeError(complaint("one_hot", "integer classes", str(classes.dtype), "Convert them with long()"))
    count = int(classes.max()) + 1 if num_classes == -1 and classes.size else num_classes
    if count < 1 or (classes.size and (classes.min() < 0 or classes.max() >= count)):
        raise ArgumentError(
            complaint("one_hot", f"classes from 0 to {count - 1}", f"shape {classes.shape} beyond them")
        )
    return as_tensor_of((classes[..., None] == np.arange(count)).astype(np.int64))


def dtype_or_default(wanted: Any) -> np.dtype[Any]:
    """The dtype asked for, or the default one."""
    return default_float() if wanted is None else to_numpy(wanted)


def _like(
    where: str,
    input: Any,
    value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    layout: Any = None,
    memory_format: Any = None,
) -> Tensor:
    input = example_of(input)
    if not isinstance(input, TensorBase):
        raise OperandError(complaint(where, "a Tensor", type(input).__name__))
    made = np.empty_like(input._array, None if dtype is None else to_numpy(dtype))
    if value is not None:
        made[...] = array_of(value)
    return _made(where, made, device, requires_grad)


def _made(where: str, array: Array, device: Any, requires_grad: bool) -> Tensor:
    check_device(device)
    if requires_grad and array.dtype.kind != "f":
        raise DTypeError(complaint(where, "a floating-point dtype with requires_grad", str(array.dtype)))
    return as_tensor_of(array, requires_grad)
