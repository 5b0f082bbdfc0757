"""Convolution, attention and pooling on graphs: in plain NumPy on dense matrices, in every form of a graph."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError
from nn.functional.graph import top_nodes
from tests.conformance import ErrorCase, OpCase, conforms, refuses

EDGES = np.array([[0, 1, 1, 2, 4, 3], [1, 0, 2, 1, 2, 3]])  # sources, targets; node 3 has itself alone, 4 no neighbour
NODES = 5
BATCH = np.array([0, 0, 2, 2, 2])


def dense(edges, nodes=NODES):
    matrix = np.zeros((nodes, nodes))
    for source, target in edges.T:
        matrix[target, source] += 1
    return matrix


def normalized(matrix, add_self_loops=True):
    matrix = matrix + np.eye(len(matrix)) * add_self_loops
    degrees = matrix.sum(1)
    scale = np.array([d**-0.5 if d > 0 else 0 for d in degrees])
    return np.diag(scale) @ matrix @ np.diag(scale)


def convolved(x, edges, weight, bias=0, add_self_loops=True):
    return normalized(dense(edges), add_self_loops) @ x @ weight.T + bias


def attended(x, edges, weight, att_src, att_dst, bias=0, concat=True, negative_slope=0.2, add_self_loops=True):
    _, heads, size = att_src.shape
    by_head = []
    for h in range(heads):
        mapped = x @ weight[h * size : (h + 1) * size].T
        rows = []
        for i in range(len(x)):
            near = [s for s, t in edges.T if t == i and not (add_self_loops and s == t)] + [i] * add_self_loops
            scores = np.array([mapped[j] @ att_src[0, h] + mapped[i] @ att_dst[0, h] for j in near])
            grown = np.exp(np.where(scores > 0, scores, negative_slope * scores))
            rows.append(sum((a * mapped[j] for a, j in zip(grown / grown.sum(), near, strict=True)), np.zeros(size)))
        by_head.append(np.array(rows))
    return (np.concatenate(by_head, 1) if concat else np.mean(by_head, 0)) + bias


def softmaxed(scores, targets, num_nodes):
    grown = np.exp(scores)
    shares = [grown[e] / grown[targets == targets[e]].sum(0) for e in range(len(scores))]
    return np.array(shares).reshape(scores.shape)


def pooled(reduce):
    def pool(x, batch, size=None):
        count = batch.max() + 1 if size is None else size
        return np.array([reduce(x[batch == g]) if (batch == g).any() else np.zeros(x.shape[1]) for g in range(count)])

    return pool


def gcn_on_dense(x, adjacency, weight):
    return F.gcn_conv(x, adjacency * adjacency, weight)


def gcn_on_values(x, values, weight):
    return F.gcn_conv(x, ag.sparse_coo_tensor(EDGES[::-1].copy(), values.exp(), (NODES, NODES)), weight)


def weighted(values):
    matrix = np.zeros((NODES, NODES))
    np.add.at(matrix, (EDGES[1], EDGES[0]), np.exp(values))
    return matrix


def normalized_values(values):
    return F.gcn_normalize(ag.sparse_coo_tensor(EDGES[::-1].copy(), values.exp(), (NODES, NODES))).to_dense()


def convolved_mean(x, edges, weight, bias, root_weight, aggr):
    matrix = dense(edges)
    return matrix @ x / np.maximum(matrix.sum(1, keepdims=True), 1) @ weight.T + bias + x @ root_weight.T


ATTENTION = [(5, 3), EDGES, (4, 3), (1, 2, 2), (1, 2, 2)]
CASES = [
    OpCase(F.graph_conv, lambda x, edges, w: dense(edges) @ x @ w.T, [(5, 3), EDGES, (2, 3)]),
    OpCase(F.graph_conv, lambda x, edges, w, b, own: dense(edges) @ x @ w.T + b + x @ own.T,
           [(5, 3), EDGES, (2, 3), (2,), (2, 3)]),
    OpCase(F.graph_conv, convolved_mean, [(5, 3), EDGES, (2, 3), (2,), (2, 3)], {"aggr": "mean"}),
    OpCase(F.gcn_conv, convolved, [(5, 3), EDGES, (2, 3)]),
    OpCase(F.gcn_conv, convolved, [(5, 3), EDGES, (2, 3), (2,)], {"add_self_loops": False}),
    OpCase(F.gcn_conv, lambda x, a, w, normalize: a @ x @ w.T, [(5, 3), (5, 5), (2, 3)], {"normalize": False}),
    OpCase(gcn_on_dense, lambda x, a, w: normalized(a * a) @ x @ w.T, [(5, 3), (5, 5), (2, 3)]),
    OpCase(gcn_on_values, lambda x, values, w: normalized(weighted(values)) @ x @ w.T, [(5, 3), (6,), (2, 3)]),
    OpCase(normalized_values, lambda values: normalized(weighted(values)), [(6,)]),
    OpCase(lambda a: F.gcn_normalize(a), normalized, [(4, 4)], domain=(0.1, 1.0)),
    OpCase(F.gat_conv, attended, ATTENTION),
    OpCase(F.gat_conv, attended, [*ATTENTION, (2,)], {"concat": False, "negative_slope": 0.5}),
    OpCase(F.gat_conv, attended, ATTENTION, {"add_self_loops": False}),
    OpCase(F.edge_softmax, softmaxed, [(6, 2), EDGES[1]], {"num_nodes": NODES}),
    OpCase(F.edge_softmax, softmaxed, [(0, 2), np.zeros(0, int)], {"num_nodes": NODES}),
    *(OpCase(op, pooled(reduce), [(5, 3), BATCH], options) for options in ({}, {"size": 4}) for op, reduce in (
        (F.global_add_pool, lambda x: x.sum(0)), (F.global_mean_pool, lambda x: x.mean(0)),
        (F.global_max_pool, lambda x: x.max(0)))),
]  # fmt: skip

x, weight = ag.ones(5, 3), ag.ones(2, 3)
ERRORS = [
    ErrorCase(F.gcn_conv, [x, ag.tensor(EDGES + 1), weight], DimensionError, "0 to 4, got 1 to 5"),
    ErrorCase(F.gcn_conv, [x, ag.tensor(EDGES.T.copy()), weight], ShapeError, r"edges \(2, E\)"),
    ErrorCase(F.gcn_conv, [x, ag.ones(4, 4), weight], ShapeError, r"adjacency of shape \(4, 4\) and features"),
    ErrorCase(F.gcn_conv, [x, ag.ones(4, 5), weight], ShapeError, "square"),
    ErrorCase(F.gcn_conv, [x, ag.ones(5, 5).double().to_sparse(), weight, None, False], DTypeError, "one dtype"),
    ErrorCase(F.gat_conv, [x, ag.ones(4, 4), weight, ag.ones(1, 1, 2), ag.ones(1, 1, 2)], ShapeError, "N nodes"),
    ErrorCase(F.graph_conv, [x, ag.tensor(EDGES), weight], ArgumentError, "aggr", {"aggr": "max"}),
    ErrorCase(F.global_add_pool, [x, ag.zeros(4, dtype=ag.int64)], ShapeError, r"batch \(N,\)"),
    ErrorCase(F.global_mean_pool, [x, ag.zeros(5)], DTypeError, r"long\(\)"),
    ErrorCase(F.global_max_pool, [x, ag.tensor(BATCH), 2], DimensionError, "0 to 1, got 0 to 2"),
    ErrorCase(top_nodes, [ag.ones(5), 1.5, ag.tensor(BATCH)], ArgumentError, "ratio"),
    ErrorCase(nn.TopKPooling, [3, 0.0], ArgumentError, "ratio"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)

LAYERS = [
    nn.GraphConv(3, 2), nn.GraphConv(3, 2, aggr="mean", root_weight=False), nn.GCNConv(3, 2),
    nn.GCNConv(3, 2, add_self_loops=False, bias=False), nn.GATConv(3, 2, heads=3), nn.GATConv(3, 2, concat=False),
]  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS, ids=repr)
def test_every_form_of_a_graph_gives_the_same(layer):
    features = ag.tensor(np.random.default_rng(0).normal(size=(NODES, 3)).astype(np.float32))
    matrix = ag.tensor(dense(EDGES).astype(np.float32))
    expected = layer(features, matrix).detach().numpy()
    for graph in (ag.tensor(EDGES), matrix.to_sparse()):
        np.testing.assert_allclose(layer(features, graph).detach().numpy(), expected, rtol=1e-5, atol=1e-6)


def test_names_of_parameters():
    assert list(nn.GCNConv(3, 2).state_dict()) == ["bias", "lin.weight"]
    assert list(nn.GraphConv(3, 2).state_dict()) == ["lin_rel.weight", "lin_rel.bias", "lin_root.weight"]
    assert sorted(nn.GATConv(3, 2).state_dict()) == ["att_dst", "att_src", "bias", "lin.weight"]
    assert nn.GATConv(3, 2, bias=False).bias is nn.GCNConv(3, 2, bias=False).bias is None


def test_normalized_once_or_each_time():
    features, edges, layer = ag.randn(NODES, 3), ag.tensor(EDGES), nn.GCNConv(3, 2)
    once = nn.GCNConv(3, 2, normalize=False)
    once.load_state_dict(layer.state_dict())
    graph = F.gcn_normalize(edges, NODES)
    np.testing.assert_allclose(once(features, graph).tolist(), layer(features, edges).tolist(), rtol=1e-5, atol=1e-7)


def test_dropout_of_attention_is_for_training():
    layer, features, edges = nn.GATConv(3, 2, dropout=0.5), ag.randn(NODES, 3), ag.tensor(EDGES)
    assert not ag.equal(layer(features, edges), layer(features, edges))
    layer.eval()
    assert ag.equal(layer(features, edges), layer(features, edges))


def test_the_nodes_with_the_largest_scores_stay():
    layer = nn.TopKPooling(1, ratio=0.5)
    layer.weight.data.fill_(2.0)
    features = ag.tensor([[1.0], [3.0], [-1.0], [2.0], [0.5]], requires_grad=True)
    kept = layer(features, ag.tensor([[1, 3, 1, 0], [3, 1, 4, 1]]), ag.tensor(BATCH))
    assert kept.nodes.tolist() == [1, 3, 4] and kept.batch.tolist() == [0, 2, 2]
    np.testing.assert_allclose(kept.input.tolist(), [[3 * np.tanh(3)], [2 * np.tanh(2)], [0.5 * np.tanh(0.5)]], 1e-6)
    np.testing.assert_array_equal(kept.adjacency.to_dense().numpy(), [[0, 1, 0], [1, 0, 0], [1, 0, 0]])
    kept.input.sum().backward()
    assert (
        layer.weight.grad is not None and (features.grad[[0, 2]] == 0).all() and (features.grad[[1, 3, 4]] != 0).all()
    )
    assert layer(features, ag.tensor([[1], [3]])).nodes.tolist() == [1, 3, 0]
