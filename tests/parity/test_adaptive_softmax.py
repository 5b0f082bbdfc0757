"""Adaptive softmax against PyTorch: weights, outputs, gradients, predictions."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

SETTINGS = [([4, 10], {}), ([1], {"head_bias": True}), ([5, 6, 15], {"div_value": 2.0, "head_bias": True})]


@pytest.mark.parametrize(("cutoffs", "options"), SETTINGS)
def test_outputs_and_gradients(cutoffs, options):
    source = np.random.default_rng(0)
    features, target = source.normal(size=(30, 16)).astype(np.float32) * 3, source.integers(0, 20, 30)
    found = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(1)
        layer = module.AdaptiveLogSoftmaxWithLoss(16, 20, cutoffs, **options)
        x = library.tensor(features, requires_grad=True)
        output, loss = layer(x, library.tensor(target))
        loss.backward()
        single = layer(x[0], library.tensor(target[0]))
        numbers = [output, loss, x.grad, layer.log_prob(x), layer.predict(x), single.output, single.loss]
        numbers += [p for p in layer.parameters()] + [p.grad for p in layer.parameters()]
        found.append((repr(layer), list(layer.state_dict()), [x.detach().numpy() for x in numbers]))
    (text, keys, ours), (their_text, their_keys, theirs) = found
    assert text == their_text and keys == their_keys
    for got, want in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)


def test_some_clusters_without_a_target():
    found = []
    for library, module in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(1)
        layer = module.AdaptiveLogSoftmaxWithLoss(16, 20, [4, 10])
        layer(library.ones(2, 16), library.tensor([11, 12])).loss.backward()
        found.append([p.grad for p in layer.parameters()])
    for got, want in zip(*found, strict=True):
        assert (got is None) == (want is None)
        if got is not None:
            np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=1e-4, atol=1e-6)
