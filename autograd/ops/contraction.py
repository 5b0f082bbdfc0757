"""Contractions: products of two tensors, summed over labelled dimensions.

A tensor's dimensions carry labels, one integer each. The derivatives of a contraction are contractions of the same
kind, so these few operations serve every order. Wherever a sum is over a product, batches of matrix products do it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.general_call import operation
from autograd.ops.matmul import different_dtypes, product
from autograd.ops.summation import total
from autograd.typing import A, Shape

Labels = tuple[int, ...]


@operation(lambda g, input_shape, source, target: spread(g, input_shape, target, source), view=True)
def gather_labels(input: A, source: Labels, target: Labels) -> A:
    """One tensor with dimensions `source` as one with dimensions `target`, some of them.

    A label that occurs twice in `source` means the diagonal; labels that are missing in `target` are summed over.
    A view where there is nothing to sum.
    """
    return _gathered(input, source, target)


def _gathered(x: Any, source: Labels, target: Labels) -> Any:
    each = tuple(dict.fromkeys(source))
    if len(each) < len(source):
        x = _diagonal(x, source, each)
    summed = tuple([i for i, label in enumerate(each) if label not in target])
    if summed:
        x = total(x, summed)
        each = tuple([label for label in each if label in target])
    return np.asarray(x).transpose([each.index(label) for label in target])


@operation(lambda g, source, target: gather_labels(g, target, source))
def spread(input: A, shape: Shape, source: Labels, target: Labels) -> A:
    """The transpose of `gather_labels`: dimensions that `source` lacks are repeated, diagonals are filled.

    `shape` is the shape of the result, whose dimensions are `target`.
    """
    return _spread(input, shape, source, target)


def _spread(x: Any, shape: Shape, source: Labels, target: Labels) -> Any:
    each = tuple(dict.fromkeys(target))
    sizes = dict(zip(target, shape, strict=True))
    order = [source.index(label) for label in each if label in source]
    aligned = x.transpose(order)[tuple([slice(None) if label in source else None for label in each])]
    full = np.broadcast_to(aligned, [sizes[label] for label in each])
    if len(each) == len(target):
        return full
    made = np.zeros(shape, x.dtype)
    _diagonal(made, target, each)[...] = full
    return made


def _diagonal(x: Any, source: Labels, each: Labels) -> Any:
    """The view of the elements that have the same index wherever `source` repeats a label; dimensions `each`."""
    return np.einsum(x, [each.index(label) for label in source], list(range(len(each))))


@operation(
    lambda g, b, first, second, target: contract(g, b, target, second, first),
    lambda g, a, first, second, target: contract(g, a, target, first, second),
)
def contract(a: A, b: A, first: Labels, second: Labels, target: Labels) -> A:
    """The product of `a` with dimensions `first` and `b` with dimensions `second`, summed to dimensions `target`.

    No label occurs twice in a tensor, each label of one operand occurs in the other or in `target`, and sizes agree.
    """
    return _contracted(a, b, first, second, target)


def _contracted(a: Any, b: Any, first: Labels, second: Labels, target: Labels) -> Any:
    if a.dtype != b.dtype:
        raise different_dtypes("einsum", a, b)
    shared = [label for label in first if label in second]
    summed = [label for label in shared if label not in target]
    if not summed:
        return np.multiply(_aligned(a, first, target), _aligned(b, second, target))
    batch = [label for label in target if label in shared]
    left = [label for label in first if label not in shared]
    right = [label for label in second if label not in shared]
    sizes = {**dict(zip(first, a.shape, strict=True)), **dict(zip(second, b.shape, strict=True))}
    if not left and not right:
        depth = (math.prod([sizes[label] for label in summed]),)
        rows, others = (_grouped(x, have, batch, summed) for x, have in ((a, first), (b, second)))
        return np.asarray(np.vecdot(*(x.reshape(x.shape[: len(batch)] + depth) for x in (rows, others))))
    return _as_matrices(a, b, (first, second, target), (batch, left, summed, right), sizes)


def _as_matrices(
    a: Any, b: Any, labels: tuple[Labels, ...], groups: tuple[list[int], ...], sizes: dict[int, int]
) -> Any:
    """A batch of matrix products: rows are the labels of `a` alone, columns those of `b` alone."""
    first, second, target = labels
    batch, left, summed, right = groups
    rows, depth, columns = (math.prod([sizes[label] for label in group]) for group in (left, summed, right))
    head = tuple([sizes[label] for label in batch])
    one = _grouped(a, first, batch, left, summed).reshape(*head, rows, depth)
    other = _grouped(b, second, batch, summed, right).reshape(*head, depth, columns)
    made = [*batch, *left, *right]
    out = product(one, other).reshape([sizes[label] for label in made])
    return out.transpose([made.index(label) for label in target])


def _grouped(x: Any, have: Labels, *groups: Sequence[int]) -> Any:
    return x.transpose([have.index(label) for group in groups for label in group])


def _aligned(x: Any, have: Labels, target: Labels) -> Any:
    """The dimensions in the order of `target`, those that the tensor lacks with size 1."""
    ordered = x.transpose([have.index(label) for label in target if label in have])
    return ordered[tuple([slice(None) if label in have else None for label in target])]
