"""Losses over many words as modules: negative sampling, hierarchical and adaptive softmax."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

import nn.functional as F
from autograd.array_like import array_of
from autograd.creation import empty, from_numpy, zeros
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.ops.assignment import index_put
from autograd.ops.joining import cat
from autograd.sampling import rand
from autograd.tensor import Tensor
from autograd.typing import Array
from nn import init
from nn.functional.word_vectors import huffman_tree
from nn.layers.container import ModuleList, Sequential
from nn.layers.linear import Linear
from nn.module import Module
from nn.parameter import Parameter


class NegativeSampling(Module):
    """Skip-gram with negative sampling: `nn.functional.negative_sampling_loss` with `k` words drawn for each pair.

    `forward(input, target)`: words and words of their contexts; `target` (B,), or (B, L) where each row is a whole
    context and the loss the mean over its words. Negatives are drawn by `counts` (V,), how often each word occurs, to
    the power `power`; evenly without counts. With `exclude_context` they are drawn again until none is in its row of
    `target`. `weight` (V, D) holds the vectors, uniform on ±0.5/D at first, `target_weight` (V, D) those of words in
    contexts, 0 at first; with `tied`, both are one table.
    Raises ArgumentError for counts that do not fit, or where a context leaves no word to draw.
    Source: Mikolov et al., "Distributed representations of words and phrases and their compositionality" (2013).
    """

    def __init__(
        self, num_embeddings: int, embedding_dim: int, k: int = 5, counts: Any = None, power: float = 0.75,
        tied: bool = False, exclude_context: bool = False, reduction: str = "mean",
    ) -> None:  # fmt: skip
        super().__init__()
        chances = np.ones(num_embeddings) if counts is None else array_of(counts).astype(np.float64) ** power
        if chances.shape != (num_embeddings,) or not chances.sum() > 0 or (chances < 0).any() or k < 1:
            expected = f"counts ({num_embeddings},), not negative nor all 0, and k from 1 on"
            raise ArgumentError(complaint("NegativeSampling", expected, f"shape {chances.shape} and k={k}"))
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.k = k
        self.tied = tied
        self.exclude_context = exclude_context
        self.reduction = reduction
        self._chances = chances / chances.sum()
        self._heights = np.cumsum(self._chances)
        self.weight = Parameter(empty(num_embeddings, embedding_dim))
        self.register_parameter("target_weight", None if tied else Parameter(zeros(num_embeddings, embedding_dim)))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        bound = 0.5 / self.embedding_dim if self.embedding_dim else 0.0
        init.uniform_(self.weight, -bound, bound)
        if self.target_weight is not None:
            init.zeros_(self.target_weight)

    def sample(self, context: Any) -> Tensor:
        """Negatives (B, k) for contexts (B, L), drawn anew at each call."""
        words = array_of(context)
        drawn = self._draw(len(words) * self.k).reshape(len(words), self.k)
        if self.exclude_context:
            self._check_that_words_are_left(words)
            while (wrong := (drawn[:, :, None] == words[:, None, :]).any(2)).any():
                drawn[wrong] = self._draw(int(wrong.sum()))
        return from_numpy(drawn)

    def forward(self, input: Any, target: Any) -> Any:
        contexts = target if target.ndim == 2 else target.unsqueeze(1)
        if input.ndim != 1 or contexts.shape[0] != input.shape[0]:
            given = f"{tuple(input.shape)} and {tuple(target.shape)}"
            raise ShapeError(complaint("NegativeSampling", "input (B,) and target (B,) or (B, L)", given))
        length = contexts.shape[1]
        negatives = self.sample(contexts.repeat_interleave(length, 0)) if length > 1 else self.sample(contexts)
        table = self.weight if self.target_weight is None else self.target_weight
        return F.negative_sampling_loss(
            input.repeat_interleave(length), contexts.reshape(-1), negatives, self.weight, table, self.reduction
        )

    def _draw(self, count: int) -> Array:
        heights = rand(count, dtype="float64").numpy() * self._heights[-1]
        return np.searchsorted(self._heights, heights, side="right")

    def _check_that_words_are_left(self, words: Array) -> None:
        ordered = np.sort(words, 1)
        repeated = np.concatenate([np.zeros((len(words), 1), bool), ordered[:, 1:] == ordered[:, :-1]], 1)
        if words.size and (np.where(repeated, 0, self._chances[ordered]).sum(1) > 1 - 1e-9).any():
            raise ArgumentError(
                complaint("NegativeSampling", "words to draw outside of each context", "a context with all of them")
            )

    def extra_repr(self) -> str:
        return f"{self.num_embeddings}, {self.embedding_dim}, k={self.k}"


class HierarchicalSoftmax(Module):
    """`nn.functional.hierarchical_softmax_loss` on the Huffman tree of words that occur `counts` (V,) times.

    `forward(input, target)`: features (B, in_features) and words (B,). `weight` (V − 1, in_features), 0 at first.
    Raises ArgumentError for fewer than two words.
    """

    def __init__(self, in_features: int, counts: Any, reduction: str = "mean") -> None:
        super().__init__()
        self.in_features = in_features
        self.reduction = reduction
        self.tree = huffman_tree(counts)
        self.weight = Parameter(zeros(len(self.tree.starts) - 2, in_features))

    def forward(self, input: Any, target: Any) -> Any:
        return F.hierarchical_softmax_loss(input, target, self.weight, self.tree, self.reduction)

    def log_prob(self, input: Any) -> Any:
        """The logarithms of the probabilities of all V words: (B, V)."""
        words, count = len(self.tree.starts) - 1, input.shape[0]
        targets = from_numpy(np.tile(np.arange(words), count))
        losses = F.hierarchical_softmax_loss(
            input.repeat_interleave(words, 0), targets, self.weight, self.tree, reduction="none"
        )
        return -losses.reshape(count, words)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, words={len(self.tree.starts) - 1}"


class AdaptiveOutput(NamedTuple):
    """`output`: the logarithms of the targets' probabilities, (B,) or 0-d; `loss`: their negated mean."""

    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """Softmax in clusters: the first `cutoffs[0]` classes, which are frequent, at once, the others by two steps.

    `head` (cutoffs[0] + number of clusters) scores the frequent classes and the clusters; `tail[i]` the classes from
    cutoffs[i] on through in_features/div_value^(i + 1) features. Classes are numbered by falling frequency.
    `forward(input, target)`: (B, in_features) and (B,), or (in_features,) and 0-d; gives `output` and `loss`.
    Raises ArgumentError for cutoffs that do not rise from 1 to n_classes − 1, ShapeError, DimensionError.
    Source: Grave et al., "Efficient softmax approximation for GPUs" (2017).
    """

    def __init__(
        self, in_features: int, n_classes: int, cutoffs: Sequence[int], div_value: float = 4.0, head_bias: bool = False,
        device: Any = None, dtype: Any = None,
    ) -> None:  # fmt: skip
        super().__init__()
        bounds = [0, *cutoffs, n_classes]
        if len(bounds) < 3 or any(low >= high or int(low) != low for low, high in pairwise(bounds)):
            expected = f"cutoffs that rise from 1 on to {n_classes - 1} at most"
            raise ArgumentError(complaint("AdaptiveLogSoftmaxWithLoss", expected, str(list(cutoffs))))
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = bounds[1:]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = self.cutoffs[0]
        self.n_clusters = len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        kind: dict[str, Any] = {"device": device, "dtype": dtype}
        self.head = Linear(in_features, self.head_size, bias=head_bias, **kind)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            size, hidden = self.cutoffs[i + 1] - self.cutoffs[i], int(in_features // div_value ** (i + 1))
            layers = (Linear(in_features, hidden, bias=False, **kind), Linear(hidden, size, bias=False, **kind))
            self.tail.append(Sequential(*layers))

    def reset_parameters(self) -> None:
        """Draw new initial values."""
        self.head.reset_parameters()
        for first, second in self.tail:
            first.reset_parameters()
            second.reset_parameters()

    def forward(self, input_: Any, target_: Any) -> AdaptiveOutput:
        if target_.ndim > 1 or input_.ndim != target_.ndim + 1 or input_.shape[:-1] != target_.shape:
            given = f"{tuple(input_.shape)} and {tuple(target_.shape)}"
            raise ShapeError(complaint("AdaptiveLogSoftmaxWithLoss", "input (B, in) and target (B,), or (in,) and ()",
                                       given))  # fmt: skip
        output = self._log_prob_of(input_.reshape(-1, self.in_features), array_of(target_).reshape(-1))
        return AdaptiveOutput(output.reshape(target_.shape), -output.mean())

    def _log_prob_of(self, input: Any, target: Array) -> Any:
        """ln p of each target: that of its class in the head, or of its cluster and of its class in the cluster."""
        if target.size and not (target.min() >= 0 and target.max() < self.n_classes):
            given = f"{target.min()} to {target.max()}"
            raise ArgumentError(
                complaint("AdaptiveLogSoftmaxWithLoss", f"targets from 0 to {self.n_classes - 1}", given)
            )
        clusters = np.searchsorted(self.cutoffs, target, side="right") - 1
        places = np.where(clusters < 0, target, self.shortlist_size + clusters)
        output = F.log_softmax(self.head(input), 1)[np.arange(len(target)), places]
        for i, layers in enumerate(self.tail):
            rows = np.flatnonzero(clusters == i)
            if rows.size:
                within = F.log_softmax(layers(input[rows]), 1)[np.arange(len(rows)), target[rows] - self.cutoffs[i]]
                output = index_put(output, (from_numpy(rows),), within, accumulate=True)
        return output

    def log_prob(self, input: Any) -> Any:
        """The logarithms of the probabilities of all classes: (B, n_classes)."""
        head = F.log_softmax(self.head(input), 1)
        size = self.shortlist_size
        within = [F.log_softmax(layers(input), 1) + head[:, size + i, None] for i, layers in enumerate(self.tail)]
        return cat([head[:, :size], *within], 1)

    def predict(self, input: Any) -> Any:
        """The likeliest class of each row: (B,)."""
        best = self.head(input).argmax(1)
        unsure = np.flatnonzero(array_of(best) >= self.shortlist_size)
        if unsure.size:
            best[unsure] = self.log_prob(input[unsure]).argmax(1)
        return best
