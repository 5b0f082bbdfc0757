"""How an operation is declared: a function on arrays, with its derivatives written over it.

    @elementwise(lambda g, other: g * other,      # d out / d input
                 lambda g, input: g * input)      # d out / d other
    def mul(input, other):
        return np.multiply(input, other)

A rule takes the gradient `g` of the result and, by name, just what it needs: an operand (`input`), the result (`out`),
one of several results (`out_1`), an operand's shape or dtype (`input_shape`, `input_dtype`), a parameter (`dim`). What
no rule of a call names is not kept. Rules are written with operations that take arrays or Tensors alike, so the same
text serves every order.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from types import CellType
from typing import Any

import numpy as np

from autograd.tensor_base import TensorBase, wrap

Rule = Callable[..., Any]
BoundRule = Callable[[Any, tuple[Any, ...]], Any]
Keeper = Callable[[Sequence[Any], Any, Any], tuple[Any, ...]]


class Operation:
    """A declared operation: its forward function, its rules, and what each rule needs.

    A node keeps one tuple: the operands, the result, the operands' shapes, their dtypes, the parameters by name; None
    stands where nothing is needed, and the tail is cut off. `joint` is one rule that returns the gradients of all
    operands; `adapting` rules cast operands to the dtype of `g` and fit their results to the operands' shapes and
    dtypes; `decompose` is the same function out of smaller operations, for the higher orders of a joint rule.
    `reading` tells where `keep` finds the operands and the parameters: expressions over its `values` and `params`.
    """

    def __init__(
        self,
        forward: Callable[..., Any],
        rules: Sequence[Rule | None],
        operands: tuple[str, ...],
        joint: Rule | None = None,
        adapting: bool = False,
        decompose: Callable[..., Any] | None = None,
    ) -> None:
        self.name = forward.__name__
        self.forward = forward
        self.operands = operands
        self.joint = joint
        self.decompose = decompose
        self.adapting = adapting
        self.rules = tuple(rules) + (None,) * (len(operands) - len(rules))
        self.compute = forward
        self._cells: list[CellType] = []
        self._results = _results_read(self.rules if joint is None else [joint])
        self._keepers: dict[tuple[bool, ...], Keeper] = {}
        self.reading: tuple[list[str], str] = [f"values[{i}]" for i in range(len(operands))], "params"
        if joint is not None:
            self.bound_joint, self._joint_needs = self._bind(joint)
            self.bound: tuple[BoundRule, ...] = ()
            self.short: tuple[tuple[Rule, int], ...] = ()
        else:
            pairs = [(_no_rule, frozenset[int]()) if rule is None else self._bind(rule) for rule in self.rules]
            if adapting:
                pairs = [self._adapt(i, *pair) for i, pair in enumerate(pairs)]
            self.bound = tuple(call for call, _ in pairs)
            self._needs = tuple(needs for _, needs in pairs)
            shortened = (self._shorten(rule, *pair) for rule, pair in zip(self.rules, pairs, strict=True))
            self.short = tuple(shortened) if decompose is None else ()

    def closed_over_by(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """`call`, a closure that holds `forward` in a cell, being noted as such."""
        cells: tuple[CellType, ...] = call.__closure__ or ()
        self._cells.extend(cell for cell in cells if cell.cell_contents is self.forward)
        return call

    def compute_with(self, substitute: Callable[..., Any]) -> None:
        """Make every call of this operation compute with `substitute` instead of `forward`, or with `forward` again."""
        self.compute = substitute
        for cell in self._cells:
            cell.cell_contents = substitute

    def _place(self, name: str) -> tuple[int, Any]:
        """Where a rule's argument of that name stands in the kept tuple, and its key there if it is one of several.

        Parameters share the last place.
        """
        n = len(self.operands)
        if name in self.operands:
            return self.operands.index(name), None
        if name == "out":
            return n, None
        stem, _, suffix = name.rpartition("_")
        if stem == "out" and suffix.isdecimal():
            return n, int(suffix)
        if stem in self.operands and suffix in ("shape", "dtype"):
            return n + 1 + self.operands.index(stem) + (n if suffix == "dtype" else 0), None
        return 3 * n + 1, name

    def _bind(self, rule: Rule) -> tuple[BoundRule, frozenset[int]]:
        """The rule as a function of the gradient and the kept tuple, and the places that it reads."""
        found = [self._place(name) for name in list(inspect.signature(rule).parameters)[1:]]
        places = [place for place, _ in found]
        if len(found) == 1 and found[0][1] is not None:
            ((place, only_key),) = found
            return (lambda g, kept: rule(g, kept[place][only_key])), frozenset(places)
        if any(key is not None for _, key in found):
            return (
                lambda g, kept: rule(g, *[kept[i] if key is None else kept[i][key] for i, key in found])
            ), frozenset(places)
        if not places:
            return (lambda g, kept: rule(g)), frozenset()
        if len(places) == 1:
            (only,) = places
            return (lambda g, kept: rule(g, kept[only])), frozenset(places)
        if len(places) == 2:
            first, second = places
            return (lambda g, kept: rule(g, kept[first], kept[second])), frozenset(places)
        return (lambda g, kept: rule(g, *[kept[i] for i in places])), frozenset(places)

    def _adapt(self, index: int, call: BoundRule, needs: frozenset[int]) -> tuple[BoundRule, frozenset[int]]:
        """The rule on operands cast to the dtype of `g`, its result fitted to the operand's shape and dtype."""
        n = len(self.operands)
        shape, dtype = n + 1 + index, 2 * n + 1 + index

        def adapted(g: Any, kept: tuple[Any, ...]) -> Any:
            operands = [as_dtype(item, _dtype(g)) for item in kept[:n]]
            return fit(call(g, (*operands, *kept[n:])), kept[shape], kept[dtype])

        return adapted, needs | {shape, dtype}

    def _shorten(self, rule: Rule | None, call: BoundRule, needs: frozenset[int]) -> tuple[Rule, int]:
        """For the engine's inner loop: a rule with the one place that it reads (-1: none), or the bound rule and -2."""
        if rule is None or self.adapting or len(needs) > 1 or 3 * len(self.operands) + 1 in needs or self._results:
            return call, -2
        return rule, next(iter(needs), -1)

    def plan(self, wanted: tuple[bool, ...]) -> frozenset[int]:
        """The places of the kept tuple that are needed when gradients of these operands are wanted."""
        if self.joint is None:
            return frozenset().union(*(needs for needs, want in zip(self._needs, wanted, strict=True) if want))
        n = len(self.operands)
        everything = frozenset() if self.decompose is None else frozenset((*range(n), 3 * n + 1))
        return self._joint_needs | everything

    def keep(self, wanted: tuple[bool, ...], values: Sequence[Any], out: Any, params: Any) -> tuple[Any, ...]:
        """The tuple that a node of this call keeps."""
        keeper = self._keepers.get(wanted)
        if keeper is None:
            keeper = self._keepers[wanted] = self._keeper(wanted)
        return keeper(values, out, params)

    def _keeper(self, wanted: tuple[bool, ...]) -> Keeper:
        """What `keep` does for these operands, as one compiled expression: a loop takes longer than a small addition.

        For a product of which both gradients are wanted, `lambda values, out, params: (values[0], values[1],)`.
        """
        plan, (arrays, params) = self.plan(wanted), self.reading
        places = [*arrays, "out" if self._results is None else "chosen(out)"]
        places += [*(f"shape({x})" for x in arrays), *(f"dtype({x})" for x in arrays), params]
        items = [text if i in plan else "None" for i, text in enumerate(places)][: max(plan, default=-1) + 1]
        source = f"lambda values, out, params: ({''.join(item + ', ' for item in items)})"
        return eval(source, {"chosen": self._chosen, "shape": _shapes, "dtype": _dtype_of})

    def _chosen(self, out: Any) -> Any:
        """The results that rules read; None for the others of several."""
        if not isinstance(out, tuple) or not self._results:
            return out
        return tuple([x if i in self._results else None for i, x in enumerate(out)])

    def gradients(self, g: Any, kept: tuple[Any, ...], wanted: Sequence[bool]) -> Sequence[Any]:
        """The gradients of the operands, None where none is wanted."""
        if self.joint is not None:
            return self.bound_joint(g, kept)
        return [call(g, kept) if want else None for call, want in zip(self.bound, wanted, strict=True)]

    def kept_arrays(self, kept: tuple[Any, ...]) -> list[np.ndarray[Any, Any]]:
        """The arrays among the kept operands and results."""
        found: list[np.ndarray[Any, Any]] = []
        for item in kept[: len(self.operands) + 1]:
            if item.__class__ is np.ndarray:
                found.append(item)
            elif isinstance(item, tuple | list):
                found.extend([x for x in item if isinstance(x, np.ndarray)])
        return found


def _results_read(rules: Sequence[Rule | None]) -> frozenset[int] | None:
    """Which of several results the rules read by number (`out_1`); None where one of them reads `out`, all of them."""
    names = {name for rule in rules if rule is not None for name in inspect.signature(rule).parameters}
    return None if "out" in names else frozenset(int(name[4:]) for name in names if re.fullmatch(r"out_\d+", name))


def _no_rule(g: Any, kept: tuple[Any, ...]) -> None:
    return None


def _shapes(operand: Any) -> Any:
    if operand.__class__ is np.ndarray:
        return operand.shape
    if isinstance(operand, tuple | list):
        return tuple(x.shape for x in operand)
    return np.shape(operand) if operand is not None else None


def _dtype_of(operand: Any) -> Any:
    if operand.__class__ is np.ndarray:
        return operand.dtype
    return None if operand is None else np.result_type(operand)


def _dtype(g: Any) -> Any:
    return g._array.dtype if isinstance(g, TensorBase) else g.dtype


def as_dtype(operand: Any, dtype: Any) -> Any:
    """A tensor or an array in that dtype, the tensor's cast recorded; what is neither as it is."""
    if isinstance(operand, TensorBase):
        return operand if operand._array.dtype == dtype else operand.to(dtype)  # type: ignore[attr-defined]
    return operand.astype(dtype, copy=False) if isinstance(operand, np.ndarray) else operand


def sum_array_to(array: Any, shape: tuple[int, ...]) -> Any:
    """Sum an array over the dimensions along which `shape` was broadcast to it."""
    extra = array.ndim - len(shape)
    axes = (*range(extra), *(extra + i for i, size in enumerate(shape) if size == 1 != array.shape[extra + i]))
    return array.sum(axis=axes, keepdims=True).reshape(shape) if axes else array


def fit(g: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """A gradient summed over broadcast dimensions and cast to an operand's dtype."""
    if isinstance(g, TensorBase):
        return as_dtype(g if g.shape == shape else g.sum_to_size(shape), dtype)  # type: ignore[attr-defined]
    return as_dtype(g if np.shape(g) == shape else sum_array_to(g, shape), dtype)


def place(kind: type[TensorBase], value: Any, node: Any) -> Any:
    """A kept array as a Tensor that stands at `node`; what is no array stays as it is."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return wrap(kind, value, node)
    return value
