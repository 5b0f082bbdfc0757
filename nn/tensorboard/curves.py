"""Precision and recall by threshold, for TensorBoard's page of such curves.

Source: the pr_curves plugin's plugin_data.proto and summary.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.typing import Array
from nn.tensorboard.summaries import float_tensor, plugin
from nn.tensorboard.values import real_numbers
from nn.tensorboard.wire import integer

_SMALLEST = 1e-7  # what a precision or a recall of 0/0 is divided by


def _counts(labels: Array, predictions: Array, thresholds: int, weights: Array) -> Array:
    """True and false positives, true and false negatives, precision and recall: an array (6, thresholds)."""
    places = np.floor(predictions * (thresholds - 1)).astype(np.int64)

    def at_least(each: Array) -> Array:
        """The sum of the weights whose predictions reach each threshold."""
        return np.bincount(places, each, thresholds)[::-1].cumsum()[::-1]

    positives, negatives = at_least(weights * labels), at_least(weights * (1 - labels))
    missed = positives[0] - positives
    precision = positives / np.maximum(_SMALLEST, positives + negatives)
    recall = positives / np.maximum(_SMALLEST, positives + missed)
    return np.stack([positives, negatives, negatives[0] - negatives, missed, precision, recall])


def precision_recall(tag: str, labels: Any, predictions: Any, thresholds: int, weights: Any = None) -> bytes:
    """The curve over `thresholds` equal steps from 0 to 1. Raises ArgumentError for what makes none."""
    truth, found = (real_numbers("add_pr_curve", tag, each).reshape(-1).astype(np.float64)
                    for each in (labels, predictions))  # fmt: skip
    parts = np.ones_like(truth) if weights is None else real_numbers("add_pr_curve", tag, weights).reshape(-1)
    if not truth.shape == found.shape == parts.shape:
        given = f"{truth.size} labels, {found.size} predictions, {parts.size} weights"
        raise ArgumentError(complaint("add_pr_curve", f"as many labels as predictions for {tag!r}", given))
    if not np.isin(truth, (0, 1)).all() or not ((found >= 0) & (found <= 1)).all():
        given = f"labels from {truth.min()} to {truth.max()}, predictions from {found.min()} to {found.max()}"
        expected = f"labels 0 or 1 and predictions from 0 to 1 for {tag!r}"
        raise ArgumentError(complaint("add_pr_curve", expected, given, "Pass probabilities: logits.sigmoid()"))
    if thresholds < 2:
        raise ArgumentError(complaint("add_pr_curve", "num_thresholds of at least 2", str(thresholds)))
    rows = _counts(truth, found, thresholds, parts)
    return plugin(tag, "pr_curves", integer(2, thresholds), tensor=float_tensor(rows))
