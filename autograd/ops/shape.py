"""The same elements in another shape or order of dimensions: views wherever the memory allows."""

from __future__ import annotations

import math
from typing import Any

from autograd import memory
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.general_call import operation
from autograd.ops.dimensions import wrap_dim, wrap_dims
from autograd.typing import A, Dims, Shape


@operation(lambda g, input_shape: reshape(g, input_shape), view=True)
def reshape(input: A, shape: Shape) -> A:
    """The elements in row-major order in another shape, one size of which may be −1; a view where possible.

    Raises ShapeError where the number of elements differs.
    """
    return _reshaped("reshape", input, shape)


@operation(lambda g, input_shape: reshape(g, input_shape), view=True)
def view(input: A, size: Shape) -> A:
    """As `reshape`, but never a copy. Raises ShapeError where the memory's layout would need one."""
    made = _reshaped("view", input, size)
    if made.size > 1 and memory.owner(made) is not memory.owner(input):
        raise ShapeError(
            complaint("view", "a tensor whose memory is laid out so that the new shape is a view",
                      f"shape {input.shape} with strides {input.strides} to {tuple(size)}",
                      "Use reshape(), or contiguous() first")
        )  # fmt: skip
    return made


def _reshaped(where: str, input: Any, shape: Any) -> Any:
    try:
        return input.reshape(shape)
    except (ValueError, TypeError) as problem:
        raise ShapeError(
            complaint(where, f"sizes of which the product is {input.size}", f"{shape} for shape {input.shape}",
                      "One of them may be -1")
        ) from problem  # fmt: skip


@operation(lambda g, dims: permute(g, _inverse(dims)), view=True)
def permute(input: A, dims: Shape) -> A:
    """A view whose dimension i is dimension `dims[i]` of the tensor. Raises ArgumentError unless each occurs once."""
    order = wrap_dims("permute", dims, input.ndim)
    if len(order) != input.ndim:
        raise ArgumentError(complaint("permute", f"{input.ndim} dimensions for shape {input.shape}", str(tuple(dims))))
    return input.transpose(order)


def _inverse(dims: Shape) -> tuple[int, ...]:
    inverse = [0] * len(dims)
    for i, dim in enumerate(dims):
        inverse[dim % len(dims)] = i
    return tuple(inverse)


@operation(lambda g, dim0, dim1: transpose(g, dim0, dim1), view=True)
def transpose(input: A, dim0: int, dim1: int) -> A:
    """A view with two dimensions exchanged."""
    first, second = wrap_dim("transpose", dim0, input.ndim), wrap_dim("transpose", dim1, input.ndim)
    return input.swapaxes(first, second) if input.ndim else input.view()


swapaxes = swapdims = transpose


@operation(lambda g, input_shape: reshape(g, input_shape), view=True)
def squeeze(input: A, dim: Dims = None) -> A:
    """A view without dimensions of size 1: all of them, or those among `dim`, an integer or a tuple."""
    if dim is None:
        return input.squeeze()
    chosen = wrap_dims("squeeze", dim, input.ndim)
    return input.reshape([s for i, s in enumerate(input.shape) if s != 1 or i not in chosen])


@operation(lambda g, input_shape: reshape(g, input_shape), view=True)
def unsqueeze(input: A, dim: int) -> A:
    """A view with a dimension of size 1 inserted before dimension `dim`; −1 appends it."""
    place = wrap_dim("unsqueeze", dim, input.ndim + 1)
    return input.reshape((*input.shape[:place], 1, *input.shape[place:]))


def t(input: A) -> A:
    """A matrix transposed; vectors and numbers as they are. Raises ShapeError for more dimensions."""
    if input.ndim > 2:
        raise ShapeError(complaint("t", "at most 2 dimensions", f"shape {input.shape}", "Use mT or transpose()"))
    return transpose(input, 0, 1) if input.ndim == 2 else permute(input, tuple(range(input.ndim)))


def reverse_dims(input: A) -> A:
    """A view with the dimensions in reverse order: `Tensor.T`."""
    return permute(input, tuple(range(input.ndim - 1, -1, -1)))


def matrix_transpose(input: A) -> A:
    """A view with the last two dimensions exchanged: `Tensor.mT`. Raises ShapeError for fewer than two."""
    if input.ndim < 2:
        raise ShapeError(complaint("mT", "at least 2 dimensions", f"shape {input.shape}"))
    return transpose(input, -2, -1)


adjoint = matrix_transpose


def movedim(input: A, source: Dims, destination: Dims) -> A:
    """A view with the dimensions `source` moved to the places `destination`, the others keeping their order."""
    origins = wrap_dims("movedim", source, input.ndim)
    places = wrap_dims("movedim", destination, input.ndim)
    if len(origins) != len(places):
        raise ArgumentError(complaint("movedim", "as many sources as destinations", f"{source} and {destination}"))
    target = dict(zip(places, origins, strict=True))
    others = iter([i for i in range(input.ndim) if i not in origins])
    return permute(input, tuple([target[i] if i in target else next(others) for i in range(input.ndim)]))


moveaxis = movedim


def flatten(input: A, start_dim: int = 0, end_dim: int = -1) -> A:
    """The dimensions from `start_dim` to `end_dim` as one; a 0-d tensor gives one of shape (1,).

    Raises ArgumentError where start_dim comes after end_dim.
    """
    first, last = (wrap_dim("flatten", dim, input.ndim) for dim in (start_dim, end_dim))
    if first > last:
        raise ArgumentError(complaint("flatten", "start_dim before end_dim", f"{start_dim} and {end_dim}"))
    if first == last and input.ndim:
        return input
    shape = input.shape
    return reshape(input, (*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]))


def unflatten(input: A, dim: int, sizes: Shape) -> A:
    """A view with one dimension split into `sizes`, one of which may be −1."""
    chosen, shape = wrap_dim("unflatten", dim, input.ndim), input.shape
    split = _filled("unflatten", tuple(sizes), shape[chosen])
    return view(input, (*shape[:chosen], *split, *shape[chosen + 1 :]))


def _filled(where: str, sizes: Shape, total: int) -> Shape:
    known = math.prod([s for s in sizes if s != -1])
    full = tuple([total // known if s == -1 and known else s for s in sizes])
    if math.prod(full) != total or sizes.count(-1) > 1:
        raise ShapeError(complaint(where, f"sizes of which the product is {total}", str(sizes)))
    return full


def ravel(input: A) -> A:
    """The elements in one dimension; a view where possible."""
    return reshape(input, (-1,))


def view_as(input: A, other: Any) -> A:
    """`view` in the shape of another tensor."""
    return view(input, other.shape)


def reshape_as(input: A, other: Any) -> A:
    """`reshape` to the shape of another tensor."""
    return reshape(input, other.shape)


def atleast_1d(*tensors: Any) -> Any:
    """Tensors with at least one dimension: 0-d ones get one. Several, or a sequence, give a tuple."""
    return _each(tensors, lambda x: reshape(x, (1,)) if x.ndim == 0 else x)


def atleast_2d(*tensors: Any) -> Any:
    """Tensors with at least two dimensions, new ones in front. Several, or a sequence, give a tuple."""
    return _each(tensors, lambda x: reshape(x, (1, 1)) if x.ndim == 0 else unsqueeze(x, 0) if x.ndim == 1 else x)


def atleast_3d(*tensors: Any) -> Any:
    """Tensors with at least three dimensions: (N,) gives (1, N, 1), (M, N) gives (M, N, 1). Several give a tuple."""

    def grown(x: Any) -> Any:
        if x.ndim == 0:
            return reshape(x, (1, 1, 1))
        return unsqueeze(unsqueeze(x, 0), -1) if x.ndim == 1 else unsqueeze(x, -1) if x.ndim == 2 else x

    return _each(tensors, grown)


def _each(tensors: tuple[Any, ...], change: Any) -> Any:
    if len(tensors) == 1 and not isinstance(tensors[0], tuple | list):
        return change(tensors[0])
    return tuple([change(x) for x in (tensors[0] if len(tensors) == 1 else tensors)])
