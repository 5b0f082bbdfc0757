"""A training step of a graph convolutional network of Cora's size, and products with its sparse matrix."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks.harness import Comparison, Rival, compare
from benchmarks.libraries import OURS, TORCH, Library
from benchmarks.training import Step, first_losses, training_step, with_gradients

NODES, EDGES, WORDS, WORDS_A_NODE, HIDDEN, CLASSES = 2708, 5278, 1433, 18, 16, 7  # Cora's
TRAINING = 140
STEPS_COMPARED = 5


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    if TORCH is None:
        return []
    title = f"GCN {WORDS}-{HIDDEN}-{CLASSES} on {NODES} nodes, Adam"
    step = [_steps(OURS, None), _steps(TORCH, 1.0)]
    products = [_product(library, target) for library, target in ((OURS, None), (TORCH, 1.0))]
    return [
        compare(title, step, rounds=rounds),
        compare("sparse (2708,2708) @ (2708,16), forward+backward", products, rounds=rounds),
    ]


def _steps(library: Library, target: float | None) -> Rival:
    make_step = partial(gcn_step, library)
    return Rival(library.name, make_step(), first_losses(make_step, STEPS_COMPARED), target)


def _product(library: Library, target: float | None) -> Rival:
    tensors = library.tensors
    graph = adjacency(library)
    source = np.random.default_rng(1)
    dense = tensors.from_numpy(source.normal(size=(NODES, HIDDEN)).astype(np.float32)).requires_grad_()
    direction = tensors.from_numpy(source.normal(size=(NODES, HIDDEN)).astype(np.float32))
    both = with_gradients(lambda: tensors.sparse.mm(graph, dense), direction, [dense])
    return Rival(library.name, both, both, target)


def gcn_step(library: Library) -> Step:
    """Two layers Â relu(Â X W₁ + b₁) W₂ + b₂, the same statements in both libraries."""
    tensors, source = library.tensors, np.random.default_rng(2)
    features = np.zeros((NODES, WORDS), np.float32)
    features[np.arange(NODES)[:, None], source.integers(0, WORDS, (NODES, WORDS_A_NODE))] = 1 / WORDS_A_NODE
    labels = tensors.from_numpy(source.integers(0, CLASSES, TRAINING))
    sizes = ((WORDS, HIDDEN), (HIDDEN,), (HIDDEN, CLASSES), (CLASSES,))
    arrays = [source.normal(0, 0.1, size).astype(np.float32) for size in sizes]
    w1, b1, w2, b2 = parameters = [tensors.from_numpy(array).requires_grad_() for array in arrays]
    optimizer = library.optim.Adam(parameters, lr=0.01)
    graph, x, loss_function = adjacency(library), tensors.from_numpy(features), library.nn.CrossEntropyLoss()

    def loss() -> Any:
        hidden = (tensors.sparse.mm(graph, x @ w1) + b1).relu()
        scores = tensors.sparse.mm(graph, hidden @ w2) + b2
        return loss_function(scores[:TRAINING], labels)

    return training_step(optimizer, loss)


def adjacency(library: Library) -> Any:
    """The normalised adjacency of a random graph with loops, coalesced."""
    source = np.random.default_rng(3)
    pairs = source.integers(0, NODES, (2, EDGES))
    loops = np.tile(np.arange(NODES), (2, 1))
    places = np.concatenate([pairs, pairs[::-1], loops], 1)
    scale = np.bincount(places[0], minlength=NODES) ** -0.5
    values = (scale[places[0]] * scale[places[1]]).astype(np.float32)
    indices, entries = (library.tensors.from_numpy(array) for array in (places, values))
    graph = library.tensors.sparse_coo_tensor(indices, entries, (NODES, NODES), check_invariants=True)
    return graph.coalesce()
