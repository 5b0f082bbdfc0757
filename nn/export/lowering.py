"""What each operation of the library is in the few kinds of steps that files are written from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.array_like import array_of
from nn.export.graph import Graph

SOURCES_KEPT = frozenset({"size", "dim", "numel", "stride", "new_zeros", "is_contiguous", "is_floating_point"})
"""Methods that tell of a tensor's form, not of its values: these are answered from the example."""

Lowering = Callable[..., Any]


def _unary(name: str) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], *_: Any, **params: Any) -> str:
        return graph.add("unary", [names[0]], result.shape, name=name, **params)

    return lower


def _binary(name: str) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], *_: Any, **__: Any) -> str:
        return graph.add("binary", [_spread(graph, x, tuple(result.shape)) for x in names[:2]], result.shape, name=name)

    return lower


def _spread(graph: Graph, name: str, shape: tuple[int, ...]) -> str:
    if graph.shapes[name] == shape:
        return name
    if name in graph.constants:
        return graph.constant(np.broadcast_to(graph.constants[name], shape))
    return graph.gather([name], np.broadcast_to(graph.places(name)[0], shape))


def _moved(method: str) -> Lowering:
    """An operation that only rearranges elements: what it does to their numbers says where each comes from."""

    def lower(graph: Graph, result: Any, names: list[Any], *rest: Any, **params: Any) -> Any:
        places = graph.places(names[0])[0]
        found = MOVES[method](places, result, *rest, **params)
        if isinstance(found, list):
            return [graph.gather([names[0]], x) for x in found]
        return graph.gather([names[0]], np.ascontiguousarray(found))

    return lower


MOVES: dict[str, Callable[..., Any]] = {
    "reshape": lambda places, result, *_, **__: places.reshape(tuple(result.shape)),
    "permute": lambda places, result, dims: places.transpose(dims),
    "transpose": lambda places, result, dim0, dim1: np.swapaxes(places, dim0, dim1),
    "region": lambda places, result, key: places[key],
    "expand": lambda places, result, *_, **__: np.broadcast_to(places, tuple(result.shape)),
    "flip": lambda places, result, dims: np.flip(places, dims),
    "unbind": lambda places, result, dim=0: [np.take(places, i, dim) for i in range(places.shape[dim])],
    "split_with_sizes": lambda places, result, split_sizes, dim=0: np.split(places, np.cumsum(split_sizes)[:-1], dim),
}


def _same(graph: Graph, result: Any, names: list[Any], *_: Any, **__: Any) -> str:
    return str(names[0])


def _joined(join: Callable[..., Any]) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], dim: int = 0) -> str:
        return graph.gather(names[0], join(graph.places(*names[0]), axis=dim))

    return lower


def _reduce(name: str) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], dim: Any = None, keepdim: bool = False, **_: Any) -> str:
        places = graph.places(names[0])[0]
        dims = range(places.ndim) if dim is None else (dim,) if isinstance(dim, int) else dim
        count = len(tuple(dims))
        last = np.moveaxis(places, tuple(dims), range(-count, 0)) if count else places[..., None]
        rows = graph.gather([names[0]], last.reshape(max(result.numel(), 1), -1))
        return graph.add("reduce", [rows], tuple(result.shape), name=name)

    return lower


def _softmax(log: bool) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], dim: int, **_: Any) -> str:
        places = np.moveaxis(graph.places(names[0])[0], dim, -1)
        rows = graph.gather([names[0]], places.reshape(-1, places.shape[-1]))
        found = graph.add("softmax", [rows], graph.shapes[rows], log=log)
        back = np.moveaxis(np.arange(places.size).reshape(places.shape), -1, dim)
        return graph.gather([found], back)

    return lower


def _linear(graph: Graph, result: Any, names: list[Any], weight: Any, bias: Any = None) -> str:
    bias_name = names[2] if len(names) > 2 and names[2] else graph.constant(np.zeros(weight.shape[0]))
    return graph.add("matmul", [names[0], names[1], bias_name], tuple(result.shape))


def _conv(graph: Graph, result: Any, names: list[Any], weight: Any, bias: Any, window: Any, groups: int) -> str:
    """A convolution over two dimensions; over one, a second dimension of size 1 is put in front."""
    flat = len(window.size) == 1
    bias_name = names[2] or graph.constant(np.zeros(weight.shape[0]))
    x, w, shape = names[0], names[1], tuple(result.shape)
    if flat:
        x = graph.gather([x], graph.places(x)[0][:, :, None])
        w = graph.gather([w], graph.places(w)[0][:, :, None])
        shape = (*shape[:2], 1, shape[2])
    stride, dilation = ((1, *each)[-2:] for each in (window.stride, window.dilation))
    padding = ((0, 0), *window.padding)[-2:]
    made = graph.add("conv", [x, w, bias_name], shape, stride=stride, padding=padding, dilation=dilation, groups=groups)
    return graph.gather([made], graph.places(made)[0].reshape(tuple(result.shape)))


def _windows(graph: Graph, name: str, axes: Any, fill: float) -> str:
    """The elements of each window as rows, `fill` where a window ends early."""
    shape = graph.shapes[name]
    lead = shape[: -len(axes)]
    places: Any = np.zeros((), np.int64)
    inside: Any = np.ones((), bool)
    for axis in axes:
        first, held = axis.rows
        taps = np.arange(axis.taps)
        at = first[:, None] + taps * axis.gap
        ok = taps < held[:, None]
        places = places[..., None, None] * axis.size + np.where(ok, at, 0)
        inside = inside[..., None, None] & ok
    count = len(axes)
    order = (*range(0, 2 * count, 2), *range(1, 2 * count, 2))
    places = np.where(inside, places, -1).transpose(order).reshape(-1, int(np.prod([a.taps for a in axes])))
    plane = int(np.prod([axis.size for axis in axes]))
    starts = np.arange(int(np.prod(lead)))[:, None, None] * plane
    return graph.gather([name], np.where(places < 0, -1, places + starts).reshape(-1, places.shape[-1]), fill)


def _largest(graph: Graph, result: Any, names: list[Any], axes: Any) -> list[str]:
    rows = _windows(graph, names[0], axes, -3.0e38)
    return [graph.add("reduce", [rows], tuple(result[0].shape), name="max")]


def _means(graph: Graph, result: Any, names: list[Any], axes: Any) -> str:
    made = graph.add("reduce", [_windows(graph, names[0], axes, 0.0)], tuple(result.shape), name="sum")
    share: Any = np.ones(())
    for axis in axes:
        share = share[..., None] / np.broadcast_to(axis.divisors, (axis.count,))
    return _binary("mul")(graph, result, [made, graph.constant(share)])


def _batch_norm(
    graph: Graph, result: Any, names: list[Any], weight: Any, bias: Any, running: Any, eps: float, *_: Any
) -> str:
    mean, variance = (np.asarray(x, np.float64) for x in running)
    scale = (1.0 if weight is None else array_of(weight)) / np.sqrt(variance + eps)
    shift = (0.0 if bias is None else array_of(bias)) - mean * scale
    shape = (-1, *(1,) * (result.ndim - 2))
    scaled = _binary("mul")(graph, result, [names[0], graph.constant(scale.reshape(shape))])
    return str(_binary("add")(graph, result, [scaled, graph.constant(shift.reshape(shape))]))


def _recurrent(cell: str, states: int) -> Lowering:
    def lower(graph: Graph, result: Any, names: list[Any], *rest: Any) -> list[str]:
        reverse, weights = rest[-2], names[1 + states : 5 + states]
        rows, x = graph.shapes[weights[0]][0], names[0]
        weights = [w or graph.constant(np.zeros(rows)) for w in weights]
        if reverse:
            x = graph.gather([x], graph.places(x)[0][::-1])
        inputs = [x, *names[1 : 1 + states], *weights]
        made = graph.add_several("recurrent", inputs, [tuple(r.shape) for r in result], cell=cell)
        if reverse:
            made[0] = graph.gather([made[0]], graph.places(made[0])[0][::-1])
        return made

    return lower


_UNARY = ("relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu", "tanh", "sigmoid", "exp", "neg")
LOWERINGS: dict[str, Lowering] = {
    **{name: _unary(name) for name in _UNARY},
    **{name: _binary(name) for name in ("add", "sub", "mul", "div")},
    **{name: _moved(name) for name in MOVES},
    **{name: _moved("reshape") for name in ("view", "squeeze", "unsqueeze")},
    "clone": _same, "contiguous": _same,
    "cat": _joined(np.concatenate), "stack": _joined(np.stack),
    "sum": _reduce("sum"), "mean": _reduce("mean"),
    "softmax": _softmax(False), "log_softmax": _softmax(True),
    "linear": _linear, "correlate": _conv, "largest_in_windows": _largest, "means_of_windows": _means,
    "batch_norm": _batch_norm, "fused_lstm": _recurrent("lstm", 2), "fused_gru": _recurrent("gru", 1),
}  # fmt: skip
