"""Embeddings against PyTorch: values, gradients, initial tables, reprs."""

import inspect
import itertools

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(1)
TABLE = SOURCE.normal(size=(7, 4)) * 2
PLACES = SOURCE.integers(0, 7, size=(5, 6))


def assert_agreement(run):
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        weight = library.tensor(TABLE, requires_grad=True)
        result, *others = run(library, functional, weight)
        (result * result).sum().backward()
        found.append([result.detach(), weight.grad, *(x.grad for x in others)])
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("options", [{}, {"padding_idx": 2}, {"padding_idx": -1, "scale_grad_by_freq": True}])
def test_embedding(options):
    assert_agreement(
        lambda library, functional, weight: [functional.embedding(library.tensor(PLACES), weight, **options)]
    )


@pytest.mark.parametrize("mode", ["sum", "mean", "max"])
@pytest.mark.parametrize("padding_idx", [None, 2])
def test_bags(mode, padding_idx):
    """Without scale_grad_by_freq: PyTorch's bags divide by the frequencies of other numbers."""
    options = {"mode": mode, "padding_idx": padding_idx}
    assert_agreement(
        lambda library, functional, weight: [functional.embedding_bag(library.tensor(PLACES), weight, **options)]
    )
    for last, offsets in itertools.product((False, True), ([0, 3, 3, 20], [0, 0, 30])):
        assert_agreement(lambda library, functional, weight, last=last, offsets=offsets: [functional.embedding_bag(
            library.tensor(PLACES.ravel()), weight, library.tensor(offsets), include_last_offset=last and
            offsets[-1] == 30, **options)])  # fmt: skip


def test_weighted_bags():
    weights = SOURCE.normal(size=PLACES.shape)

    def run(library, functional, weight):
        scales = library.tensor(weights, requires_grad=True)
        found = functional.embedding_bag(library.tensor(PLACES), weight, mode="sum", per_sample_weights=scales)
        return found, scales

    assert_agreement(run)


def test_max_norm():
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        weight = library.tensor(TABLE)
        result = functional.embedding(library.tensor([[1, 3], [1, 0]]), weight, max_norm=1.5, norm_type=3.0)
        found.append((result.numpy(), weight.numpy()))
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-9)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("Embedding", {}), ("Embedding", {"padding_idx": 3, "max_norm": 2.0, "norm_type": 1.0, "sparse": True}),
        ("Embedding", {"scale_grad_by_freq": True}), ("EmbeddingBag", {}),
        ("EmbeddingBag", {"mode": "sum", "padding_idx": 3, "max_norm": 2.0}),
    ],
)  # fmt: skip
def test_layers(name, settings):
    layers = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(5)
        layers.append(getattr(module, name)(30, 20, **settings))
    ours, theirs = layers
    assert repr(ours) == repr(theirs) and list(ours.state_dict()) == list(theirs.state_dict())
    np.testing.assert_allclose(ours.weight.detach().numpy(), theirs.weight.detach().numpy(), rtol=1e-6)
    arguments = [list(inspect.signature(type(layer)).parameters) for layer in layers]
    assert arguments[0] == arguments[1]
