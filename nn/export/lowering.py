"""What each operation of the library is in the few kinds of steps that files are written from.

A lowering takes the graph, the result on the example, the names of the operands in the graph (None for what is none),
and the call's other arguments; it gives the name of the result, or those of several, or None to pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.array_like import array_of
from nn.export.graph import Graph
from nn.export.lowering_windows import (
    convolution,
    convolution_input,
    largest_in_windows,
    lines_times,
    means_of_windows,
    resampled,
    summed_columns,
)

Lowering = Callable[..., Any]

FORM_METHODS = frozenset({
    "size", "dim", "numel", "stride", "is_contiguous", "is_floating_point", "new_zeros", "new_ones", "new_full",
    "new_empty", "new_tensor",
})  # fmt: skip
"""Methods that tell of a tensor's form, not of its values: these are answered from the example."""

CONVERSIONS = frozenset({
    "to", "type", "type_as", "half", "float", "double", "char", "short", "int", "long", "byte", "bool",
})  # fmt: skip
"""Methods that change the dtype alone."""

MOVES = frozenset({
    "reshape", "view", "squeeze", "unsqueeze", "permute", "transpose", "region", "index", "index_select", "expand",
    "flip", "roll", "diagonal", "tril", "triu", "unbind", "split_with_sizes", "cat", "stack", "unfold", "im2col",
    "extend", "gather",
})  # fmt: skip
"""Operations that only rearrange elements, or put zeros beside them."""


def moved(graph: Graph, call: Callable[..., Any], names: list[Any], args: tuple[Any, ...], params: Any) -> Any:
    """An operation of `MOVES`: what it does to the elements' numbers says where each comes from."""
    several = isinstance(names[0], list)
    sources = names[0] if several else [names[0]]
    numbers = [places + 1 for places in graph.places(*sources)]
    found = call(numbers if several else numbers[0], *args, **params)
    if isinstance(found, tuple | list):
        return [graph.gather(sources, x - 1) for x in found]
    return graph.gather(sources, found - 1)


def _elementwise(name: str, arity: int) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], *_: Any, **params: Any) -> str:
        inputs = list(names)
        while len(inputs) < arity:  # the others are numbers, given by name
            inputs.append(graph.constant(np.asarray(array_of(params.pop(next(iter(params)))))))
        return graph.elementwise(name, inputs, result.shape, **params)

    return lower


def _scaled(name: str) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], *_: Any, alpha: float = 1, **params: Any) -> str:
        if alpha != 1:
            names = [names[0], graph.elementwise("mul", [names[1], graph.constant(np.asarray(alpha))])]
        return str(_elementwise(name, 2)(graph, result, names, **params))

    return lower


def _turned_difference(graph: Graph, result: Any, names: list[Any], *_: Any, alpha: float = 1) -> str:
    return str(_scaled("sub")(graph, result, names[::-1], alpha=alpha))


def _quotient(
    graph: Graph, result: Any, names: list[Any], *_: Any, rounding_mode: str | None = None, **params: Any
) -> str:
    found = str(_elementwise("div", 2)(graph, result, names, **params))
    return found if rounding_mode is None else graph.elementwise(rounding_mode, [found])


def _rounded(graph: Graph, result: Any, names: list[Any], *, decimals: int = 0) -> str | None:
    return None if decimals else graph.elementwise("round", names)


def _same(graph: Graph, result: Any, names: list[Any], *_: Any, **__: Any) -> str:
    return str(names[0])


def _cast(graph: Graph, result: Any, names: list[Any], *_: Any, **__: Any) -> str:
    """All values are float32; only the way from fractions to integers and to booleans is another matter."""
    kind = result.dtype.dtype.kind
    if kind == "b":
        return graph.elementwise("ne", [names[0], graph.constant(np.zeros(()))])
    return graph.elementwise("trunc", [names[0]]) if kind in "iu" else str(names[0])


def _padded(graph: Graph, result: Any, names: list[Any], widths: Any, value: float) -> str:
    places = graph.places(names[0])[0]
    inner = tuple(slice(max(-a, 0), n - max(-b, 0)) for n, (a, b) in zip(places.shape, widths, strict=True))
    outer = [(max(a, 0), max(b, 0)) for a, b in widths]
    return graph.gather([names[0]], np.pad(places[inner], outer, constant_values=-1), float(value))


def _reduce(name: str) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], dim: Any = None, keepdim: bool = False, **_: Any) -> str:
        places = graph.places(names[0])[0]
        given = (dim,) if isinstance(dim, int) else dim
        dims = tuple(given) if given else tuple(range(places.ndim))
        last = np.moveaxis(places, dims, range(-len(dims), 0))
        rows = graph.gather([names[0]], last.reshape(max(result.numel(), 1), -1))
        return graph.add("reduce", [rows], tuple(result.shape), name=name)

    return lower


def _largest(graph: Graph, result: Any, names: list[Any], dim: int, keepdim: bool = False) -> list[str]:
    return [_reduce("max")(graph, result[0], names, dim)]


def _truth(name: str) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], *rest: Any, **params: Any) -> str:
        held = graph.elementwise("ne", [names[0], graph.constant(np.zeros(()))])
        return str(_reduce(name)(graph, result, [held], *rest, **params))

    return lower


def _running_sums(graph: Graph, result: Any, names: list[Any], dim: int, **_: Any) -> str:
    return lines_times(graph, names[0], dim, np.tri(graph.shapes[names[0]][dim]))


def _softmax(log: bool) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], dim: int, **_: Any) -> str:
        places = np.moveaxis(graph.places(names[0])[0], dim, -1)
        rows = graph.gather([names[0]], places.reshape(-1, places.shape[-1]))
        found = graph.add("softmax", [rows], graph.shapes[rows], log=log)
        numbers = np.arange(places.size).reshape(places.shape)
        return graph.gather([found], np.moveaxis(numbers, -1, dim))

    return lower


def _linear(graph: Graph, result: Any, names: list[Any], weight: Any, bias: Any = None) -> str:
    bias_name = names[2] if len(names) > 2 and names[2] else graph.constant(np.zeros(weight.shape[0]))
    return graph.add("matmul", [names[0], names[1], bias_name], tuple(result.shape))


def _product(graph: Graph, result: Any, names: list[Any], *_: Any, **__: Any) -> str:
    """Matrices in stacks; a vector is a matrix of one row on the left, of one column on the right."""
    left, right = (graph.places(x)[0] for x in names[:2])
    left = left[None] if left.ndim == 1 else left
    right = right[:, None] if right.ndim == 1 else right
    stack = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    sides = [np.broadcast_to(x, (*stack, *x.shape[-2:])).reshape(-1, *x.shape[-2:]) for x in (left, right)]
    a, b = (graph.gather([name], places) for name, places in zip(names, sides, strict=False))
    made = graph.add("product", [a, b], (len(sides[0]), left.shape[-2], right.shape[-1]))
    return graph.reshape(made, result.shape)


def _look_up(graph: Graph, result: Any, names: list[Any], *_: Any, **__: Any) -> str | None:
    if graph.shapes[names[1]][0] > 1 << 24:  # float32 counts no further
        return None
    return graph.add("look_up", [names[0], names[1]], tuple(result.shape))


def _batch_norm(
    graph: Graph, result: Any, names: list[Any], weight: Any, bias: Any, running: Any, eps: float, *_: Any
) -> str | None:
    if running is None:
        return None
    mean, variance = (np.asarray(x, np.float64) for x in running)
    scale = (1.0 if weight is None else array_of(weight)) / np.sqrt(variance + eps)
    shift = (0.0 if bias is None else array_of(bias)) - mean * scale
    shape = (-1, *(1,) * (result.ndim - 2))
    scaled = graph.elementwise("mul", [names[0], graph.constant(scale.reshape(shape))])
    return graph.elementwise("add", [scaled, graph.constant(shift.reshape(shape))])


def _recurrent(cell: str, states: int) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], *rest: Any) -> list[str] | None:
        sizes, reverse = rest[-3:-1]
        weights, x = names[1 + states : 5 + states], names[0]
        if sizes is not None or any(w and w not in graph.constants for w in weights):
            return None
        weights = [w or graph.constant(np.zeros(graph.shapes[weights[0]][0])) for w in weights]
        if reverse:
            x = graph.gather([x], graph.places(x)[0][::-1])
        inputs, kind = [x, *names[1 : 1 + states], *weights], f"{cell}_{rest[-4]}" if cell == "rnn" else cell
        made = graph.add_several("recurrent", inputs, [tuple(r.shape) for r in result], cell=kind)
        if reverse:
            made[0] = graph.gather([made[0]], graph.places(made[0])[0][::-1])
        return made

    return lower


_UNARY = (
    "relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu", "tanh", "sigmoid", "exp", "expm1", "log", "log1p", "sqrt",
    "abs", "neg", "sign", "sin", "cos", "tan", "asin", "acos", "atan", "erf", "floor", "ceil", "trunc",
)  # fmt: skip
_BINARY = ("mul", "pow", "fmod", "maximum", "minimum", "eq", "ne", "lt", "le", "gt", "ge")
LOWERINGS: dict[str, Lowering] = {
    **{name: _elementwise(name, 1) for name in _UNARY},
    **{name: _elementwise(name, 2) for name in _BINARY},
    "add": _scaled("add"), "sub": _scaled("sub"), "rsub": _turned_difference, "div": _quotient,
    "where": _elementwise("where", 3),
    "round": _rounded, "positive": _same, "clone": _same, "contiguous": _same, "cast": _cast, "pad_with": _padded,
    "sum": _reduce("sum"), "mean": _reduce("mean"), "amax": _reduce("max"), "amin": _reduce("min"),
    "prod": _reduce("prod"), "any": _truth("max"), "all": _truth("min"), "cumsum": _running_sums,
    "max_of_all": _reduce("max"), "min_of_all": _reduce("min"), "max_along": _largest,
    "softmax": _softmax(False), "log_softmax": _softmax(True),
    "linear": _linear, "matmul": _product, "mm": _product, "bmm": _product, "mv": _product, "dot": _product,
    "embedding": _look_up, "batch_norm": _batch_norm,
    "correlate": convolution, "correlate_input": convolution_input, "col2im": summed_columns, "resample": resampled,
    "largest_in_windows": largest_in_windows, "means_of_windows": means_of_windows,
    "fused_rnn": _recurrent("rnn", 1), "fused_lstm": _recurrent("lstm", 2), "fused_gru": _recurrent("gru", 1),
}  # fmt: skip
