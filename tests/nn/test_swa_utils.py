"""Averages of weights by hand, and what the helpers of averaging leave as it was."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import ArgumentError
from nn.swa_utils import AveragedModel, get_ema_avg_fn, get_ema_multi_avg_fn, update_bn


def moved(model: nn.Linear, value: float) -> nn.Linear:
    with ag.no_grad():
        model.weight.fill_(value)
    return model


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, 3.0), ({"avg_fn": get_ema_avg_fn(0.75)}, 2.375), ({"multi_avg_fn": get_ema_multi_avg_fn(0.75)}, 2.375)],
)
def test_averages_by_hand(options, expected):
    model = nn.Linear(1, 1, bias=False)
    averaged = AveragedModel(model, **options)
    for value in (1.0, 3.0, 5.0):
        averaged.update_parameters(moved(model, value))
    assert averaged.module.weight.item() == pytest.approx(expected) and averaged.n_averaged.item() == 3
    assert model.weight.item() == 5 and averaged(ag.ones(1)).item() == pytest.approx(expected)


def test_statistics_anew_leave_mode_and_momenta():
    model = nn.Sequential(nn.BatchNorm1d(2, momentum=0.3)).eval()
    x = ag.tensor(np.arange(12.0, dtype=np.float32).reshape(6, 2))
    update_bn([x[:3], x[3:]], model)
    np.testing.assert_allclose(model[0].running_mean.numpy(), [5, 6])
    assert not model.training and model[0].momentum == 0.3
    with pytest.raises(ValueError, match="shape"):
        update_bn([ag.ones(2, 3)], model)
    assert not model.training and model[0].momentum == 0.3


def test_refused():
    with pytest.raises(ArgumentError, match="from 0 to 1"):
        get_ema_multi_avg_fn(1.5)
    with pytest.raises(ArgumentError, match="both"):
        AveragedModel(nn.Linear(1, 1), avg_fn=get_ema_avg_fn(), multi_avg_fn=get_ema_multi_avg_fn())
