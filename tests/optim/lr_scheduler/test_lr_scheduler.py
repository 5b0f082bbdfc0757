"""Schedules by their formulas; warming up; what is refused. Agreement with PyTorch: tests/parity."""

import math

import pytest

import autograd as ag
import optim
from autograd.errors import ArgumentError, OperandError
from optim import lr_scheduler as schedules


def optimizer(*rates, **options):
    groups = [{"params": [ag.zeros(1, requires_grad=True)], "lr": rate} for rate in rates or (0.5,)]
    return optim.SGD(groups, **options)


def rates_of(scheduler, steps):
    found = [scheduler.optimizer.param_groups[0]["lr"]]
    for _ in range(steps):
        scheduler.optimizer.step()
        scheduler.step()
        found.append(scheduler.optimizer.param_groups[0]["lr"])
    return found


@pytest.mark.parametrize(
    ("make", "formula"),
    [
        (lambda o: schedules.StepLR(o, 3, 0.1), lambda t: 0.5 * 0.1 ** (t // 3)),
        (lambda o: schedules.MultiStepLR(o, [2, 5]), lambda t: 0.5 * 0.1 ** ((t >= 2) + (t >= 5))),
        (lambda o: schedules.ExponentialLR(o, 0.9), lambda t: 0.5 * 0.9**t),
        (lambda o: schedules.LaggingExponentialLR(o, 0.9), lambda t: 0.5 * 0.9 ** (t - 1) if t else 0.5),
        (lambda o: schedules.InversePowerLR(o, 0.2, 0.7), lambda t: 0.5 / (1 + 0.2 * t) ** 0.7),
        (lambda o: schedules.PolynomialLR(o, 8, 2.0), lambda t: 0.5 * max(0, 1 - t / 8) ** 2),
        (lambda o: schedules.CosineAnnealingLR(o, 10, 0.01),
         lambda t: 0.01 + (0.5 - 0.01) / 2 * (1 + math.cos(math.pi * t / 10))),
        (lambda o: schedules.WarmupLR(o, 4), lambda t: 0.5 * min(1, (t + 1) / 5 if t < 4 else 1)
         if t else 0.1),
        (lambda o: schedules.WarmupLR(o, 4, start_factor=0.2), lambda t: 0.5 * (0.2 + 0.8 * min(1, t / 4))),
        (lambda o: schedules.WarmupLR(o, 0), lambda t: 0.5),
        (lambda o: schedules.WarmupLR(o, 3, schedules.ExponentialLR(o, 0.5), 0.25),
         lambda t: 0.5 * (0.25 + 0.75 * t / 3) if t < 3 else 0.5 * 0.5 ** (t - 3)),
    ],
)  # fmt: skip
def test_formulas(make, formula):
    assert rates_of(make(optimizer()), 9) == pytest.approx([formula(t) for t in range(10)], rel=1e-12, abs=1e-15)


def test_warm_up_goes_on_from_its_state():
    def made():
        sgd = optimizer(0.5, 0.2)
        return schedules.WarmupLR(sgd, 3, schedules.CosineAnnealingLR(sgd, 6))

    whole = rates_of(made(), 8)
    first, second = made(), made()
    rates_of(first, 5)
    second.optimizer.load_state_dict(first.optimizer.state_dict())
    second.load_state_dict(first.state_dict())
    assert rates_of(second, 3) == whole[5:] and second.get_last_lr() == [g["lr"] for g in second.optimizer.param_groups]


def test_schedules_multiply():
    sgd = optimizer()
    first, second = schedules.ExponentialLR(sgd, 0.9), schedules.StepLR(sgd, 2, 0.1)
    for _ in range(4):
        sgd.step()
        first.step()
        second.step()
    assert sgd.param_groups[0]["lr"] == pytest.approx(0.5 * 0.9**4 * 0.01)


def test_resuming_by_last_epoch():
    sgd = optimizer()
    with pytest.raises(ArgumentError, match='"initial_lr" in parameter group 0'):
        schedules.ExponentialLR(sgd, 0.9, last_epoch=3)
    sgd.param_groups[0]["initial_lr"] = 0.5
    assert schedules.LambdaLR(sgd, lambda t: 0.5**t, last_epoch=2).get_last_lr() == [0.5 * 0.5**3]


def test_order_of_steps():
    scheduler = schedules.ExponentialLR(optimizer(), 0.9)
    with pytest.warns(UserWarning, match="before optimizer.step") as caught:
        scheduler.step()
    assert caught[0].filename == __file__
    scheduler.step()


def test_own_schedules_declare_get_lr():
    class Halving(schedules.LRScheduler):
        def get_lr(self):
            return [base / 2**self.last_epoch for base in self.base_lrs]

    assert rates_of(Halving(optimizer()), 2) == [0.5, 0.25, 0.125]


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda o: schedules.ExponentialLR([], 0.9), OperandError, "ExponentialLR.*an Optimizer, got list"),
        (lambda o: schedules.ReduceLROnPlateau([]), OperandError, "ReduceLROnPlateau"),
        (lambda o: schedules.LambdaLR(o, [abs, abs]), ArgumentError, "1 values of lr_lambda"),
        (lambda o: schedules.ConstantLR(o, 1.5), ArgumentError, "factor from 0 to 1"),
        (lambda o: schedules.LinearLR(o, 0.0), ArgumentError, "start_factor"),
        (lambda o: schedules.LinearLR(o, 0.5, 2.0), ArgumentError, "end_factor"),
        (lambda o: schedules.InversePowerLR(o, -1.0), ArgumentError, "alpha and beta"),
        (lambda o: schedules.WarmupLR(o, -1), ArgumentError, "warmup_iters"),
        (lambda o: schedules.WarmupLR(o, 1, schedules.ExponentialLR(optimizer(), 0.9)), ArgumentError, "same optim"),
        (lambda o: schedules.CosineAnnealingWarmRestarts(o, 0), ArgumentError, "T_0"),
        (lambda o: schedules.CosineAnnealingWarmRestarts(o, 1, 1.5), ArgumentError, "T_mult"),
        (lambda o: schedules.CosineAnnealingWarmRestarts(o, 1).step(-1), ArgumentError, "at least 0"),
        (lambda o: schedules.ReduceLROnPlateau(o, factor=1.0), ArgumentError, "below 1"),
        (lambda o: schedules.ReduceLROnPlateau(o, "least"), ArgumentError, "mode"),
        (lambda o: schedules.ReduceLROnPlateau(o, threshold_mode="no"), ArgumentError, "threshold_mode"),
        (lambda o: schedules.CyclicLR(o, 0.1, 0.2, mode="square"), ArgumentError, "mode"),
        (
            lambda o: schedules.CyclicLR(optim.Optimizer([ag.zeros(1)], {"lr": 1.0}), 0.1, 0.2),
            ArgumentError,
            "momentum",
        ),
        (lambda o: schedules.OneCycleLR(o, 0.1), ArgumentError, "total_steps"),
        (lambda o: schedules.OneCycleLR(o, 0.1, 0), ArgumentError, "above 0"),
        (lambda o: schedules.OneCycleLR(o, 0.1, 5, pct_start=2.0), ArgumentError, "pct_start"),
        (lambda o: schedules.OneCycleLR(o, 0.1, 5, anneal_strategy="x"), ArgumentError, "anneal_strategy"),
        (lambda o: rates_of(schedules.OneCycleLR(o, 0.1, 5), 7), ArgumentError, "at most 5 steps"),
        (lambda o: schedules.ChainedScheduler([]), ArgumentError, "at least one"),
        (lambda o: schedules.ChainedScheduler([schedules.ReduceLROnPlateau(o)]), ArgumentError, "without a measure"),
        (lambda o: schedules.SequentialLR(o, [schedules.StepLR(optimizer(), 1)], []), ArgumentError, "one optimizer"),
        (lambda o: schedules.SequentialLR(o, [schedules.StepLR(o, 1)], [1]), ArgumentError, "0 milestones"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call(optimizer(momentum=0.9))
