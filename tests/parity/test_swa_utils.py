"""Averages of weights, statistics computed anew, and their schedule, against PyTorch."""

import warnings

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from nn import swa_utils
from optim.lr_scheduler import SWALR, ExponentialLR

torch = pytest.importorskip("torch")
theirs = pytest.importorskip("torch.optim.swa_utils")


def models():
    made = []
    for library in (torch, nn):
        layers = library.nn if library is torch else library
        made.append(layers.Sequential(layers.Linear(3, 4), layers.BatchNorm1d(4), layers.Linear(4, 2)))
    made[1].load_state_dict({k: ag.from_numpy(v.numpy().copy()) for k, v in made[0].state_dict().items()})
    return made


def batches():
    rng = np.random.default_rng(0)
    return [rng.standard_normal((5, 3)).astype(np.float32) for _ in range(4)]


@pytest.mark.parametrize(
    ("name", "use_buffers"),
    [(None, False), (None, True), ("get_ema_multi_avg_fn", False), ("get_ema_multi_avg_fn", True),
     ("get_swa_multi_avg_fn", False), ("get_ema_avg_fn", False)],
)  # fmt: skip
def test_averages(name, use_buffers):
    found = []
    for library, module, utils in zip((torch, ag), models(), (theirs, swa_utils), strict=True):
        option = {} if name is None else {"multi_avg_fn" if "multi" in name else "avg_fn": getattr(utils, name)()}
        averaged = utils.AveragedModel(module, use_buffers=use_buffers, **option)
        for batch in batches():
            module(library.from_numpy(batch))
            with library.no_grad():
                for parameter in module.parameters():
                    parameter.mul_(0.9).add_(0.1)
            averaged.update_parameters(module)
        utils.update_bn([(library.from_numpy(batch),) for batch in batches()], averaged)
        out = averaged.eval()(library.from_numpy(batches()[0])).detach().numpy()
        found.append(({k: v.detach().numpy().copy() for k, v in averaged.state_dict().items()}, out))
    (expected, out), (state, mine) = found
    assert expected.keys() == state.keys()
    for key, value in expected.items():
        np.testing.assert_allclose(state[key], value, rtol=2e-5, atol=1e-6, err_msg=key)
    np.testing.assert_allclose(mine, out, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("settings", [
    {"swa_lr": 0.05}, {"swa_lr": [0.05, 0.5], "anneal_epochs": 4}, {"swa_lr": 0.3, "anneal_strategy": "linear"},
    {"swa_lr": 0.3, "anneal_epochs": 0},
])  # fmt: skip
@pytest.mark.parametrize("other", [False, True])
def test_the_schedule(settings, other):
    found = []
    for library, tensors, schedule, decay in (
        (torch.optim, torch, theirs.SWALR, torch.optim.lr_scheduler.ExponentialLR),
        (optim, ag, SWALR, ExponentialLR),
    ):
        groups = [{"params": [tensors.zeros(2, requires_grad=True)], "lr": lr} for lr in (0.4, 0.1)]
        optimizer, rates = library.SGD(groups, lr=1.0), []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            others = [decay(optimizer, 0.9)] if other else []
            schedules = [schedule(optimizer, **settings), *others]
            for _ in range(15):
                optimizer.step()
                for each in schedules:
                    each.step()
                rates += [group["lr"] for group in optimizer.param_groups]
        found.append(rates)
    assert found[0] == pytest.approx(found[1], rel=1e-9)
