"""The loss of sequences whose alignment with their labels is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd.ops.ctc as ops
from autograd.array_like import array_of
from autograd.errors import ArgumentError, ShapeError, complaint
from autograd.typing import Array
from nn.functional.loss_arguments import chosen_reduction


def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    """Connectionist temporal classification: −log of the probability that the frames spell the labels.

    `log_probs` (T, N, C), as of `log_softmax`, or (T, C); `targets` class indices other than `blank`, padded (N, S),
    or one after the other (sum of target_lengths,); `input_lengths` and `target_lengths` (N,), tensors or sequences of
    numbers, or () without a batch. "mean" divides each loss by its target's length and averages over the batch.
    `zero_infinity`: losses of targets too long for their frames are 0, without a gradient, instead of infinite.
    The gradient is that of the formula; PyTorch's differs by exp(log_probs), which log_softmax takes out again.
    Raises ShapeError, ArgumentError. Source: Graves et al., "Connectionist temporal classification" (2006).
    """
    chosen = chosen_reduction("ctc_loss", reduction)
    single = log_probs.ndim == 2
    frames = log_probs.unsqueeze(1) if single else log_probs
    if frames.ndim != 3:
        raise ShapeError(complaint("ctc_loss", "log_probs (T, N, C) or (T, C)", f"shape {tuple(log_probs.shape)}"))
    steps, batch, classes = frames.shape
    inputs, lengths = _lengths("input", input_lengths, batch), _lengths("target", target_lengths, batch)
    if batch and not (inputs.min() >= 0 and inputs.max() <= steps):
        raise ArgumentError(complaint("ctc_loss", f"input lengths from 0 to {steps}", str(inputs.tolist())))
    if not 0 <= blank < classes:
        raise ArgumentError(complaint("ctc_loss", f"a blank from 0 to {classes - 1}", str(blank)))
    labels = _padded(array_of(targets), lengths)
    counted = labels[np.arange(labels.shape[1]) < lengths[:, None]]
    if counted.size and not (counted.min() >= 0 and counted.max() < classes):
        given = f"labels from {counted.min()} to {counted.max()}"
        raise ArgumentError(complaint("ctc_loss", f"labels from 0 to {classes - 1}", given))
    losses = ops.ctc(frames, ops.spell(labels, inputs, lengths, blank), zero_infinity, [])
    if chosen == "mean":
        return (losses / np.maximum(lengths, 1).astype(frames.dtype.dtype)).mean()
    if chosen == "sum":
        return losses.sum()
    return losses[0] if single else losses


def _lengths(which: str, lengths: Any, batch: int) -> Array:
    given = np.asarray(lengths) if isinstance(lengths, Sequence | int) else array_of(lengths)
    if given.size != batch or given.dtype.kind not in "iu":
        raise ShapeError(
            complaint("ctc_loss", f"{which}_lengths with {batch} integers", f"shape {given.shape} of {given.dtype}")
        )
    return given.reshape(-1).astype(np.intp)


def _padded(targets: Array, lengths: Array) -> Array:
    """Targets as rows (N, S)."""
    longest = int(lengths.max(initial=0))
    if targets.ndim == 2:
        if targets.shape[0] != len(lengths) or targets.shape[1] < longest:
            expected = f"targets of at least {(len(lengths), longest)}"
            raise ShapeError(complaint("ctc_loss", expected, f"shape {targets.shape}"))
        return targets[:, :longest]
    if targets.ndim != 1 or targets.size < lengths.sum():
        raise ShapeError(complaint("ctc_loss", f"{lengths.sum()} targets, or rows of them", f"shape {targets.shape}"))
    rows = np.zeros((len(lengths), longest), targets.dtype)
    rows[np.arange(longest) < lengths[:, None]] = targets[: lengths.sum()]
    return rows
