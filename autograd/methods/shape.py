"""Shapes: views, joins' counterparts, and what a tensor says about its size."""

from __future__ import annotations

from typing import Any

from autograd.ops import broadcasting, joining
from autograd.ops import shape as ops
from autograd.ops.dimensions import wrap_dim
from autograd.size import sizes
from autograd.tensor_base import TensorBase


class ShapeMethods(TensorBase):
    """Sizes, and views in other shapes; see `autograd.ops.shape` and `autograd.ops.joining`."""

    __slots__ = ()

    def size(self, dim: Any = None) -> Any:
        """The sizes of all dimensions, or of one."""
        return self.shape if dim is None else self._array.shape[wrap_dim("size", dim, self._array.ndim)]

    def dim(self) -> int:
        """The number of dimensions."""
        return self._array.ndim

    ndimension = dim

    def numel(self) -> int:
        """The number of elements."""
        return self._array.size

    nelement = numel

    def element_size(self) -> int:
        """Bytes that an element takes."""
        return self._array.itemsize

    def reshape(self, *sizes_: Any, shape: Any = None) -> Any:
        """The elements in another shape, `reshape(2, 3)` or `reshape((2, 3))`: a view where possible."""
        return ops.reshape(self, sizes(sizes_ if shape is None else (shape,), "reshape"))

    def view(self, *size: Any) -> Any:
        """A view in another shape, `view(2, 3)` or `view((2, 3))`. Raises ShapeError where a copy would be needed."""
        return ops.view(self, sizes(size, "view"))

    def permute(self, *dims: Any) -> Any:
        """A view with the dimensions in another order, `permute(1, 0)` or `permute((1, 0))`."""
        return ops.permute(self, sizes(dims, "permute"))

    def expand(self, *size: Any) -> Any:
        """A view with unit dimensions repeated, `expand(2, 3)` or `expand((2, 3))`; -1 keeps a size."""
        return broadcasting.expand(self, sizes(size, "expand"))

    def unflatten(self, dim: int, sizes: Any) -> Any:
        """A view with one dimension split into `sizes`."""
        return ops.unflatten(self, dim, tuple(sizes))

    transpose = swapaxes = swapdims = ops.transpose
    squeeze = ops.squeeze
    unsqueeze = ops.unsqueeze
    t = ops.t
    movedim = moveaxis = ops.movedim
    flatten = ops.flatten
    ravel = ops.ravel
    view_as = ops.view_as
    reshape_as = ops.reshape_as
    adjoint = ops.adjoint
    unbind = joining.unbind

    @property
    def T(self) -> Any:
        """A view with the dimensions in reverse order."""
        return ops.reverse_dims(self)

    @property
    def mT(self) -> Any:
        """A view with the last two dimensions exchanged."""
        return ops.matrix_transpose(self)

    H = T
    mH = mT
