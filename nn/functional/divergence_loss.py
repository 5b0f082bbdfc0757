"""Losses that are the negative log-likelihood of a distribution, or the divergence of two.

`reduction`, `size_average` and `reduce` are as in `nn.functional.loss`.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.grad_mode import no_grad
from autograd.ops.exponential import exp, log, xlogy
from autograd.ops.selection import clamp, where
from nn.functional.loss_arguments import REDUCTIONS, alike, chosen_reduction, reduced

KL_REDUCTIONS = (*REDUCTIONS, "batchmean")


def kl_div(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Any:
    """t·(log t − x) for log-probabilities x = `input` and probabilities t = `target`, or their logarithms if so told.

    Of one shape, or broadcast with a warning. `reduction="batchmean"`, the sum divided by the first size, is the
    Kullback-Leibler divergence of a batch; "mean" divides by the number of elements.
    """
    chosen = chosen_reduction("kl_div", reduction, size_average, reduce, KL_REDUCTIONS)
    if chosen == "mean":
        warnings.warn('kl_div: reduction="mean" is not the divergence of a batch; "batchmean" is', stacklevel=2)
    input, target = alike("kl_div", input, target)
    if log_target:
        losses = exp(target) * (target - input)
    else:
        losses = xlogy(target, target) - target * input
    if chosen == "batchmean":
        return losses.sum() / (input.shape[0] if input.ndim else 1)
    return reduced(losses, chosen)


def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """exp(x) − t·x for counts t = `target` and logarithms x = `input` of their expected values.

    `log_input=False`: x is the expected value, the loss x − t·log(x + eps). `full` adds Stirling's approximation
    t·log t − t + log(2πt)/2 where t > 1, which does not depend on the input.
    """
    chosen = chosen_reduction("poisson_nll_loss", reduction, size_average, reduce)
    losses = exp(input) - target * input if log_input else input - target * log(input + eps)
    if full:
        large = where(target > 1, target, 1.0)
        stirling = large * log(large) - large + 0.5 * log(2 * math.pi * large)
        losses = losses + where(target > 1, stirling, 0.0)
    return reduced(losses, chosen)


def gaussian_nll_loss(
    input: Any, target: Any, var: Any, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Any:
    """(log v + (x − t)²/v)/2 for means x = `input`, variances v = `var` of at least eps, and targets t.

    `var`: a number, or of the input's shape, or with a last size of 1, or without the last dimension. `full` adds
    log(2π)/2. The gradient of a variance below eps is that at eps. Raises ShapeError, ArgumentError for a negative
    variance. Source: Nix and Weigend, "Estimating the mean and variance of the target distribution" (1994).
    """
    chosen = chosen_reduction("gaussian_nll_loss", reduction)
    variance = _variance(input, var)
    if bool((variance < 0).any()):
        raise ArgumentError(complaint("gaussian_nll_loss", "variances of at least 0", f"{variance.min().item():.4g}"))
    with no_grad():
        lift = clamp(variance, min=eps) - variance
    variance = variance + lift
    losses = 0.5 * (log(variance) + (input - target) ** 2 / variance)
    return reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, chosen)


def _variance(input: Any, var: Any) -> Any:
    """The variance in a shape that broadcasts to the input's."""
    if isinstance(var, int | float):
        return input.new_full(input.shape, var)
    if var.shape == input.shape or (var.shape[:-1] == input.shape[:-1] and var.shape[-1:] == (1,)):
        return var
    if var.shape == input.shape[:-1]:
        return var.unsqueeze(-1)
    raise ShapeError(
        complaint("gaussian_nll_loss", f"a variance for an input of shape {tuple(input.shape)}",
                  f"shape {tuple(var.shape)}", "Give it that shape, or a last size of 1, or leave the last out")
    )  # fmt: skip
