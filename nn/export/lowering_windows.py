"""Convolution, pooling and resampling in the kinds of steps that files are written from. Lowerings: lowering.py."""

from __future__ import annotations

from math import inf, prod
from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.kernels.geometry import Window
from autograd.ops.unfolding import im2col
from autograd.typing import Array
from nn.export.graph import Graph


def convolution(
    graph: Graph, result: Any, names: list[Any], weight: Any, bias: Any, window: Window, groups: int
) -> str:
    """Over two dimensions; over one, a second of size 1 is put in front; over three, all windows times the weight."""
    if len(window.size) > 2:
        return _convolution_by_windows(graph, result, names, window, groups)
    x, w, shape = names[0], names[1], tuple(result.shape)
    if len(window.size) == 1:
        x, w = (graph.reshape(name, (*(s := graph.shapes[name])[:2], 1, s[2])) for name in (x, w))
        shape = (*shape[:2], 1, shape[2])
    stride, dilation = ((1, *each)[-2:] for each in (window.stride, window.dilation))
    padding = ((0, 0), *window.padding)[-2:]
    inputs = [x, w, names[2] or graph.constant(np.zeros(weight.shape[0]))]
    made = graph.add("conv", inputs, shape, stride=stride, padding=padding, dilation=dilation, groups=groups)
    return graph.reshape(made, result.shape)


def _columns(graph: Graph, shape: Any, window: Window, groups: int) -> list[Array]:
    """For each group the numbers of the elements in all windows of an array (N, C, *), (N · positions, C · taps)."""
    numbers = im2col(np.arange(1, prod(shape) + 1).reshape(tuple(shape)), window) - 1
    return [part.transpose(0, 2, 1).reshape(-1, part.shape[1]) for part in np.split(numbers, groups, 1)]


def _convolution_by_windows(graph: Graph, result: Any, names: list[Any], window: Window, groups: int) -> str:
    weights = np.split(graph.places(names[1])[0], groups)
    rows = []
    for columns, weight in zip(_columns(graph, graph.shapes[names[0]], window, groups), weights, strict=True):
        flat = graph.gather([names[1]], weight.reshape(len(weight), -1))
        inputs = [graph.gather([names[0]], columns), flat, graph.constant(np.zeros(len(weight)))]
        rows.append(graph.add("matmul", inputs, (len(columns), len(weight))))
    samples, _, *size = result.shape
    places = [x.reshape(samples, *size, -1) for x in graph.places(*rows)]
    return _with_bias(graph, graph.gather(rows, np.moveaxis(np.concatenate(places, -1), -1, 1)), names[2])


def _with_bias(graph: Graph, name: str, bias: str | None) -> str:
    if bias is None:
        return name
    aligned = graph.reshape(bias, (*graph.shapes[bias], *(1,) * (len(graph.shapes[name]) - 2)))
    return graph.elementwise("add", [name, aligned])


def convolution_input(
    graph: Graph, result: Any, names: list[Any], weight: Any, bias: Any, window: Window, groups: int, size: Any
) -> str:
    """Transposed convolution: each element times the weight, added up where the windows lie."""
    elements = np.split(np.moveaxis(graph.places(names[0])[0], 1, -1), groups, -1)
    weights = np.split(graph.places(names[1])[0], groups)
    targets = _columns(graph, result.shape, window, groups)
    rows = []
    for element, part in zip(elements, weights, strict=True):
        flat = graph.gather([names[1]], part.reshape(len(part), -1).T)
        inputs = [graph.gather([names[0]], element.reshape(-1, element.shape[-1])), flat]
        outputs = graph.shapes[flat][0]
        inputs.append(graph.constant(np.zeros(outputs)))
        rows.append(graph.add("matmul", inputs, (element.size // element.shape[-1], outputs)))
    return _with_bias(graph, _added(graph, rows, np.concatenate([x.ravel() for x in targets]), result.shape), names[2])


def summed_columns(graph: Graph, result: Any, names: list[Any], window: Window, size: Any) -> str:
    """The transpose of all windows as columns."""
    numbers = np.arange(1, result.numel() + 1).reshape(tuple(result.shape))
    return _added(graph, [names[0]], (im2col(numbers, window) - 1).ravel(), result.shape)


def _added(graph: Graph, names: list[str], targets: Array, shape: Any) -> str:
    """Zeros of a shape plus the elements of the values laid end to end, each at its target; none at -1."""
    sources = np.flatnonzero(targets >= 0)
    sources = sources[np.argsort(targets[sources], kind="stable")]
    held = targets[sources]
    counts = np.bincount(held, minlength=prod(shape))
    table = np.full((prod(shape), max(int(counts.max(initial=0)), 1)), -1)
    table[held, np.arange(len(held)) - (np.cumsum(counts) - counts)[held]] = sources
    return graph.add("reduce", [graph.gather(names, table)], tuple(shape), name="sum")


def resampled(graph: Graph, result: Any, names: list[Any], dim: int, taps: Any) -> str:
    """Each line along a dimension times the matrix of interpolation."""
    weights = np.zeros((taps.results, taps.sources), np.float32)
    rows = np.repeat(np.arange(taps.results), np.diff(taps.starts.astype(np.int64)))
    np.add.at(weights, (rows, taps.places.astype(np.int64)), taps.weights)
    return lines_times(graph, names[0], dim, weights)


def lines_times(graph: Graph, name: str, dim: int, matrix: Array) -> str:
    """Each line along a dimension times a matrix (results, elements)."""
    lines = graph.gather([name], np.moveaxis(graph.places(name)[0], dim, -1))
    inputs = [lines, graph.constant(matrix), graph.constant(np.zeros(len(matrix)))]
    made = graph.add("matmul", inputs, (*graph.shapes[lines][:-1], len(matrix)))
    return graph.gather([made], np.moveaxis(graph.places(made)[0], -1, dim))


def largest_in_windows(graph: Graph, result: Any, names: list[Any], axes: Any) -> list[str]:
    """Maximum pooling; the places of the maxima are left out."""
    return [graph.add("reduce", [_windows(graph, names[0], axes, -inf)], tuple(result[0].shape), name="max")]


def means_of_windows(graph: Graph, result: Any, names: list[Any], axes: Any) -> str:
    """Average pooling."""
    sums = graph.add("reduce", [_windows(graph, names[0], axes, 0.0)], tuple(result.shape), name="sum")
    share: Any = np.ones(())
    for axis in axes:
        share = share[..., None] / axis.divisors
    return graph.elementwise("mul", [sums, graph.constant(array_of(share))], result.shape)


def _windows(graph: Graph, name: str, axes: Any, fill: float) -> str:
    """The elements of each window as rows, `fill` where a window ends early."""
    shape = graph.shapes[name]
    places: Any = np.zeros((), np.int64)
    inside: Any = np.ones((), bool)
    for axis in axes:
        first, held = axis.rows
        taps = np.arange(axis.taps)
        ok = taps < held[:, None]
        places = places[..., None, None] * axis.size + np.where(ok, first[:, None] + taps * axis.gap, 0)
        inside = inside[..., None, None] & ok
    count = len(axes)
    order = (*range(0, 2 * count, 2), *range(1, 2 * count, 2))
    places = np.where(inside, places, -1).transpose(order).reshape(-1, prod(axis.taps for axis in axes))
    starts = np.arange(prod(shape[:-count]))[:, None, None] * prod(axis.size for axis in axes)
    return graph.gather([name], np.where(places < 0, -1, places + starts).reshape(-1, places.shape[-1]), fill)
