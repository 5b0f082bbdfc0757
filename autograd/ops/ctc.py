"""Connectionist temporal classification: the probability that a sequence of frames spells a sequence of labels.

Labels are spelled with a blank before, between and after them; a frame may repeat a label or a blank, and a blank
between different labels may be left out. All places of the spelled sequence are treated at once, frame by frame.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from autograd.general_call import operation
from autograd.ops.joining import cat, stack
from autograd.ops.scatter import gather
from autograd.ops.selection import where
from autograd.ops.softmax import logsumexp
from autograd.typing import Array

NEVER = -1e30
"""The logarithm of no chance in the composed form, where an infinity would turn gradients into NaN."""


class Spelling(NamedTuple):
    """Target sequences with their blanks, padded to one length (N, L): labels, where one may come straight from
    the label before last, places before and at the last blank, and the last frame of each."""

    labels: Array
    skips: Array
    ends: Array
    last_frames: Array


def spell(targets: Array, input_lengths: Array, target_lengths: Array, blank: int) -> Spelling:
    """The spelling of `targets` (N, S), padded with anything, of the given lengths (N,)."""
    batch, longest = targets.shape
    labels = np.full((batch, 2 * longest + 1), blank, np.intp)
    labels[:, 1::2] = np.where(np.arange(longest) < target_lengths[:, None], targets, blank)
    skips = np.zeros(labels.shape, bool)
    skips[:, 2:] = (labels[:, 2:] != blank) & (labels[:, 2:] != labels[:, :-2])
    ends = np.stack([2 * target_lengths - 1, 2 * target_lengths], 1)
    return Spelling(labels, skips, ends, input_lengths - 1)


def _log_sums(frames: Array, skips: Array) -> Array:
    """Logarithms of the chances (T, N, L) to stand at each place after each frame, having begun at the first two."""
    found = np.full(frames.shape, -np.inf, frames.dtype)
    if not len(frames):
        return found
    found[0, :, :2] = frames[0, :, :2]
    for t in range(1, len(frames)):
        before = found[t - 1]
        reached = before.copy()
        reached[:, 1:] = np.logaddexp(reached[:, 1:], before[:, :-1])
        reached[:, 2:] = np.where(skips[:, 2:], np.logaddexp(reached[:, 2:], before[:, :-2]), reached[:, 2:])
        found[t] = reached + frames[t]
    return found


def _frames(log_probs: Array, spelling: Spelling) -> Array:
    """The log-probability of each place's label in each frame (T, N, L)."""
    return log_probs[:, np.arange(len(spelling.labels))[:, None], spelling.labels]


def _without_frames(spelling: Spelling, dtype: Any) -> Array:
    """The loss (N,) of each spelling if there is no frame: 0 for no labels."""
    return np.where(spelling.ends[:, 0] < 0, 0, np.inf).astype(dtype)


def _ctc_back(g: Any, log_probs: Any, spelling: Spelling, zero_infinity: bool, workspace: list[Any]) -> tuple[Any]:
    """Minus the chance that a frame is spent on a class, given that the labels are spelled."""
    alphas, losses = workspace
    labels, skips, ends, last_frames = spelling
    frames = _frames(log_probs, spelling)
    betas = np.full(alphas.shape, -np.inf, alphas.dtype)
    rows = np.arange(len(labels))
    for t in range(len(frames) - 1, -1, -1):
        if t + 1 < len(frames):
            after = betas[t + 1] + frames[t + 1]
            reached = after.copy()
            reached[:, :-1] = np.logaddexp(reached[:, :-1], after[:, 1:])
            reached[:, :-2] = np.where(skips[:, 2:], np.logaddexp(reached[:, :-2], after[:, 2:]), reached[:, :-2])
            betas[t] = reached
        ending = rows[last_frames == t]
        betas[t, ending] = -np.inf
        for end in ends[ending].T:
            betas[t, ending[end >= 0], end[end >= 0]] = 0
    possible = np.isfinite(losses)
    chances = np.exp(alphas + betas + np.where(possible, losses, 0)[:, None])
    scales = np.where(possible, g, 0 if zero_infinity else np.nan)
    gradient = np.zeros_like(log_probs)
    times = np.arange(len(frames))[:, None, None]
    shares = np.where(times <= last_frames[:, None], chances * scales[:, None], 0)
    np.subtract.at(gradient, (times, rows[:, None], labels), shares)
    return (gradient,)


def _ctc_parts(log_probs: Any, spelling: Spelling, zero_infinity: bool, workspace: list[Any]) -> Any:
    labels, skips, ends, last_frames = spelling
    steps, batch = log_probs.shape[:2]
    frames = gather(log_probs, 2, np.broadcast_to(labels, (steps, *labels.shape)).copy())
    nowhere = log_probs.new_full((batch, 2), NEVER)
    begins = np.broadcast_to(np.arange(labels.shape[1]) < 2, labels.shape)
    found = [where(begins, frames[0], NEVER)]
    for t in range(1, steps):
        before = cat([nowhere, found[-1]], 1)
        ways = stack([before[:, 2:], before[:, 1:-1], where(skips, before[:, :-2], NEVER)])
        found.append(logsumexp(ways, 0) + frames[t])
    last = stack(found)[last_frames, np.arange(batch)]
    ways = where(ends >= 0, gather(last, 1, np.maximum(ends, 0)), NEVER)
    losses = where(spelling.last_frames < 0, _without_frames(spelling, log_probs.dtype.dtype), -logsumexp(ways, 1))
    return where(losses < -NEVER / 2, losses, 0.0 if zero_infinity else np.inf)


@operation(joint=_ctc_back, operands=("log_probs",), decompose=_ctc_parts)
def ctc(log_probs: Any, spelling: Spelling, zero_infinity: bool, workspace: list[Any]) -> Any:
    """Minus the log-probability (N,) of each spelling under `log_probs` (T, N, C).

    It is infinite where the spelling is impossible; with `zero_infinity` 0, and without a gradient.

    `workspace`, an empty list, receives what the gradient needs.
    Source: Graves et al., "Connectionist temporal classification" (2006).
    """
    alphas = _log_sums(_frames(log_probs, spelling), spelling.skips)
    last = alphas[spelling.last_frames, np.arange(len(spelling.labels))]
    ways = np.take_along_axis(last, np.maximum(spelling.ends, 0), 1)
    losses = -np.logaddexp.reduce(np.where(spelling.ends >= 0, ways, -np.inf), 1)
    losses = np.where(spelling.last_frames < 0, _without_frames(spelling, losses.dtype), losses)
    workspace += (alphas, losses)
    return np.where(np.isinf(losses), np.zeros((), losses.dtype), losses) if zero_infinity else losses
