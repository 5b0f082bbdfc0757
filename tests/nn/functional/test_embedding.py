"""Embeddings, alone and in bags, and their layers."""

import numpy as np

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError
from tests.conformance import ErrorCase, OpCase, conforms, refuses

PLACES = np.array([[2, 0, 2], [1, 2, 4]])
FLAT, OFFSETS = np.array([3, 0, 0, 1, 2, 4, 4]), np.array([0, 2, 2, 5])


def looked_up(places, table, padding_idx=None):
    return table[places]


def bag(rows, mode):
    if not len(rows):
        return np.zeros(rows.shape[1])
    return {"sum": rows.sum(0), "mean": rows.mean(0), "max": rows.max(0)}[mode]


def bags(places, table, mode, padding_idx=None):
    kept = [[p for p in row if p != padding_idx] for row in places]
    return np.array([bag(table[row], mode) for row in kept])


def bags_at(places, table, offsets, mode, include_last_offset=False):
    ends = [*offsets[1:], *([] if include_last_offset else [len(places)])]
    return np.array([bag(table[places[a:b]], mode) for a, b in zip(offsets, ends, strict=False)])


def weighted(places, table, weights):
    return F.embedding_bag(places, table, mode="sum", per_sample_weights=weights)


CASES = [
    OpCase(F.embedding, looked_up, [PLACES, (5, 3)]),
    OpCase(F.embedding, looked_up, [np.array(1, np.int32), (3, 2)]),
    *(OpCase(F.embedding_bag, bags, [PLACES, (5, 3)], {"mode": mode}) for mode in ("sum", "mean", "max")),
    *(OpCase(F.embedding_bag, bags, [np.array([[2, 2, 2], [1, 2, 4]]), (5, 3)], {"mode": mode, "padding_idx": 2},
             second_order=False, grad_inputs=[]) for mode in ("sum", "mean", "max")),
    *(OpCase(F.embedding_bag, bags_at, [FLAT, (5, 3), OFFSETS], {"mode": mode}, grad_inputs=[1])
      for mode in ("sum", "mean", "max")),
    *(OpCase(F.embedding_bag, bags_at, [FLAT, (5, 3), np.array([0, 2, 2, 6])],
             {"mode": mode, "include_last_offset": True}, grad_inputs=[1]) for mode in ("sum", "mean", "max")),
    OpCase(weighted, lambda places, table, weights: (table[places] * weights[..., None]).sum(1),
           [PLACES, (5, 3), (2, 3)]),
]  # fmt: skip

table = ag.zeros(5, 3)
ERRORS = [
    ErrorCase(F.embedding, [ag.tensor([5]), table], DimensionError, "0 to 4.*5 rows, got 5"),
    ErrorCase(F.embedding, [ag.tensor([-1]), table], DimensionError, "got -1"),
    ErrorCase(F.embedding, [ag.tensor([1.0]), table], DTypeError, r"long\(\)"),
    ErrorCase(F.embedding, [ag.tensor([1]), ag.zeros(5)], ShapeError, r"\(M, D\)"),
    ErrorCase(F.embedding, [ag.tensor([1]), table, 5], ArgumentError, "padding_idx from -5 to 4"),
    ErrorCase(F.embedding_bag, [ag.tensor([1]), table], ArgumentError, "offsets"),
    ErrorCase(F.embedding_bag, [ag.tensor([[1]]), table, ag.tensor([0])], ArgumentError, "no offsets"),
    ErrorCase(F.embedding_bag, [ag.tensor([[[1]]]), table], ShapeError, r"\(B, L\)"),
    ErrorCase(F.embedding_bag, [ag.tensor([1, 2]), table, ag.tensor([0, 3])], ArgumentError, "rise from 0"),
    ErrorCase(F.embedding_bag, [ag.tensor([1, 2]), table, ag.tensor([1, 2])], ArgumentError, "rise from 0"),
    ErrorCase(F.embedding_bag, [ag.tensor([1, 2]), table, ag.zeros(1)], ShapeError, "vector of integers"),
    ErrorCase(F.embedding_bag, [ag.tensor([[1]]), table], ArgumentError, "mode", {"mode": "least"}),
    ErrorCase(F.embedding_bag, [ag.tensor([[1]]), table], ArgumentError, "per_sample_weights",
              {"per_sample_weights": ag.ones(1, 1)}),
    ErrorCase(F.embedding_bag, [ag.tensor([[1]]), table], ShapeError, "per_sample_weights",
              {"per_sample_weights": ag.ones(2, 1), "mode": "sum"}),
    ErrorCase(F.embedding_bag, [ag.tensor([[1]]), table], ArgumentError, "scale_grad_by_freq",
              {"scale_grad_by_freq": True, "mode": "max"}),
    ErrorCase(nn.Embedding, [3, 2, 3], ArgumentError, "padding_idx"),
    ErrorCase(nn.Embedding.from_pretrained, [ag.zeros(3)], ShapeError, "table"),
]  # fmt: skip

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_padding_row_is_zero_and_stays_so():
    layer = nn.Embedding(5, 3, padding_idx=-2)
    assert layer.padding_idx == 3 and layer.weight[3].tolist() == [0, 0, 0]
    layer(ag.tensor([[3, 1], [1, 0]])).sum().backward()
    assert layer.weight.grad.tolist() == [[1] * 3, [2] * 3, [0] * 3, [0] * 3, [0] * 3]


def test_rows_are_brought_down_to_the_largest_norm():
    layer = nn.Embedding.from_pretrained(ag.tensor([[3.0, 4.0], [0.3, 0.4], [30.0, 40.0]]), max_norm=1.0)
    np.testing.assert_allclose(layer(ag.tensor([0, 1])).numpy(), [[0.6, 0.8], [0.3, 0.4]], rtol=1e-6)
    np.testing.assert_allclose(layer.weight.numpy(), [[0.6, 0.8], [0.3, 0.4], [30, 40]], rtol=1e-6)
    assert not layer.weight.requires_grad


def test_bag_layers():
    layer = nn.EmbeddingBag(5, 3, mode="sum", include_last_offset=True, padding_idx=0)
    found = layer(ag.tensor(FLAT), ag.tensor([0, 3, 7]))
    assert layer.weight[0].tolist() == [0, 0, 0]
    np.testing.assert_allclose(found[0].detach().numpy(), layer.weight[3].detach().numpy())
    fixed = nn.EmbeddingBag.from_pretrained(ag.ones(4, 2), mode="mean")
    assert fixed(ag.tensor([[1, 2]])).tolist() == [[1, 1]] and not fixed.weight.requires_grad


def test_empty_bags():
    assert F.embedding_bag(ag.zeros(2, 0, dtype=ag.int64), table, mode="max").tolist() == [[0] * 3] * 2
    assert F.embedding_bag(ag.zeros(0, 3, dtype=ag.int64), table).shape == (0, 3)


def test_bags_divide_gradients_by_frequency():
    weight = ag.zeros(5, 3, requires_grad=True)
    F.embedding_bag(ag.tensor(PLACES), weight, mode="sum", scale_grad_by_freq=True).sum().backward()
    np.testing.assert_allclose(weight.grad[:, 0].numpy(), [1, 1, 1, 0, 1])
