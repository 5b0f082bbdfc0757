"""Convolution, attention and pooling on graphs.

A graph of N nodes comes in one of three forms, where A[i, j] is the weight of the edge from node j to node i: a dense
`adjacency` (N, N), a SparseTensor (N, N), or the edges (2, E) as integers, sources in row 0 and targets in row 1, each
of weight 1. Nodes carry features (N, C). What is said of neighbours of i means the nodes j with an edge from j to i.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.array_like import array_of
from autograd.creation import from_numpy
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError, complaint
from autograd.ops.embedding import embedding, embedding_back
from autograd.ops.joining import cat, stack
from autograd.ops.scatter import scatter_reduce
from autograd.ops.selection import where
from autograd.ops.sparse import Pattern, spmm
from autograd.sparse_tensor import SparseTensor, pattern_of
from autograd.typing import Array
from nn.functional.activation import leaky_relu
from nn.functional.dropout import dropout as dropped
from nn.functional.linear import linear


def graph_conv(
    input: Any, adjacency: Any, weight: Any, bias: Any = None, root_weight: Any = None, aggr: str = "add"
) -> Any:
    """Convolution over neighbourhoods, A X Wᵀ + b: the sum of the neighbours' features, mapped by `weight` (out, in).

    `root_weight` (out, in) maps the node's own features, which are added. `aggr="mean"` divides the sums by the row
    sums of A. `input` (N, in), `bias` (out,); gives (N, out). Raises ShapeError, DTypeError, DimensionError.
    Source: Morris et al., "Weisfeiler and Leman go neural" (2019).
    """
    if aggr not in ("add", "mean"):
        raise ArgumentError(complaint("graph_conv", 'aggr "add" or "mean"', repr(aggr)))
    graph = _graph("graph_conv", adjacency, input)
    sums = graph @ input
    if aggr == "mean":
        degrees = _degrees(graph)
        sums = sums / where(degrees == 0, 1.0, degrees).unsqueeze(1)
    result = linear(sums, weight, bias)
    return result if root_weight is None else result + linear(input, root_weight)


def gcn_normalize(adjacency: Any, num_nodes: int | None = None, add_self_loops: bool = True, dtype: Any = None) -> Any:
    """The normalised adjacency Â = D^-½ (A + I) D^-½ of a graph, where D holds the row sums of A + I.

    Dense for a dense adjacency, a SparseTensor for the others. Without `add_self_loops`, A stands for A + I. A node
    without edges has a row of zeros then. `num_nodes`, needed for edges (2, E) whose last nodes have none, and `dtype`
    count for edges only. Source: Kipf and Welling, "Semi-supervised classification with graph convolutional networks"
    (2017).
    """
    graph = _as_matrix("gcn_normalize", adjacency, num_nodes, dtype)
    if add_self_loops:
        graph = _with_self_loops(graph)
    degrees = _degrees(graph)
    connected = degrees > 0
    scale = where(connected, where(connected, degrees, 1.0) ** -0.5, 0.0)
    if not isinstance(graph, SparseTensor):
        return scale.unsqueeze(1) * graph * scale
    pattern = graph.pattern
    return graph.with_values(scale[pattern.rows.numbers] * graph._values() * scale[pattern.columns.numbers])


def gcn_conv(
    input: Any, adjacency: Any, weight: Any, bias: Any = None, normalize: bool = True, add_self_loops: bool = True
) -> Any:
    """Graph convolution Â X Wᵀ + b, with Â from `gcn_normalize`; with `normalize=False` the adjacency is Â already.

    `input` (N, in), `weight` (out, in), `bias` (out,); gives (N, out). Raises ShapeError, DTypeError, DimensionError.
    Source: Kipf and Welling, "Semi-supervised classification with graph convolutional networks" (2017).
    """
    graph = _graph("gcn_conv", adjacency, input)
    if normalize:
        graph = gcn_normalize(graph, add_self_loops=add_self_loops)
    result = graph @ linear(input, weight)
    return result if bias is None else result + bias


def gat_conv(
    input: Any, adjacency: Any, weight: Any, att_src: Any, att_dst: Any, bias: Any = None, concat: bool = True,
    negative_slope: float = 0.2, dropout: float = 0.0, training: bool = False, add_self_loops: bool = True,
) -> Any:  # fmt: skip
    """Attention of each node over its neighbours and, with `add_self_loops`, itself, by H heads of D features.

    A head maps the features, h = W x, scores an edge from j to i by leaky_relu(att_src·h[j] + att_dst·h[i]), and gives
    the sum of h[j] weighted by the softmax of the scores over the neighbours of i. Weights of edges do not count.
    `input` (N, in), `weight` (H·D, in), `att_src` and `att_dst` (1, H, D). Gives (N, H·D), with `concat=False` the mean
    of the heads (N, D), plus `bias`. `dropout` is for the attention weights.
    Raises ShapeError, DTypeError, DimensionError. Source: Veličković et al., "Graph attention networks" (2018).
    """
    graph = _as_matrix("gat_conv", adjacency, input.shape[0], input.dtype)
    _check_sizes("gat_conv", graph, input)
    pattern = _neighbours(graph, add_self_loops)
    heads, features = att_src.shape[-2:]
    mapped = linear(input, weight).reshape(input.shape[0], heads, features)
    sources = embedding(from_numpy(pattern.columns.numbers), (mapped * att_src).sum(-1))
    targets = embedding(from_numpy(pattern.rows.numbers), (mapped * att_dst).sum(-1))
    scores = leaky_relu(sources + targets, negative_slope)
    attention = dropped(edge_softmax(scores, pattern.rows.numbers, input.shape[0]), dropout, training)
    by_head = [spmm(attention[:, h], mapped[:, h], pattern) for h in range(heads)]
    result = cat(by_head, 1) if concat else stack(by_head).mean(0)
    return result if bias is None else result + bias


def edge_softmax(scores: Any, targets: Any, num_nodes: int) -> Any:
    """Softmax of the scores (E, H) of edges over those with the same target (E,): in each head they add up to 1."""
    places = array_of(targets)
    largest = np.full((num_nodes, scores.shape[1]), -np.inf, scores.dtype.dtype)
    np.maximum.at(largest, places, array_of(scores))
    grown = (scores - from_numpy(largest[places])).exp()
    sums = embedding_back(grown, places, num_nodes)
    return grown / embedding(from_numpy(places), sums)


def global_add_pool(input: Any, batch: Any, size: int | None = None) -> Any:
    """The sum of the features (N, C) of the nodes of each graph: (size, C). 0 for a graph without nodes.

    `batch` (N,): the number of each node's graph; `size`: how many graphs there are, by default the largest number + 1.
    Raises ShapeError, DTypeError, DimensionError.
    """
    places, count = _batch("global_add_pool", input, batch, size)
    return embedding_back(input, places, count)


def global_mean_pool(input: Any, batch: Any, size: int | None = None) -> Any:
    """The mean of the features of the nodes of each graph; otherwise as `global_add_pool`."""
    places, count = _batch("global_mean_pool", input, batch, size)
    nodes = np.maximum(np.bincount(places, minlength=count), 1).astype(input.dtype.dtype)
    return embedding_back(input, places, count) / from_numpy(nodes[:, None])


def global_max_pool(input: Any, batch: Any, size: int | None = None) -> Any:
    """The largest value of each feature in each graph; otherwise as `global_add_pool`."""
    places, count = _batch("global_max_pool", input, batch, size)
    everywhere = from_numpy(np.repeat(places[:, None], input.shape[1], 1))
    return scatter_reduce(input.new_zeros((count, input.shape[1])), 0, everywhere, input, "amax", include_self=False)


def top_nodes(scores: Any, ratio: float, batch: Any) -> Array:
    """The numbers of the ⌈ratio·n⌉ nodes with the largest scores (N,) of each graph of n nodes, graph by graph."""
    if not 0 < ratio <= 1:
        raise ArgumentError(complaint("top_nodes", "a ratio above 0, 1 at most", repr(ratio)))
    places = array_of(batch)
    order = np.lexsort((-array_of(scores), places))
    counts = np.bincount(places)
    ranks = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = np.ceil(ratio * counts).astype(np.intp)
    return order[ranks < kept[places[order]]]


def subgraph(adjacency: SparseTensor, nodes: Array) -> SparseTensor:
    """The edges of a graph among some of its nodes, which are numbered anew in their order."""
    pattern = adjacency.pattern
    numbers = np.full(adjacency.shape[0], -1, np.intp)
    numbers[nodes] = np.arange(len(nodes))
    rows, columns = numbers[pattern.rows.numbers], numbers[pattern.columns.numbers]
    kept = np.flatnonzero((rows >= 0) & (columns >= 0))
    shape = (len(nodes), len(nodes))
    return SparseTensor(Pattern.of(rows[kept], columns[kept], shape), adjacency._values()[kept])


def sparse_graph(adjacency: Any, num_nodes: int | None = None, dtype: Any = None) -> SparseTensor:
    """A graph in any of its forms as a SparseTensor (N, N)."""
    graph = _as_matrix("sparse_graph", adjacency, num_nodes, dtype)
    return graph if isinstance(graph, SparseTensor) else graph.to_sparse()


def _as_matrix(where: str, adjacency: Any, num_nodes: int | None, dtype: Any) -> Any:
    """The adjacency matrix, dense or sparse; edges become entries with value 1."""
    if not isinstance(adjacency, SparseTensor) and not adjacency.is_floating_point():
        edges = array_of(adjacency)
        if edges.ndim != 2 or len(edges) != 2:
            raise ShapeError(complaint(where, "edges (2, E), or an adjacency of floats", f"shape {edges.shape}"))
        count = int(edges.max(initial=-1)) + 1 if num_nodes is None else num_nodes
        pattern = pattern_of(where, edges[::-1], edges.shape[1], (count, count))
        return SparseTensor(pattern, from_numpy(np.ones(edges.shape[1], _numpy_dtype(dtype))))
    if len(adjacency.shape) != 2 or adjacency.shape[0] != adjacency.shape[1]:
        raise ShapeError(complaint(where, "a square adjacency (N, N)", f"shape {tuple(adjacency.shape)}"))
    return adjacency


def _numpy_dtype(dtype: Any) -> Any:
    return np.float32 if dtype is None else dtype.dtype


def _graph(where: str, adjacency: Any, input: Any) -> Any:
    """The adjacency matrix of a graph whose nodes have the features `input`."""
    graph = _as_matrix(where, adjacency, input.shape[0], input.dtype)
    _check_sizes(where, graph, input)
    return graph


def _check_sizes(where: str, graph: Any, input: Any) -> None:
    if input.ndim != 2 or graph.shape[0] != input.shape[0]:
        given = f"an adjacency of shape {tuple(graph.shape)} and features of shape {tuple(input.shape)}"
        raise ShapeError(complaint(where, "features (N, C) for each of the N nodes", given))


def _degrees(graph: Any) -> Any:
    """The row sums of an adjacency matrix, (N,)."""
    if not isinstance(graph, SparseTensor):
        return graph.sum(1)
    return embedding_back(graph._values().unsqueeze(1), graph.pattern.rows.numbers, graph.shape[0]).squeeze(1)


def _with_self_loops(graph: Any) -> Any:
    """A + I."""
    count = graph.shape[0]
    nodes = np.arange(count)
    if not isinstance(graph, SparseTensor):
        return graph + from_numpy(np.eye(count, dtype=graph.dtype.dtype))
    values = cat([graph._values(), from_numpy(np.ones(count, graph.dtype.dtype))])
    rows, columns = (np.concatenate([x.numbers, nodes]) for x in (graph.pattern.rows, graph.pattern.columns))
    return SparseTensor(Pattern.of(rows, columns, graph.shape), values)


def _neighbours(graph: Any, add_self_loops: bool) -> Pattern:
    """Where a graph has edges; with `add_self_loops`, one from each node to itself."""
    if isinstance(graph, SparseTensor):
        rows, columns = graph.pattern.rows.numbers, graph.pattern.columns.numbers
    else:
        rows, columns = np.nonzero(array_of(graph))
    if add_self_loops:
        others, nodes = rows != columns, np.arange(graph.shape[0])
        rows, columns = np.concatenate([rows[others], nodes]), np.concatenate([columns[others], nodes])
    return Pattern.of(rows, columns, graph.shape)


def _batch(where: str, input: Any, batch: Any, size: int | None) -> tuple[Array, int]:
    """The number of each node's graph, and how many graphs there are."""
    places = array_of(batch)
    if input.ndim != 2 or places.shape != (input.shape[0],):
        given = f"features of shape {tuple(input.shape)} and batch of shape {places.shape}"
        raise ShapeError(complaint(where, "features (N, C) and a batch (N,)", given))
    if places.dtype.kind not in "iu":
        raise DTypeError(complaint(where, "a batch of integers", str(places.dtype), "Convert it with long()"))
    count = int(places.max(initial=-1)) + 1 if size is None else size
    if places.size and not (places.min() >= 0 and places.max() < count):
        raise DimensionError(complaint(where, f"graphs from 0 to {count - 1}", f"{places.min()} to {places.max()}"))
    return places, count
