"""A layer and the batch norm after it as one layer; modules made without drawing numbers."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError, OperandError


def settled(norm, *shape):
    """A batch norm with statistics and weights of its own, in evaluation mode."""
    norm(ag.randn(*shape) * 3 + 1)
    for parameter in norm.parameters():
        nn.init.normal_(parameter)
    return norm.eval()


@pytest.mark.parametrize(
    ("layer", "norm", "shape"),
    [
        (nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), (2, 4, 5, 5)),
        (nn.Conv1d(3, 4, 3, bias=False), nn.BatchNorm1d(4, affine=False), (2, 4, 5)),
        (nn.ConvTranspose2d(3, 4, 3), nn.BatchNorm2d(4, eps=0.1), (2, 4, 5, 5)),
        (nn.Linear(3, 4), nn.BatchNorm1d(4), (6, 4)),
    ],
)
def test_fused(layer, norm, shape):
    norm = settled(norm, *shape)
    layer.eval()
    x = ag.randn(5, 3, *(6,) * (len(shape) - 2))
    if isinstance(layer, nn.Linear):
        fused = nn.utils.fuse_linear_bn_eval(layer, norm)
    else:
        fused = nn.utils.fuse_conv_bn_eval(layer, norm, transpose=isinstance(layer, nn.ConvTranspose2d))
    np.testing.assert_allclose(fused(x).detach().numpy(), norm(layer(x)).detach().numpy(), rtol=1e-4, atol=1e-5)
    assert fused is not layer and fused.weight.is_leaf and fused.weight.requires_grad and type(fused) is type(layer)


def test_refused():
    layer, norm = nn.Linear(3, 4), nn.BatchNorm1d(4)
    with pytest.raises(ArgumentError, match="evaluation mode"):
        nn.utils.fuse_linear_bn_eval(layer, norm)
    with pytest.raises(ArgumentError, match="a BatchNorm of 4 features"):
        nn.utils.fuse_linear_bn_eval(layer.eval(), nn.BatchNorm1d(3).eval())
    with pytest.raises(ArgumentError, match="running statistics"):
        nn.utils.fuse_linear_bn_eval(layer, nn.BatchNorm1d(4, track_running_stats=False).eval())


def test_modules_without_a_draw():
    ag.manual_seed(1)
    made = nn.utils.skip_init(nn.Linear, 3, out_features=4)
    drawn = ag.rand(2)
    ag.manual_seed(1)
    assert drawn.equal(ag.rand(2)) and made.weight.shape == (4, 3)
    with pytest.raises(OperandError, match="a Module class, got int"):
        nn.utils.skip_init(int)
