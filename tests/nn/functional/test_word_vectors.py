"""Negative sampling, hierarchical and adaptive softmax: the losses in plain NumPy, and what the layers draw."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError
from nn.functional.word_vectors import huffman_tree, pair_scores
from tests.conformance import ErrorCase, OpCase, conforms, refuses

WORDS, CONTEXTS = np.array([2, 0, 2, 5]), np.array([1, 1, 3, 0])
NEGATIVES = np.array([[4, 4, 0], [2, 3, 5], [0, 1, 4], [3, 3, 3]])
COUNTS = [5, 1, 9, 2, 2, 30]
TREE = huffman_tree(COUNTS)


def log_sigmoid(x):
    return -np.log1p(np.exp(-x))


def sampled(words, contexts, negatives, x, y=None, reduction="mean"):
    y = x if y is None else y
    losses = [
        -log_sigmoid(x[u] @ y[w]) - sum(log_sigmoid(-x[u] @ y[v]) for v in others)
        for u, w, others in zip(words, contexts, negatives, strict=True)
    ]
    return {"mean": np.mean, "sum": np.sum, "none": np.array}[reduction](losses)


def hierarchical(x, words, theta, reduction="mean"):
    losses = []
    for row, word in zip(x, words, strict=True):
        way = slice(TREE.starts[word], TREE.starts[word + 1])
        losses.append(-sum(log_sigmoid(s * row @ theta[n]) for n, s in zip(TREE.nodes[way], TREE.signs[way])))
    return {"mean": np.mean, "sum": np.sum, "none": np.array}[reduction](losses)


def along_the_tree(x, words, theta, reduction="mean"):
    return F.hierarchical_softmax_loss(x, words, theta, TREE, reduction)


def tied(words, contexts, negatives, x):
    return F.negative_sampling_loss(words, contexts, negatives, x, x)


INDICES = [WORDS, CONTEXTS, NEGATIVES]
CASES = [
    *(OpCase(F.negative_sampling_loss, sampled, [*INDICES, (6, 3), (6, 3)], {"reduction": reduction})
      for reduction in ("mean", "sum", "none")),
    OpCase(tied, sampled, [*INDICES, (6, 3)]),
    *(OpCase(along_the_tree, hierarchical, [(4, 3), WORDS, (5, 3)], {"reduction": reduction})
      for reduction in ("mean", "sum", "none")),
    OpCase(lambda *x: F.hierarchical_softmax_loss(*x, tree=TREE), hierarchical, [(4, 3), WORDS, (5, 3)]),
]  # fmt: skip

table = ag.ones(6, 3)
words, contexts, negatives = (ag.tensor(x) for x in INDICES)
ERRORS = [
    ErrorCase(F.negative_sampling_loss, [words, contexts, contexts, table, table], ShapeError, r"negatives \(B, k\)"),
    ErrorCase(F.negative_sampling_loss, [words + 1, contexts, negatives, table, table], DimensionError, "0 to 5"),
    ErrorCase(F.negative_sampling_loss, [words, contexts, negatives, table, table, "all"], ArgumentError, "reduction"),
    ErrorCase(pair_scores, [table, ag.ones(2), table, words], DTypeError, r"long\(\)"),
    ErrorCase(pair_scores, [table, words[:2], table, words], ShapeError, "as many"),
    ErrorCase(along_the_tree, [ag.ones(4, 3), words, ag.ones(6, 3)], ShapeError, r"weight \(5, D\)"),
    ErrorCase(along_the_tree, [ag.ones(4, 3), words + 1, ag.ones(5, 3)], DimensionError, "0 to 5, got 1 to 6"),
    ErrorCase(huffman_tree, [[3]], ArgumentError, "two words"),
    ErrorCase(nn.NegativeSampling, [3, 2], ArgumentError, r"counts \(3,\)", {"counts": [1, 2]}),
    ErrorCase(nn.NegativeSampling(3, 2), [words, negatives[:3]], ShapeError, r"target \(B,\) or \(B, L\)"),
    ErrorCase(nn.NegativeSampling(3, 2, exclude_context=True), [words[:1], ag.tensor([[0, 1, 2, 1]])], ArgumentError,
              "words to draw"),
    ErrorCase(nn.AdaptiveLogSoftmaxWithLoss, [4, 10, [3, 3]], ArgumentError, "cutoffs"),
    ErrorCase(nn.AdaptiveLogSoftmaxWithLoss, [4, 10, []], ArgumentError, "cutoffs"),
    ErrorCase(nn.AdaptiveLogSoftmaxWithLoss(4, 10, [3]), [ag.ones(2, 4), ag.tensor([1, 10])], ArgumentError, "0 to 9"),
    ErrorCase(nn.AdaptiveLogSoftmaxWithLoss(4, 10, [3]), [ag.ones(2, 4), ag.tensor([1])], ShapeError, r"target \(B,\)"),
]  # fmt: skip

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_words_that_occur_often_have_short_ways():
    lengths = np.diff(TREE.starts)
    assert lengths[5] == 1 and lengths[2] == 2 and sorted(lengths) == [1, 2, 3, 4, 5, 5]
    assert (2.0**-lengths).sum() == 1 and set(TREE.nodes) == set(range(5)) and set(TREE.signs) == {-1, 1}
    assert np.array_equal(np.diff(huffman_tree([1] * 8).starts), [3] * 8)


def test_probabilities_add_up_to_one():
    layer = nn.HierarchicalSoftmax(3, COUNTS)
    nn.init.normal_(layer.weight)
    features = ag.randn(4, 3)
    logs = layer.log_prob(features)
    np.testing.assert_allclose(logs.exp().sum(1).tolist(), np.ones(4), rtol=1e-5)
    expected = -logs[[0, 1, 2, 3], WORDS.tolist()].mean().item()
    assert layer(features, words).item() == pytest.approx(expected, rel=1e-5)
    assert list(layer.state_dict()) == ["weight"] and layer.weight.shape == (5, 3)


def test_negatives_follow_the_counts():
    layer = nn.NegativeSampling(3, 2, k=1000, counts=[1, 0, 16])
    drawn = np.bincount(layer.sample(ag.zeros(20, 1, dtype=ag.int64)).numpy().ravel(), minlength=3)
    assert drawn[1] == 0 and 7.4 < drawn[2] / drawn[0] < 8.6


def test_negatives_avoid_the_context():
    layer = nn.NegativeSampling(5, 2, k=50, exclude_context=True)
    context = ag.tensor([[0, 1], [2, 2]])
    drawn = layer.sample(context).numpy()
    assert set(drawn[0]) == {2, 3, 4} and set(drawn[1]) == {0, 1, 3, 4}
    assert set(nn.NegativeSampling(5, 2, k=100).sample(context).numpy()[0]) == {0, 1, 2, 3, 4}


def test_tables_of_negative_sampling():
    ag.manual_seed(0)
    two, one = nn.NegativeSampling(6, 3), nn.NegativeSampling(6, 3, tied=True)
    assert list(two.state_dict()) == ["weight", "target_weight"] and list(one.state_dict()) == ["weight"]
    assert two(words, contexts).item() == pytest.approx(6 * np.log(2), rel=1e-6)
    ag.manual_seed(3)
    loss = one(words, contexts)
    ag.manual_seed(3)
    drawn = one.sample(contexts.unsqueeze(1))
    assert loss.item() == pytest.approx(sampled(WORDS, CONTEXTS, drawn.numpy(), one.weight.detach().numpy()), rel=1e-6)


def test_whole_contexts():
    layer = nn.NegativeSampling(6, 3, exclude_context=True, reduction="none")
    assert layer(words, ag.tensor([[0, 1]] * 4)).shape == (8,)


def test_adaptive_softmax_is_one_distribution():
    layer = nn.AdaptiveLogSoftmaxWithLoss(8, 20, [4, 10], div_value=2.0)
    features = ag.randn(6, 8)
    logs = layer.log_prob(features)
    np.testing.assert_allclose(logs.exp().sum(1).tolist(), np.ones(6), rtol=1e-5)
    target = ag.tensor([0, 3, 4, 9, 10, 19])
    output, loss = layer(features, target)
    np.testing.assert_allclose(output.tolist(), logs[np.arange(6), target].tolist(), rtol=1e-5)
    assert loss.item() == pytest.approx(-output.mean().item()) and ag.equal(layer.predict(features), logs.argmax(1))


@pytest.mark.parametrize("layer", [nn.NegativeSampling(5, 2), nn.HierarchicalSoftmax(2, [1, 2])], ids=repr)
def test_the_text_of_layers(layer):
    assert repr(layer) in ("NegativeSampling(5, 2, k=5)", "HierarchicalSoftmax(in_features=2, words=2)")
