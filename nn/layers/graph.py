"""Layers for graphs. What they compute, and the forms of a graph, stand in `nn.functional.graph`."""

from __future__ import annotations

from typing import Any, NamedTuple

import nn.functional as F
from autograd.creation import empty, from_numpy, zeros
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.sparse_tensor import SparseTensor
from autograd.tensor import Tensor
from nn import init
from nn.functional.graph import sparse_graph, subgraph, top_nodes
from nn.layers.linear import Linear
from nn.module import Module
from nn.parameter import Parameter


class GraphConv(Module):
    """`nn.functional.graph_conv`: `lin_rel` maps the sums of neighbours, `lin_root` the nodes' own features.

    `forward(input, adjacency)`: (N, in_channels) to (N, out_channels). `aggr`: "add" or "mean". With
    `root_weight=False` it is A X Wᵀ + b alone.
    """

    def __init__(
        self, in_channels: int, out_channels: int, aggr: str = "add", bias: bool = True, root_weight: bool = True
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.aggr = aggr
        self.lin_rel = Linear(in_channels, out_channels, bias=bias)
        self.lin_root = Linear(in_channels, out_channels, bias=False) if root_weight else None

    def forward(self, input: Any, adjacency: Any) -> Any:
        own = None if self.lin_root is None else self.lin_root.weight
        return F.graph_conv(input, adjacency, self.lin_rel.weight, self.lin_rel.bias, own, self.aggr)

    def extra_repr(self) -> str:
        return f"{self.in_channels}, {self.out_channels}, aggr={self.aggr!r}"


class GCNConv(Module):
    """`nn.functional.gcn_conv`: `lin.weight` (out_channels, in_channels), Glorot uniform, and `bias`, zero at first.

    `forward(input, adjacency)`: (N, in_channels) to (N, out_channels). The adjacency is normalised at each call; where
    it stays the same, give `normalize=False` and the result of `F.gcn_normalize(adjacency)`.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        add_self_loops: bool = True,
        normalize: bool = True,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.add_self_loops = add_self_loops
        self.normalize = normalize
        self.lin = Linear(in_channels, out_channels, bias=False)
        self.register_parameter("bias", Parameter(zeros(out_channels)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        init.xavier_uniform_(self.lin.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Any, adjacency: Any) -> Any:
        return F.gcn_conv(input, adjacency, self.lin.weight, self.bias, self.normalize, self.add_self_loops)

    def extra_repr(self) -> str:
        return f"{self.in_channels}, {self.out_channels}"


class GATConv(Module):
    """`nn.functional.gat_conv`: `heads` of `out_channels` features, beside one another or, `concat=False`, averaged.

    `lin.weight` (heads·out_channels, in_channels), `att_src` and `att_dst` (1, heads, out_channels), Glorot uniform,
    and `bias`, zero at first. `forward(input, adjacency)`: (N, in_channels) to (N, heads·out_channels).
    """

    def __init__(
        self, in_channels: int, out_channels: int, heads: int = 1, concat: bool = True, negative_slope: float = 0.2,
        dropout: float = 0.0, add_self_loops: bool = True, bias: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.heads = heads
        self.concat = concat
        self.negative_slope = negative_slope
        self.dropout = dropout
        self.add_self_loops = add_self_loops
        self.lin = Linear(in_channels, heads * out_channels, bias=False)
        self.att_src = Parameter(empty(1, heads, out_channels))
        self.att_dst = Parameter(empty(1, heads, out_channels))
        size = heads * out_channels if concat else out_channels
        self.register_parameter("bias", Parameter(zeros(size)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        for weight in (self.lin.weight, self.att_src, self.att_dst):
            bound = (6 / (weight.shape[-2] + weight.shape[-1])) ** 0.5
            init.uniform_(weight, -bound, bound)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Any, adjacency: Any) -> Any:
        return F.gat_conv(
            input, adjacency, self.lin.weight, self.att_src, self.att_dst, self.bias, self.concat,
            self.negative_slope, self.dropout, self.training, self.add_self_loops,
        )  # fmt: skip

    def extra_repr(self) -> str:
        return f"{self.in_channels}, {self.out_channels}, heads={self.heads}"


class Pooled(NamedTuple):
    """What is left of graphs: features (n, C), edges among them, the graph of each node, and the nodes' old numbers."""

    input: Tensor
    adjacency: SparseTensor
    batch: Tensor
    nodes: Tensor


class TopKPooling(Module):
    """Keep the share `ratio` of the nodes of each graph: those whose features lie furthest along a learnt `weight`.

    With scores s = tanh(X w / |w|), the features of the nodes kept are multiplied by their scores.
    `forward(input, adjacency, batch=None)`, `batch` (N,) the number of each node's graph; gives `Pooled`.
    Raises ArgumentError for a ratio outside (0, 1], ShapeError. Source: Gao and Ji, "Graph U-Nets" (2019).
    """

    def __init__(self, in_channels: int, ratio: float = 0.5) -> None:
        super().__init__()
        if not 0 < ratio <= 1:
            raise ArgumentError(complaint("TopKPooling", "a ratio above 0, 1 at most", repr(ratio)))
        self.in_channels = in_channels
        self.ratio = ratio
        self.weight = Parameter(empty(1, in_channels))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        bound = self.in_channels**-0.5
        init.uniform_(self.weight, -bound, bound)

    def forward(self, input: Any, adjacency: Any, batch: Any = None) -> Pooled:
        if input.ndim != 2 or input.shape[1] != self.in_channels:
            expected = f"features of nodes (N, {self.in_channels})"
            raise ShapeError(complaint("TopKPooling", expected, f"shape {tuple(input.shape)}"))
        graphs = zeros(input.shape[0], dtype="int64") if batch is None else batch
        scores = ((input * self.weight).sum(1) / self.weight.norm()).tanh()
        nodes = top_nodes(scores, self.ratio, graphs)
        kept = from_numpy(nodes)
        edges = subgraph(sparse_graph(adjacency, input.shape[0], input.dtype), nodes)
        return Pooled(input[kept] * scores[kept].unsqueeze(1), edges, graphs[kept], kept)

    def extra_repr(self) -> str:
        return f"{self.in_channels}, ratio={self.ratio}"
