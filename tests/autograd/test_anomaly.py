"""detect_anomaly: the operation and the user's line are named."""

import numpy as np
import pytest

import autograd as ag
from autograd.errors import GraphError
from autograd.tensor import as_tensor_of


def nan_maker() -> ag.Tensor:
    x = as_tensor_of(np.array([0.0, 1.0]), True)
    y = x * 0.0
    z = y.log()  # the line to be named
    return (z * 0.0).sum()


def line_of(text: str) -> int:
    with open(__file__, encoding="utf-8") as source:
        return next(i for i, line in enumerate(source, 1) if text in line)


def test_the_operation_and_the_line_are_named() -> None:
    with ag.detect_anomaly():
        loss = nan_maker()
        with pytest.raises(GraphError, match=r"Backward0.*NaN.*test_anomaly.py:\d+ in nan_maker") as caught:
            loss.backward()
    assert f"test_anomaly.py:{line_of('# the line to be named')}" in str(caught.value) or "LogBackward0" in str(
        caught.value
    )


def test_without_it_nan_flows() -> None:
    x = ag.tensor([0.0, 1.0], requires_grad=True)
    ((x * 0.0).log() * 0.0).sum().backward()
    assert x.grad.isnan().all()


def test_the_mode_ends_with_the_block() -> None:
    with ag.detect_anomaly():
        assert ag.is_anomaly_enabled()
    assert not ag.is_anomaly_enabled()


def test_lines_only() -> None:
    with ag.detect_anomaly(check_nan=False):
        loss = nan_maker()
        loss.backward()
    assert loss.isnan()


def test_set_at_once() -> None:
    try:
        ag.set_detect_anomaly(True)
        with pytest.raises(GraphError, match="NaN"):
            nan_maker().backward()
    finally:
        ag.set_detect_anomaly(False)
    with ag.set_detect_anomaly(True):
        assert ag.is_anomaly_enabled()
    assert not ag.is_anomaly_enabled()


def test_a_forward_outside_is_said() -> None:
    loss = nan_maker()
    with ag.detect_anomaly(), pytest.raises(GraphError, match="run the forward pass inside it too"):
        loss.backward()
