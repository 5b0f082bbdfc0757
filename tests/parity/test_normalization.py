"""Normalization against PyTorch: values, gradients, running statistics after steps, state and reprs."""

import numpy as np
import pytest

import autograd as ag
import nn
import nn.functional as F

torch = pytest.importorskip("torch")

SOURCE = np.random.default_rng(9)


def drawn(*shape):
    return SOURCE.normal(size=shape) * 2 + 1


def compare(call, operands, rtol=1e-8):
    found = []
    for library, functional in ((ag, F), (torch, torch.nn.functional)):
        tensors = [None if x is None else library.tensor(x, requires_grad=True) for x in operands]
        y = call(functional, library, *tensors)
        (y * y * library.tensor(np.linspace(0.5, 2, y.numel()).reshape(tuple(y.shape)))).sum().backward()
        found.append([y.detach(), *(x.grad for x in tensors if x is not None)])
    for got, want in zip(*found, strict=True):
        np.testing.assert_allclose(got.numpy(), want.numpy(), rtol=rtol, atol=1e-9)


AFFINE = [(True, True), (True, False), (False, False)]


@pytest.mark.parametrize(("weight", "bias"), AFFINE)
@pytest.mark.parametrize("shape", [(5, 3), (5, 3, 4), (4, 3, 5, 6), (2, 3, 2, 3, 4)])
def test_batches(shape, weight, bias):
    operands = [drawn(*shape), drawn(3) if weight else None, drawn(3) if bias else None]
    compare(lambda f, _, x, w, b: f.batch_norm(x, None, None, w, b, True), operands)
    compare(lambda f, lib, x, w, b: f.batch_norm(x, lib.full((3,), 0.5).double(), lib.full((3,), 2.0).double(), w, b),
            operands)  # fmt: skip


@pytest.mark.parametrize(("weight", "bias"), AFFINE)
@pytest.mark.parametrize("shape", [(5, 6), (5, 6, 4), (4, 6, 5, 7)])
def test_groups_and_instances(shape, weight, bias):
    operands = [drawn(*shape), drawn(6) if weight else None, drawn(6) if bias else None]
    for groups in (1, 2, 3):
        compare(lambda f, _, x, w, b, groups=groups: f.group_norm(x, groups, w, b, 1e-3), operands)
    if len(shape) > 2:
        compare(lambda f, _, x, w, b: f.instance_norm(x, weight=w, bias=b), operands)


@pytest.mark.parametrize(("weight", "bias"), AFFINE)
@pytest.mark.parametrize(("shape", "sizes"), [((5, 6), (6,)), ((2, 5, 6), (5, 6)), ((2, 3, 4, 6), (6,)), ((6,), (6,))])
def test_layers(shape, sizes, weight, bias):
    operands = [drawn(*shape), drawn(*sizes) if weight else None, drawn(*sizes) if bias else None]
    compare(lambda f, _, x, w, b: f.layer_norm(x, sizes, w, b, 1e-3), operands)
    compare(lambda f, _, x, w: f.rms_norm(x, sizes, w), operands[:2])


@pytest.mark.parametrize("shape", [(2, 7, 5), (2, 7, 5, 4), (2, 7, 2, 3, 4)])
def test_neighbouring_channels(shape):
    for size in (1, 4, 5):
        compare(lambda f, _, x, size=size: f.local_response_norm(x, size, 0.1, 0.6, 1.5), [drawn(*shape)], 1e-6)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_normalization_across_maps(size):
    x = drawn(2, 7, 3, 2)
    ours, theirs = (layers.CrossMapLRN2d(size, 0.1, 0.6, 1.5) for layers in (nn, torch.nn))
    np.testing.assert_allclose(ours(ag.tensor(x)).numpy(), theirs(torch.tensor(x)).numpy(), rtol=1e-12)
    assert repr(ours) == repr(theirs)


def test_directions():
    compare(lambda f, _, x: f.normalize(x, 3.0, 0), [drawn(4, 5)])
    compare(lambda f, _, x, y: f.cosine_similarity(x, y, -1), [drawn(4, 5), drawn(5)])


LAYERS = [
    ("BatchNorm1d", (3,), {}, (6, 3)), ("BatchNorm1d", (3,), {"momentum": None}, (6, 3, 4)),
    ("BatchNorm2d", (3,), {"affine": False}, (6, 3, 4, 5)), ("BatchNorm2d", (3,), {"momentum": 0.3}, (6, 3, 4, 5)),
    ("BatchNorm2d", (3,), {"track_running_stats": False}, (6, 3, 4, 5)), ("BatchNorm3d", (3,), {}, (6, 3, 2, 2, 2)),
    ("InstanceNorm1d", (3,), {}, (6, 3, 4)), ("InstanceNorm1d", (3,), {}, (3, 4)),
    ("InstanceNorm2d", (3,), {"affine": True, "track_running_stats": True}, (6, 3, 4, 5)),
    ("InstanceNorm3d", (3,), {"track_running_stats": True}, (6, 3, 2, 2, 2)),
    ("GroupNorm", (2, 4), {}, (6, 4, 5)), ("GroupNorm", (2, 4), {"affine": False}, (6, 4, 5)),
    ("LayerNorm", ((4, 5),), {}, (6, 4, 5)), ("LayerNorm", (5,), {"bias": False}, (6, 5)),
    ("LayerNorm", (5,), {"elementwise_affine": False}, (6, 5)), ("RMSNorm", (5,), {}, (6, 5)),
    ("LocalResponseNorm", (3,), {}, (6, 4, 5)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "options", "shape"), LAYERS)
def test_layers_after_ten_steps(name, arguments, options, shape):
    ours, theirs = getattr(nn, name)(*arguments, **options), getattr(torch.nn, name)(*arguments, **options)
    assert repr(ours) == repr(theirs) and list(ours.state_dict()) == list(theirs.state_dict())
    values = [drawn(*shape).astype(np.float32) for _ in range(10)]
    for value in values:
        got, want = ours(ag.tensor(value)), theirs(torch.tensor(value))
        np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=2e-5, atol=2e-5)
    for key, kept in theirs.state_dict().items():
        np.testing.assert_allclose(ours.state_dict()[key].numpy(), kept.numpy(), rtol=1e-5, atol=1e-6)
        assert ours.state_dict()[key].shape == tuple(kept.shape)
    got, want = ours.eval()(ag.tensor(value)), theirs.eval()(torch.tensor(value))
    np.testing.assert_allclose(got.detach().numpy(), want.detach().numpy(), rtol=2e-5, atol=2e-5)
