"""Losses over many words that score only some of them: negative sampling, hierarchical softmax.

Scores are inner products of rows of two tables, computed for the pairs that are asked for and no others.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.array_like import array_of
from autograd.creation import from_numpy
from autograd.errors import ArgumentError, DimensionError, DTypeError, ShapeError, complaint
from autograd.ops.embedding import embedding_back
from autograd.ops.shape import reshape
from autograd.ops.sparse import Pattern, sampled_product
from autograd.typing import Array
from nn.functional.activation import logsigmoid
from nn.functional.loss_arguments import chosen_reduction, reduced


def pair_scores(left: Any, rows: Any, right: Any, columns: Any) -> Any:
    """Inner products of the rows of `left` (M, D) with those of `right` (K, D) with these numbers, any equal shapes.

    Raises DimensionError for numbers out of range, DTypeError unless they are integers, ShapeError.
    """
    places = []
    for numbers, table in ((rows, left), (columns, right)):
        array = array_of(numbers)
        if array.dtype.kind not in "iu":
            raise DTypeError(complaint("pair_scores", "integers", str(array.dtype), "Convert them with long()"))
        if array.size and not (array.min() >= 0 and array.max() < table.shape[0]):
            given = f"{array.min()} to {array.max()}"
            raise DimensionError(complaint("pair_scores", f"numbers from 0 to {table.shape[0] - 1}", given))
        places.append(array)
    if places[0].shape != places[1].shape:
        given = f"{places[0].shape} and {places[1].shape}"
        raise ShapeError(complaint("pair_scores", "as many rows as columns", given))
    pattern = Pattern.of(places[0].reshape(-1), places[1].reshape(-1), (left.shape[0], right.shape[0]))
    return reshape(sampled_product(left, right, pattern), places[0].shape)


def negative_sampling_loss(
    input: Any, target: Any, negatives: Any, weight: Any, target_weight: Any, reduction: str = "mean"
) -> Any:
    """−ln σ⟨x_u, y_w⟩ − Σ_v ln σ(−⟨x_u, y_v⟩) for words u, words w of their contexts, and words v of no context.

    `input` u and `target` w (B,), `negatives` v (B, k): numbers of rows of `weight` x (V, D) and `target_weight` y
    (V, D), which may be one table. Gives the mean or the sum over B, or with "none" (B,).
    Raises ShapeError, DTypeError, DimensionError, ArgumentError.
    Source: Mikolov et al., "Distributed representations of words and phrases and their compositionality" (2013).
    """
    chosen = chosen_reduction("negative_sampling_loss", reduction)
    words, positives, others = (array_of(x) for x in (input, target, negatives))
    if words.ndim != 1 or positives.shape != words.shape or others.shape[:1] != words.shape or others.ndim != 2:
        given = f"{words.shape}, {positives.shape} and {others.shape}"
        raise ShapeError(complaint("negative_sampling_loss", "input (B,), target (B,) and negatives (B, k)", given))
    columns = np.concatenate([positives[:, None], others], 1)
    rows = np.repeat(words[:, None], columns.shape[1], 1)
    signs = np.where(np.arange(columns.shape[1]) == 0, 1, -1).astype(weight.dtype.dtype)
    losses = -logsigmoid(pair_scores(weight, rows, target_weight, columns) * from_numpy(signs)).sum(1)
    return reduced(losses, chosen)


class HuffmanTree(NamedTuple):
    """Where each of V words stands in a binary tree: the words' ways from the root, one after the other.

    starts: (V + 1,) where each way starts. nodes: inner nodes, 0 to V − 2, along the ways. signs: 1 where the way turns
    left there, −1 where it turns right.
    """

    starts: Array
    nodes: Array
    signs: Array

    def ways(self, words: Array) -> tuple[Array, Array, Array]:
        """For words (B,): which word each step belongs to, from 0 to B − 1, its inner node and its sign."""
        lengths = (self.starts[1:] - self.starts[:-1])[words]
        owners = np.repeat(np.arange(len(words)), lengths)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        steps = self.starts[words][owners] + within
        return owners, self.nodes[steps], self.signs[steps]


def huffman_tree(counts: Sequence[float] | Any) -> HuffmanTree:
    """The tree in which words that occur often (`counts`, (V,)) have short ways. Raises ArgumentError for fewer than 2.

    Source: Huffman, "A method for the construction of minimum-redundancy codes" (1952).
    """
    numbers = array_of(counts)
    if numbers.ndim != 1 or len(numbers) < 2 or (numbers < 0).any():
        raise ArgumentError(complaint("huffman_tree", "counts of two words or more", f"shape {numbers.shape}"))
    size = len(numbers)
    parents = np.zeros((2 * size - 1, 2), np.intp)  # the inner node above, and the sign of the turn
    queue = [(float(count), node) for node, count in enumerate(numbers)]
    heapq.heapify(queue)
    for inner in range(size - 1):
        (left_count, left), (right_count, right) = heapq.heappop(queue), heapq.heappop(queue)
        parents[left], parents[right] = (inner, 1), (inner, -1)
        heapq.heappush(queue, (left_count + right_count, size + inner))
    ways = [_way_to(word, parents, size) for word in range(size)]
    starts = np.cumsum([0, *(len(way) for way in ways)])
    nodes, signs = np.concatenate(ways).T
    return HuffmanTree(starts, nodes, signs)


def _way_to(word: int, parents: Array, size: int) -> Array:
    """The inner nodes from the root to a word and the turns there, (L, 2)."""
    way, node, root = [], word, 2 * size - 2
    while node != root:
        way.append(parents[node])
        node = size + parents[node][0]
    return np.array(way[::-1])


def hierarchical_softmax_loss(input: Any, target: Any, weight: Any, tree: HuffmanTree, reduction: str = "mean") -> Any:
    """−ln p(target | input) where p is the product of σ(±⟨input, θ⟩) over the inner nodes on the way to the target.

    `input` (B, D), `target` (B,) numbers of words, `weight` θ (V − 1, D) a row for each inner node of the `tree`. Takes
    about log₂ V products a word. Gives the mean or the sum over B, or with "none" (B,).
    Raises ShapeError, DTypeError, DimensionError, ArgumentError.
    Source: Morin and Bengio, "Hierarchical probabilistic neural network language model" (2005).
    """
    chosen = chosen_reduction("hierarchical_softmax_loss", reduction)
    words, size = array_of(target), len(tree.starts) - 1
    if words.ndim != 1 or input.ndim != 2 or input.shape[0] != len(words) or weight.shape[0] != size - 1:
        given = f"{tuple(input.shape)}, {words.shape} and {tuple(weight.shape)}"
        raise ShapeError(
            complaint("hierarchical_softmax_loss", f"input (B, D), target (B,) and weight ({size - 1}, D)", given)
        )
    if words.size and not (words.min() >= 0 and words.max() < size):
        given = f"{words.min()} to {words.max()}"
        raise DimensionError(complaint("hierarchical_softmax_loss", f"words from 0 to {size - 1}", given))
    owners, nodes, signs = tree.ways(words)
    scores = pair_scores(input, owners, weight, nodes) * from_numpy(signs.astype(weight.dtype.dtype))
    losses = embedding_back(-logsigmoid(scores).unsqueeze(1), owners, len(words)).squeeze(1)
    return reduced(losses, chosen)
