"""Batch normalization made part of the layer before it, once its statistics stand still."""

from __future__ import annotations

import copy
from typing import Any

from autograd.creation import zeros_like
from autograd.errors import ArgumentError, complaint
from nn.parameter import Parameter


def fuse_conv_bn_weights(
    conv_w: Any, conv_b: Any, bn_rm: Any, bn_rv: Any, bn_eps: float, bn_w: Any, bn_b: Any, transpose: bool = False
) -> tuple[Parameter, Parameter]:
    """Weight and bias of a convolution that does what one with `conv_w` and `conv_b` does before a batch norm.

    `bn_rm`, `bn_rv`: running mean and variance; `bn_w`, `bn_b`: weight and bias; conv_b, bn_w and bn_b may be None.
    `transpose`: the weight is that of a transposed convolution.
    """
    scale = (bn_rv + bn_eps).rsqrt()
    scale = scale if bn_w is None else scale * bn_w
    shift = -bn_rm if conv_b is None else conv_b - bn_rm
    shape = [1] * conv_w.ndim
    shape[1 if transpose else 0] = -1
    weight = conv_w * scale.reshape(shape)
    bias = shift * scale + (zeros_like(bn_rm) if bn_b is None else bn_b)
    trained = conv_w.requires_grad, True if conv_b is None else conv_b.requires_grad
    return Parameter(weight.detach(), trained[0]), Parameter(bias.detach(), trained[1])


def fuse_conv_bn_eval(conv: Any, bn: Any, transpose: bool = False) -> Any:
    """A copy of the convolution `conv` that does what `conv` and then the BatchNorm `bn` do, both in evaluation mode.

    Raises ArgumentError in training, or where `bn` keeps no statistics.
    """
    return _fused("fuse_conv_bn_eval", conv, bn, transpose)


def fuse_linear_bn_weights(
    linear_w: Any, linear_b: Any, bn_rm: Any, bn_rv: Any, bn_eps: float, bn_w: Any, bn_b: Any
) -> tuple[Parameter, Parameter]:
    """`fuse_conv_bn_weights` for a linear layer."""
    return fuse_conv_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b)


def fuse_linear_bn_eval(linear: Any, bn: Any) -> Any:
    """`fuse_conv_bn_eval` for a linear layer."""
    if bn.num_features not in (1, linear.out_features):
        expected = f"a BatchNorm of {linear.out_features} features"
        raise ArgumentError(complaint("fuse_linear_bn_eval", expected, f"one of {bn.num_features}"))
    return _fused("fuse_linear_bn_eval", linear, bn, False)


def _fused(where: str, layer: Any, bn: Any, transpose: bool) -> Any:
    if layer.training or bn.training:
        raise ArgumentError(complaint(where, "layers in evaluation mode", "layers in training", "Call eval() first"))
    if bn.running_mean is None:
        raise ArgumentError(complaint(where, "a BatchNorm that keeps running statistics", "track_running_stats=False"))
    found = copy.deepcopy(layer)
    parts = bn.running_mean, bn.running_var, bn.eps, bn.weight, bn.bias
    found.weight, found.bias = fuse_conv_bn_weights(layer.weight, layer.bias, *parts, transpose)
    return found
