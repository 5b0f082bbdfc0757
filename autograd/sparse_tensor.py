"""SparseTensor: a matrix of which only some entries are stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.device import CPU, device
from autograd.dtypes import default_float, of
from autograd.dtypes import dtype as DType
from autograd.errors import ArgumentError, DimensionError, DTypeError, GraphError, OperandError, ShapeError, complaint
from autograd.ops.dimensions import wrap_dim
from autograd.ops.indexing import index, put_items
from autograd.ops.joining import cat
from autograd.ops.shape import reshape, transpose
from autograd.ops.sparse import Pattern, spmm
from autograd.size import Size
from autograd.tensor_base import TensorBase, wrap
from autograd.typing import Array


class SparseTensor:
    """A matrix (M, K) given by the places and values (E,) of its entries; make one with `sparse_coo_tensor`.

    Entries for one place add up; `coalesce` brings them together. The values are a Tensor, and gradients flow through
    it to all orders: the gradient of a stored value is the gradient of its element, the others have none.
    """

    is_sparse = True
    layout = "sparse_coo"

    def __init__(self, pattern: Pattern, values: Any, coalesced: bool = False) -> None:
        self._pattern = pattern
        self._stored = values
        self._coalesced = coalesced

    @property
    def pattern(self) -> Pattern:
        """Where the entries stand, as operations take it."""
        return self._pattern

    @property
    def shape(self) -> Size:
        """Rows and columns."""
        return Size(self._pattern.shape)

    def size(self, dim: int | None = None) -> Any:
        """The sizes of both dimensions, or of one."""
        return self.shape if dim is None else self.shape[wrap_dim("size", dim, 2)]

    ndim = 2

    def dim(self) -> int:
        """Always 2."""
        return 2

    def numel(self) -> int:
        """How many elements the matrix has, stored or not."""
        return self._pattern.shape[0] * self._pattern.shape[1]

    @property
    def dtype(self) -> DType:
        """The type of the values."""
        return self._stored.dtype

    @property
    def device(self) -> device:
        """Where the tensor lives: the CPU."""
        return CPU

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow into or through the values."""
        return self._stored.requires_grad

    @property
    def is_leaf(self) -> bool:
        """Whether the values are no result of operations that are recorded."""
        return self._stored.is_leaf

    def requires_grad_(self, requires_grad: bool = True) -> SparseTensor:
        """Let the values collect gradients, or no longer."""
        self._stored.requires_grad_(requires_grad)
        return self

    @property
    def grad(self) -> SparseTensor | None:
        """The gradient that the values have collected, at the same places."""
        grad = self._stored.grad
        return None if grad is None else self._with(grad)

    def _nnz(self) -> int:
        """How many entries are stored."""
        return self._pattern.rows.numbers.size

    def is_coalesced(self) -> bool:
        """Whether each place has one entry at most, in the order of rows and columns."""
        return self._coalesced

    def coalesce(self) -> SparseTensor:
        """The same matrix with one entry a place, in the order of rows and columns."""
        if self._coalesced:
            return self
        rows, columns = self._indices_array()
        width = max(self._pattern.columns.size, 1)
        places, owners = np.unique(rows * width + columns, return_inverse=True)
        values = put_items(self._stored, places.shape, (owners.reshape(-1),))
        return SparseTensor(Pattern.of(places // width, places % width, self._pattern.shape), values, True)

    def indices(self) -> Any:
        """The places (2, E), rows and columns, of a coalesced tensor. Raises GraphError for another."""
        self._require_coalesced("indices")
        return self._indices()

    def values(self) -> Any:
        """The values (E,) of a coalesced tensor. Raises GraphError for another."""
        self._require_coalesced("values")
        return self._stored

    def _indices(self) -> Any:
        """The places (2, E) as they are stored."""
        return wrap(self._stored.result_class, self._indices_array(), None)

    def _values(self) -> Any:
        """The values (E,) as they are stored."""
        return self._stored

    def to_dense(self) -> Any:
        """The matrix (M, K) with all its elements."""
        places = (self._pattern.rows.numbers, self._pattern.columns.numbers)
        return put_items(self._stored, self._pattern.shape, places)

    def to_sparse(self) -> SparseTensor:
        """The matrix itself."""
        return self

    cpu = to_sparse

    def t(self) -> SparseTensor:
        """The transposed matrix (K, M)."""
        return SparseTensor(self._pattern.mT, self._stored)

    T = mT = property(t)

    def transpose(self, dim0: int, dim1: int) -> SparseTensor:
        """The matrix with two dimensions exchanged."""
        first, second = (wrap_dim("transpose", dim, 2) for dim in (dim0, dim1))
        return self if first == second else self.t()

    def mm(self, mat2: Any) -> Any:
        """The product with a dense matrix (K, N), or a vector (K,): see `autograd.sparse.mm`."""
        return product("mm", self, mat2)

    matmul = mv = mm

    def __matmul__(self, other: Any) -> Any:
        return product("matmul", self, other)

    def __record_operation__(
        self, call: Callable[..., Any], name: str, args: tuple[Any, ...], params: dict[str, Any]
    ) -> Any:
        """Functions of operations, of which this is an operand: products, and sums with dense matrices, are dense."""
        if name in ("add", "sub") and isinstance(args[0], SparseTensor) and isinstance(args[1], SparseTensor):
            step = params.get("alpha", 1)
            return args[0] + args[1] * (step if name == "add" else -step)
        if name in ("add", "sub"):
            return call(*[x.to_dense() if isinstance(x, SparseTensor) else x for x in args], **params)
        if name == "matmul" and isinstance(args[0], SparseTensor):
            return product("matmul", args[0], args[1])
        if name == "matmul" and isinstance(args[0], TensorBase) and args[0].ndim == 2:
            return transpose(product("matmul", self.t(), transpose(args[0], 0, 1)), 0, 1)
        if name == "add_product" and isinstance(args[1], SparseTensor):
            input, mat1, mat2, where, beta, alpha = args
            return input * beta + product(where, mat1, mat2) * alpha
        if name == "mul":
            return self * (args[1] if args[0] is self else args[0])
        raise  # the OperandError that led here

    def __add__(self, other: Any) -> Any:
        """Another sparse matrix gives a sparse one with the entries of both, a dense one the dense sum."""
        if not isinstance(other, SparseTensor):
            return self.to_dense() + other
        if self.shape != other.shape:
            raise ShapeError(complaint("add", "matrices of one shape", f"{self.shape} and {other.shape}"))
        rows, columns = np.concatenate([self._indices_array(), other._indices_array()], 1)
        return SparseTensor(Pattern.of(rows, columns, self._pattern.shape), cat([self._stored, other._stored]))

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __mul__(self, other: Any) -> SparseTensor:
        """The product with a number, or element by element with a dense matrix of this shape."""
        if isinstance(other, TensorBase) and other.shape == self.shape:
            places = (self._pattern.rows.numbers, self._pattern.columns.numbers)
            return self._with(self._stored * index(other, places))
        if not isinstance(other, int | float) and not (isinstance(other, TensorBase) and other.ndim == 0):
            expected = f"a number, or a dense matrix {tuple(self.shape)}, for a sparse tensor"
            raise OperandError(complaint("mul", expected, type(other).__name__, "Use to_dense()"))
        return self._with(self._stored * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> SparseTensor:
        return self * (1 / other)

    def __neg__(self) -> SparseTensor:
        return self * -1

    def sum(self, dim: int | None = None) -> Any:
        """The sum of all elements, 0-d; along a dimension a dense Tensor, (K,) for 0, (M,) for 1."""
        if dim is None:
            return self._stored.sum()
        kept = self._pattern.columns if wrap_dim("sum", dim, 2) == 0 else self._pattern.rows
        return put_items(self._stored, (kept.size,), (kept.numbers,))

    def clone(self) -> SparseTensor:
        """The same matrix with values of its own, through which gradients flow."""
        return self._with(self._stored.clone())

    def detach(self) -> SparseTensor:
        """The same matrix outside the graph, on the same memory."""
        return self._with(self._stored.detach())

    def to(self, *args: Any, **kwargs: Any) -> SparseTensor:
        """The matrix in another dtype, as `Tensor.to`."""
        return self._with(self._stored.to(*args, **kwargs))

    def float(self) -> SparseTensor:
        """The matrix in float32."""
        return self._with(self._stored.float())

    def double(self) -> SparseTensor:
        """The matrix in float64."""
        return self._with(self._stored.double())

    def with_values(self, values: Any) -> SparseTensor:
        """Other values (E,) at the places of these. Raises ShapeError for another number of them."""
        if tuple(values.shape) != (self._nnz(),):
            given = f"shape {tuple(values.shape)}"
            raise ShapeError(complaint("with_values", f"values of shape {(self._nnz(),)}", given))
        return self._with(values)

    def __repr__(self) -> str:
        facts = [f"size={self._pattern.shape}", f"nnz={self._nnz()}"]
        facts += [] if self._stored._array.dtype in (default_float(), np.int64) else [f"dtype={self.dtype}"]
        facts += [f"layout={self.layout}"]
        node = self._stored.grad_fn
        facts += [f"grad_fn={node!r}"] if node is not None else ["requires_grad=True"] if self.requires_grad else []
        values = repr(self._stored.detach()).replace(f", dtype={self.dtype}", "")
        parts = {"indices": repr(self._indices()), "values": values}
        shown = [f"{name}={x}".replace("\n", "\n" + " " * (len(name) + 8)) for name, x in parts.items()]
        text = ",\n       ".join([*shown, ", ".join(facts)])
        return f"tensor({text})"

    def _with(self, values: Any) -> SparseTensor:
        return SparseTensor(self._pattern, values, self._coalesced)

    def _indices_array(self) -> Array:
        return np.stack([self._pattern.rows.numbers, self._pattern.columns.numbers])

    def _require_coalesced(self, where: str) -> None:
        if not self._coalesced:
            given = "one that may have several entries for a place"
            raise GraphError(complaint(where, "a coalesced tensor", given, f"Call coalesce().{where}()"))


def product(where: str, mat1: SparseTensor, mat2: Any) -> Any:
    """A sparse matrix (M, K) times a dense one (K, N), or a vector (K,); the errors name the operation `where`."""
    if not isinstance(mat2, TensorBase):
        raise OperandError(complaint(where, "a dense Tensor", type(mat2).__name__, "Use to_dense()"))
    shapes = f"shapes {tuple(mat1.shape)} and {tuple(mat2.shape)}"
    if mat2.ndim not in (1, 2) or mat2.shape[0] != mat1.shape[1]:
        raise ShapeError(complaint(where, f"a matrix or a vector with {mat1.shape[1]} rows", shapes))
    if mat1.dtype.dtype != mat2._array.dtype:
        given = f"{mat1.dtype} and {of(mat2._array.dtype)}"
        raise DTypeError(complaint(where, "operands of one dtype", given, "Convert one of them with .to(dtype)"))
    if mat2.ndim == 2:
        return spmm(mat1._values(), mat2, mat1.pattern)
    return reshape(spmm(mat1._values(), reshape(mat2, (mat2.shape[0], 1)), mat1.pattern), (mat1.shape[0],))


def from_dense(input: Any) -> SparseTensor:
    """The elements of a matrix (M, K) that are not zero, coalesced. Raises ShapeError for other dimensions."""
    if input.ndim != 2:
        raise ShapeError(complaint("to_sparse", "a matrix", f"shape {tuple(input.shape)}"))
    rows, columns = np.nonzero(input._array)
    return SparseTensor(Pattern.of(rows, columns, input.shape), index(input, (rows, columns)), True)


def pattern_of(where: str, indices: Array, count: int, size: Any) -> Pattern:
    """The pattern of `count` entries at `indices` (2, E) in a matrix of that size, by default the least that fits.

    Raises ShapeError, DTypeError and DimensionError for what is none.
    """
    if indices.ndim != 2 or len(indices) != 2 or indices.shape[1] != count:
        raise ShapeError(complaint(where, f"indices of shape {(2, count)}, as there are {count} values",
                                   f"shape {indices.shape}", "Only matrices can be sparse"))  # fmt: skip
    if indices.dtype.kind not in "iu":
        raise DTypeError(complaint(where, "indices that are integers", f"{of(indices.dtype)}", "Convert with long()"))
    rows, columns = indices.astype(np.intp)
    shape = tuple(int(i.max(initial=-1)) + 1 for i in (rows, columns)) if size is None else tuple(size)
    if len(shape) != 2 or min(shape) < 0:
        raise ArgumentError(complaint(where, "a size of two dimensions", str(shape), "Only matrices can be sparse"))
    for places, length, name in zip((rows, columns), shape, ("row", "column"), strict=True):
        if count and not (places.min() >= 0 and places.max() < length):
            given = f"{places.min()} to {places.max()}"
            raise DimensionError(complaint(where, f"{name} indices from 0 to {length - 1}", given))
    return Pattern.of(rows, columns, shape)
