"""Schedules against PyTorch: rates and momenta of every group over 45 steps, and state that goes on in the middle."""

import copy
import inspect
import warnings

import pytest

import autograd as ag
import optim

torch = pytest.importorskip("torch")

STEPS = 45


class Factor:
    """A callable with state."""

    def __init__(self, base):
        self.base = base

    def __call__(self, t):
        return self.base**t


def chained(library, optimizer):
    module = library.lr_scheduler
    return module.ChainedScheduler(
        [module.ConstantLR(optimizer, 0.1, 4), module.ExponentialLR(optimizer, 0.9), module.StepLR(optimizer, 7, 0.5)]
    )


def sequential(library, optimizer):
    module = library.lr_scheduler
    parts = [
        module.LinearLR(optimizer, 0.2, total_iters=5), module.CosineAnnealingLR(optimizer, 12, 0.01),
        module.ExponentialLR(optimizer, 0.9),
    ]  # fmt: skip
    return module.SequentialLR(optimizer, parts, [5, 20])


SCHEDULES = {
    "StepLR": [{"step_size": 6}, {"step_size": 5, "gamma": 0.7}],
    "MultiStepLR": [{"milestones": [3, 9, 9, 20], "gamma": 0.3}],
    "ConstantLR": [{}, {"factor": 0.2, "total_iters": 9}],
    "LinearLR": [{}, {"start_factor": 0.9, "end_factor": 0.1, "total_iters": 17}],
    "ExponentialLR": [{"gamma": 0.93}],
    "PolynomialLR": [{}, {"total_iters": 30, "power": 2.5}],
    "LambdaLR": [{"lr_lambda": lambda t: 0.9**t}, {"lr_lambda": [lambda t: 1 / (t + 1), Factor(0.8)]}],
    "MultiplicativeLR": [{"lr_lambda": lambda t: 0.95}],
    "CosineAnnealingLR": [{"T_max": 10}, {"T_max": 13, "eta_min": 0.02}],
    "CosineAnnealingWarmRestarts": [{"T_0": 7}, {"T_0": 4, "T_mult": 2, "eta_min": 0.01}],
    "OneCycleLR": [
        {"max_lr": 0.9, "total_steps": 50}, {"max_lr": [0.9, 0.5], "epochs": 10, "steps_per_epoch": 5},
        {"max_lr": 0.5, "total_steps": 45, "anneal_strategy": "linear", "three_phase": True, "pct_start": 0.2},
        {"max_lr": 0.5, "total_steps": 45, "cycle_momentum": False, "div_factor": 3.0, "final_div_factor": 7.0},
    ],
    "CyclicLR": [
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5},
        {"base_lr": [0.01, 0.02], "max_lr": 0.1, "step_size_up": 4, "step_size_down": 9, "mode": "triangular2"},
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "mode": "exp_range", "gamma": 0.97},
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "scale_fn": lambda x: 1 / x, "cycle_momentum": False},
    ],
}  # fmt: skip

MAKERS = [
    *((name, lambda library, optimizer, name=name, settings=settings:
       getattr(library.lr_scheduler, name)(optimizer, **settings))
      for name, variants in SCHEDULES.items() for settings in variants),
    ("ChainedScheduler", chained),
    ("SequentialLR", sequential),
]  # fmt: skip


def optimizer_of(library, tensors, algorithm):
    groups = [{"params": [tensors.zeros(2, requires_grad=True)], "lr": lr} for lr in (0.4, 0.1)]
    if algorithm == "SGD":
        return library.optim.SGD(groups, lr=1.0, momentum=0.7)
    return library.optim.AdamW(groups, lr=1.0)


class Ours:
    optim = optim


def trace(optimizer, scheduler, steps):
    rows = []
    for _ in range(steps):
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad = parameter.detach() * 0 + 1
        optimizer.step()
        scheduler.step()
        rows.append([(group["lr"], group.get("momentum"), group.get("betas")) for group in optimizer.param_groups])
        assert list(scheduler.get_last_lr()) == [group["lr"] for group in optimizer.param_groups]
    return rows


def flat(rows):
    return [x for row in rows for lr, momentum, betas in row for x in (lr, momentum or 0, *(betas or ()))]


@pytest.mark.parametrize("algorithm", ["SGD", "AdamW"])
@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_rates(name, make, algorithm):
    found = []
    for library, tensors in ((Ours, ag), (torch, torch)):
        optimizer = optimizer_of(library, tensors, algorithm)
        scheduler = make(library.optim, optimizer)
        found.append(flat([[(g["lr"], g.get("momentum"), g.get("betas")) for g in optimizer.param_groups]]))
        found[-1] += flat(trace(optimizer, scheduler, STEPS))
    assert found[0] == pytest.approx(found[1], rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_resumed_in_the_middle(name, make):
    optimizer = optimizer_of(Ours, ag, "SGD")
    scheduler = make(optim, optimizer)
    trace(optimizer, scheduler, 17)
    resumed = optimizer_of(Ours, ag, "SGD")
    again = make(optim, resumed)
    saved = optimizer.state_dict(), scheduler.state_dict()
    resumed.load_state_dict(saved[0])
    again.load_state_dict(saved[1])
    assert trace(optimizer, scheduler, 20) == trace(resumed, again, 20)


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_states_travel_both_ways(name, make):
    pairs = [(make(library.optim, optimizer := optimizer_of(library, tensors, "SGD")), optimizer)
             for library, tensors in ((Ours, ag), (torch, torch))]  # fmt: skip
    for scheduler, optimizer in pairs:
        trace(optimizer, scheduler, 17)
    for (scheduler, optimizer), library, tensors in ((pairs[0], torch, torch), (pairs[1], Ours, ag)):
        resumed = optimizer_of(library, tensors, "SGD")
        again = make(library.optim, resumed)
        groups = optimizer.state_dict()["param_groups"]
        resumed.load_state_dict({"state": {}, "param_groups": groups})
        again.load_state_dict(copy.deepcopy(scheduler.state_dict()))
        expected = flat(trace(optimizer, scheduler, 20))
        assert flat(trace(resumed, again, 20)) == pytest.approx(expected, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("name", [name for name in SCHEDULES if name != "CosineAnnealingWarmRestarts"])
def test_resumed_by_last_epoch(name):
    """PyTorch counts restarts of a cosine from the epoch given; ours stand where they would have stood."""
    found = []
    for library, tensors in ((Ours, ag), (torch, torch)):
        optimizer = optimizer_of(library, tensors, "SGD")
        for group in optimizer.param_groups:
            group.update(initial_lr=group["lr"], max_lr=0.3, min_lr=0.01, base_momentum=0.85, max_momentum=0.95)
        scheduler = getattr(library.optim.lr_scheduler, name)(optimizer, **SCHEDULES[name][0], last_epoch=5)
        found.append(flat(trace(optimizer, scheduler, 10)))
    assert found[0] == pytest.approx(found[1], rel=1e-9)


@pytest.mark.parametrize(("name", "make"), MAKERS)
def test_rates_that_are_tensors(name, make):
    found = []
    for library, tensors in ((Ours, ag), (torch, torch)):
        optimizer = optimizer_of(library, tensors, "SGD")
        rates = [tensors.tensor(group["lr"]) for group in optimizer.param_groups]
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        scheduler = make(library.optim, optimizer)
        row = []
        for _ in range(12):
            optimizer.step()
            scheduler.step()
            row += [rate.item() for rate in rates]
        assert all(group["lr"] is rate for group, rate in zip(optimizer.param_groups, rates, strict=True))
        found.append(row)
    assert found[0] == pytest.approx(found[1], rel=1e-5)


@pytest.mark.parametrize("name", ["StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR",
                                  "CosineAnnealingLR", "CosineAnnealingWarmRestarts"])  # fmt: skip
def test_a_step_to_a_given_epoch_gives_pytorchs_rate(name):
    found = []
    for library, tensors in ((Ours, ag), (torch, torch)):
        optimizer = optimizer_of(library, tensors, "SGD")
        scheduler = getattr(library.optim.lr_scheduler, name)(optimizer, **SCHEDULES[name][0])
        optimizer.step()
        rates = []
        for epoch in (9, 3, 12):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                scheduler.step(epoch)
            rates += [group["lr"] for group in optimizer.param_groups]
        found.append(rates)
    assert found[0] == pytest.approx(found[1], rel=1e-9)


@pytest.mark.parametrize("settings", [
    {}, {"mode": "max", "patience": 2, "factor": 0.5}, {"threshold": 0.2, "patience": 1, "cooldown": 3},
    {"threshold_mode": "abs", "threshold": 0.05, "patience": 0, "min_lr": [0.01, 0.05]},
    {"mode": "max", "threshold_mode": "abs", "threshold": 0.5, "patience": 3},
])  # fmt: skip
def test_plateau(settings):
    measures = [1.0, 0.9, 0.95, 0.91, 0.9, 0.85, *[0.84] * 15, 0.5, *[0.6] * 20]
    found = []
    for library, tensors in ((Ours, ag), (torch, torch)):
        optimizer = optimizer_of(library, tensors, "SGD")
        scheduler = library.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
        rates = []
        for measure in measures:
            scheduler.step(tensors.tensor(measure))
            rates += [group["lr"] for group in optimizer.param_groups]
        found.append([*rates, scheduler.num_bad_epochs, scheduler.best])
    assert found[0] == pytest.approx(found[1], rel=1e-9)


@pytest.mark.parametrize("name", [*SCHEDULES, "ReduceLROnPlateau", "SequentialLR", "ChainedScheduler"])
def test_same_arguments(name):
    def arguments(module):
        parameters = inspect.signature(getattr(module.lr_scheduler, name)).parameters.values()
        return [(p.name, p.default) for p in parameters if p.name != "verbose"]

    assert arguments(optim) == arguments(torch.optim)
