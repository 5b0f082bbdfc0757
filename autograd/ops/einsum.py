"""Sums of products in Einstein's notation, as chains of contractions of two tensors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError, OperandError, ShapeError, complaint
from autograd.ops.contraction import Labels, contract, gather_labels
from autograd.typing import Shape


def einsum(equation: Any, *operands: Any) -> Any:
    """Products of tensors summed over labelled dimensions: `einsum("bij,bjk->bik", x, y)`.

    A letter names a dimension; one that is missing after `->` is summed over, one that occurs twice in a tensor means
    its diagonal, and `...` stands for any further dimensions, which broadcast, as dimensions of size 1 do. Without `->`
    the result has `...` and then the letters that occur once, in alphabetical order. Labels may also be lists of
    numbers from 0 to 51 after each tensor: `einsum(x, [0, 1], y, [1, 2], [0, 2])`.
    Three tensors and more are contracted in the order that `numpy.einsum_path` finds.
    Raises ArgumentError for a wrong equation, ShapeError where sizes do not fit, DTypeError for different dtypes.
    """
    if not isinstance(equation, str):
        equation, operands = _from_lists((equation, *operands))
    elif len(operands) == 1 and isinstance(operands[0], list | tuple):
        operands = tuple(operands[0])
    if not operands or not all(hasattr(x, "shape") for x in operands):
        given = ", ".join(type(x).__name__ for x in operands)
        raise OperandError(complaint("einsum", "an equation and tensors", given or "no tensors"))
    plan = _plan(equation, tuple([tuple(x.shape) for x in operands]))
    tensors = [
        x if labels == kept else gather_labels(x, labels, kept)
        for x, labels, kept in zip(operands, plan.given, plan.kept, strict=True)
    ]
    for i, j, first, second, target in plan.steps:
        one, other = tensors[i], tensors[j]
        tensors = [x for k, x in enumerate(tensors) if k not in (i, j)] + [contract(one, other, first, second, target)]
    return tensors[0]


class Step(NamedTuple):
    """The contraction of two tensors by their places in the list; the result goes to its end."""

    i: int
    j: int
    first: Labels
    second: Labels
    target: Labels


class Plan(NamedTuple):
    """What to do: the labels of the operands, those that remain before products, and the contractions."""

    given: tuple[Labels, ...]
    kept: tuple[Labels, ...]
    steps: tuple[Step, ...]


@functools.lru_cache(maxsize=512)
def _plan(equation: str, shapes: tuple[Shape, ...]) -> Plan:
    given, target = _parsed(equation, shapes)
    sizes = _sizes(equation, given, shapes)
    if len(given) == 1:
        return Plan(given, (target,), ())
    full = [
        [label for label, size in dict(zip(labels, shape, strict=True)).items() if size == sizes[label]]
        for labels, shape in zip(given, shapes, strict=True)
    ]
    kept = []
    for i, labels in enumerate(full):
        elsewhere = {label for k, others in enumerate(full) if k != i for label in others} | set(target)
        kept.append(tuple([label for label in labels if label in elsewhere]))
    return Plan(given, tuple(kept), _steps(kept, target, sizes))


def _sizes(equation: str, given: Sequence[Labels], shapes: Sequence[Shape]) -> dict[int, int]:
    """The size of each label: that of every tensor that has it, where it is not 1."""
    sizes: dict[int, int] = {}
    for labels, shape in zip(given, shapes, strict=True):
        here: dict[int, int] = {}
        for label, size in zip(labels, shape, strict=True):
            before = sizes.get(label, 1)
            if here.setdefault(label, size) != size or (before != 1 != size and size != before):
                raise ShapeError(
                    complaint("einsum", f"one size for {_name(label)} in {equation!r}", f"shapes {_listed(shapes)}")
                )
            sizes[label] = size if before == 1 else before
    return sizes


def _steps(kept: Sequence[Labels], target: Labels, sizes: dict[int, int]) -> tuple[Step, ...]:
    steps: list[Step] = []
    have = list(kept)
    for chosen in _path(have, target, sizes):
        i = chosen[0]
        for place in range(1, len(chosen)):
            j = chosen[place] - (place if place > 1 else 0)
            others = {label for k, labels in enumerate(have) if k not in (i, j) for label in labels}
            first, second = have[i], have[j]
            both = dict.fromkeys((*first, *second))
            made = tuple([label for label in both if label in others or label in target])
            if not others and len(have) == 2:
                made = target
            steps.append(Step(i, j, first, second, made))
            have = [x for k, x in enumerate(have) if k not in (i, j)] + [made]
            i = len(have) - 1
    return tuple(steps)


def _path(kept: Sequence[Labels], target: Labels, sizes: dict[int, int]) -> list[tuple[int, ...]]:
    """Which tensors to contract, in turn, by their places in the list; results go to its end."""
    if len(kept) == 2:
        return [(0, 1)]
    numbers = {label: i for i, label in enumerate(sizes)}
    arguments: list[Any] = []
    for labels in kept:
        arguments.append(np.broadcast_to(0.0, [sizes[label] for label in labels]))
        arguments.append([numbers[label] for label in labels])
    path = np.einsum_path(*arguments, [numbers[label] for label in target], optimize="greedy")[0]
    return [tuple(sorted(step)) for step in path[1:]]


def _parsed(equation: str, shapes: Sequence[Shape]) -> tuple[tuple[Labels, ...], Labels]:
    """The labels of the operands and of the result: letters by their codes, dimensions of `...` from -1 downwards."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ArgumentError(complaint("einsum", f"{len(terms)} tensors for {equation!r}", f"{len(shapes)} of them"))
    extras = [len(shape) - len(term.replace("...", "")) for term, shape in zip(terms, shapes, strict=True)]
    for term, shape, extra in zip(terms, shapes, extras, strict=True):
        if extra < 0 or (extra and "..." not in term):
            raise ShapeError(
                complaint("einsum", f"as many dimensions as {term!r} in {equation!r} has letters", f"shape {shape}",
                          "Write ... for the others")
            )  # fmt: skip
    given = tuple([_labels(equation, term, extra) for term, extra in zip(terms, extras, strict=True)])
    most = max([extra for term, extra in zip(terms, extras, strict=True) if "..." in term], default=0)
    every = [label for labels in given for label in labels]
    if not arrow:
        once = sorted(label for label in every if label > 0 and every.count(label) == 1)
        return given, (*range(-most, 0), *once)
    target = _labels(equation, right, most)
    unknown = [label for label in target if label not in every or target.count(label) > 1]
    if unknown:
        raise ArgumentError(
            complaint("einsum", "labels of operands, each once, after ->", f"{_name(unknown[0])} in {equation!r}")
        )
    return given, target


def _labels(equation: str, term: str, extra: int) -> Labels:
    before, dots, after = term.partition("...")
    if not (before + after).isascii() or not (before + after + "a").isalpha():
        raise ArgumentError(complaint("einsum", "letters, commas, ... and -> in the equation", repr(equation)))
    middle = range(-extra, 0) if dots else ()
    return (*map(ord, before), *middle, *map(ord, after))


def _name(label: int) -> str:
    return repr(chr(label)) if label > 0 else "..."


def _listed(shapes: Sequence[Shape]) -> str:
    return ", ".join(map(str, shapes))


def _from_lists(arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The equation and tensors for `tensor, labels, tensor, labels, ..., [labels of the result]`."""
    count = len(arguments) // 2
    terms = [_term(labels) for labels in arguments[1 : 2 * count : 2]]
    result = "->" + _term(arguments[-1]) if len(arguments) % 2 else ""
    return ",".join(terms) + result, arguments[0 : 2 * count : 2]


def _term(labels: Any) -> str:
    if not isinstance(labels, list | tuple) or not all(x is Ellipsis or 0 <= x < 52 for x in labels):
        raise ArgumentError(
            complaint("einsum", "a list of numbers from 0 to 51 or ... after each tensor", repr(labels))
        )
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(["..." if x is Ellipsis else letters[x] for x in labels])
