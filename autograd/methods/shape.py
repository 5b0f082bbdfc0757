"""Shapes: views, joins' counterparts, and what a tensor says about its size."""

from __future__ import annotations

from typing import Any

from autograd.dtypes import dtype as DType
from autograd.ops import arrangement, broadcasting, joining, windows
from autograd.ops import diagonal as diagonals
from autograd.ops import shape as ops
from autograd.ops.dimensions import wrap_dim
from autograd.ops.inplace import overwrite
from autograd.ops.reshaping_inplace import reshape_itself
from autograd.size import sizes
from autograd.tensor_base import TensorBase


class ShapeMethods(TensorBase):
    """Sizes, and other shapes; see `autograd.ops.shape`, `joining`, `arrangement`, `diagonal` and `windows`."""

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
        """A view in another shape, `view(2, 3)` or `view((2, 3))`; `view(dtype)` takes the same bits for another dtype.

        Raises ShapeError where a copy would be needed.
        """
        if len(size) == 1 and isinstance(size[0], DType):
            return self._wrapped(self._array.view(size[0].dtype))
        return ops.view(self, sizes(size, "view"))

    def permute(self, *order: Any, dims: Any = None) -> Any:
        """A view with the dimensions in another order, `permute(1, 0)` or `permute((1, 0))`."""
        return ops.permute(self, sizes(order if dims is None else (dims,), "permute"))

    def expand(self, *sizes_: Any, size: Any = None) -> Any:
        """A view with unit dimensions repeated, `expand(2, 3)` or `expand((2, 3))`; -1 keeps a size."""
        return broadcasting.expand(self, sizes(sizes_ if size is None else (size,), "expand"))

    def unflatten(self, dim: int, sizes: Any) -> Any:
        """A view with one dimension split into `sizes`."""
        return ops.unflatten(self, dim, tuple(sizes))

    def repeat(self, *counts: Any, repeats: Any = None) -> Any:
        """The tensor laid side by side, `repeat(2, 3)` or `repeat((2, 3))`."""
        return arrangement.repeat(self, *(counts if repeats is None else (repeats,)))

    def tile(self, *counts: Any, dims: Any = None) -> Any:
        """`repeat`, where missing counts, those of the first dimensions, are 1."""
        return arrangement.tile(self, sizes(counts, "tile") if dims is None else dims)

    def flip(self, *chosen: Any, dims: Any = None) -> Any:
        """A copy with the order along each of `dims` reversed, `flip(0, 1)` or `flip((0, 1))`."""
        return arrangement.flip(self, sizes(chosen if dims is None else (dims,), "flip"))

    def split(self, split_size: Any, dim: int = 0) -> Any:
        """Views of that length, or of the lengths in a list, along a dimension."""
        return joining.split(self, split_size, dim)

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
    split_with_sizes = joining.split_with_sizes
    chunk = joining.chunk
    tensor_split = joining.tensor_split
    hsplit = joining.hsplit
    vsplit = joining.vsplit
    dsplit = joining.dsplit
    expand_as = arrangement.expand_as
    broadcast_to = arrangement.broadcast_to
    repeat_interleave = arrangement.repeat_interleave
    roll = arrangement.roll
    rot90 = arrangement.rot90
    fliplr = arrangement.fliplr
    flipud = arrangement.flipud
    unfold = windows.unfold
    as_strided = windows.as_strided
    diagonal = diagonals.diagonal
    diag = diagonals.diag
    diag_embed = diagonals.diag_embed
    diagflat = diagonals.diagflat
    tril = diagonals.tril
    triu = diagonals.triu

    def squeeze_(self, dim: Any = None) -> Any:
        """`squeeze` of this tensor itself."""
        return reshape_itself(self, lambda x: ops.squeeze(x, dim), "squeeze_")

    def unsqueeze_(self, dim: int) -> Any:
        """`unsqueeze` of this tensor itself."""
        return reshape_itself(self, lambda x: ops.unsqueeze(x, dim), "unsqueeze_")

    def transpose_(self, dim0: int, dim1: int) -> Any:
        """`transpose` of this tensor itself."""
        return reshape_itself(self, lambda x: ops.transpose(x, dim0, dim1), "transpose_")

    swapaxes_ = swapdims_ = transpose_

    def t_(self) -> Any:
        """`t` of this tensor itself."""
        return reshape_itself(self, ops.t, "t_")

    def tril_(self, diagonal: int = 0) -> Any:
        return overwrite(self, diagonals.tril(self, diagonal), "tril_")

    def triu_(self, diagonal: int = 0) -> Any:
        return overwrite(self, diagonals.triu(self, diagonal), "triu_")

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
