"""Lazy layers against PyTorch: text, names, first values, results, states in both directions."""

import numpy as np
import pytest

import autograd as ag
import nn

torch = pytest.importorskip("torch")

LAYERS = [
    ("LazyLinear", (3,), {}, (2, 5)), ("LazyLinear", (3,), {"bias": False}, (2, 4, 5)),
    ("LazyConv1d", (4, 3), {}, (2, 6, 7)), ("LazyConv1d", (4, 3), {}, (6, 7)),
    ("LazyConv2d", (4, 3), {"padding": 1, "groups": 2}, (2, 6, 5, 4)),
    ("LazyConv2d", (4, 3, 2), {"bias": False}, (2, 3, 7, 7)),
    ("LazyConv2d", (4, 3), {"padding": "same", "padding_mode": "reflect"}, (2, 3, 5, 4)),
    ("LazyConv3d", (2, (2, 1, 2)), {}, (2, 3, 4, 4, 4)),
    ("LazyConvTranspose1d", (4, 3), {}, (2, 6, 7)),
    ("LazyConvTranspose2d", (4, 3), {"stride": 2, "output_padding": 1, "groups": 2}, (2, 6, 3, 4)),
    ("LazyConvTranspose3d", (2, 2), {"bias": False}, (2, 3, 2, 2, 2)),
    ("LazyBatchNorm1d", (), {}, (6, 3)), ("LazyBatchNorm1d", (), {"affine": False}, (6, 3, 4)),
    ("LazyBatchNorm2d", (), {"track_running_stats": False}, (4, 3, 2, 2)),
    ("LazyBatchNorm2d", (1e-3, None), {}, (4, 3, 2, 2)),
    ("LazyBatchNorm3d", (), {"bias": False}, (4, 3, 2, 2, 2)),
    ("LazyInstanceNorm1d", (), {}, (2, 3, 4)), ("LazyInstanceNorm2d", (), {"affine": False}, (2, 3, 4, 4)),
    ("LazyInstanceNorm3d", (), {"track_running_stats": False}, (2, 3, 2, 2, 2)),
]  # fmt: skip


def both(name, args, options):
    made = []
    for library, layers in ((ag, nn), (torch, torch.nn)):
        library.manual_seed(7)
        made.append(getattr(layers, name)(*args, **options))
    return made


def called(layers, shape):
    values = np.random.default_rng(3).normal(size=shape).astype(np.float32)
    inputs = [library.tensor(values, requires_grad=True) for library in (ag, torch)]
    results = [layer(x) for x, layer in zip(inputs, layers, strict=True)]
    for y in results:
        (y * y * y).sum().backward()
    np.testing.assert_allclose(results[0].detach().numpy(), results[1].detach().numpy(), rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(inputs[0].grad.numpy(), inputs[1].grad.numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("name", "args", "options", "shape"), LAYERS)
def test_layer(name, args, options, shape):
    ours, theirs = layers = both(name, args, options)
    assert repr(ours) == repr(theirs)
    assert [repr(x) for x in ours.state_dict().values()] == [repr(x) for x in theirs.state_dict().values()]
    called(layers, shape)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for key, value in ours.state_dict().items():
        np.testing.assert_allclose(value.numpy(), theirs.state_dict()[key].numpy(), rtol=1e-5, atol=1e-6)
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), rtol=1e-4, atol=1e-4)
    assert type(ours).__name__ == type(theirs).__name__ == name.removeprefix("Lazy")
    assert ag.rand(1).item() == torch.rand(1).item()


@pytest.mark.parametrize(("name", "args", "options", "shape"), LAYERS)
def test_states_travel(name, args, options, shape):
    ours, theirs = layers = both(name, args, options)
    theirs(torch.ones(shape))
    ours.load_state_dict({key: value.numpy().copy() for key, value in theirs.state_dict().items()})
    called(layers, shape)
    assert repr(ours) == repr(theirs)
    for key, value in ours.state_dict().items():
        np.testing.assert_allclose(value.numpy(), theirs.state_dict()[key].numpy(), rtol=1e-5, atol=1e-6)
