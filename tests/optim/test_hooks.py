"""Functions around an optimizer's steps, and around saving and loading its state."""

import pickle
from typing import Any

import numpy as np
import pytest

import optim
from autograd import profiler
from autograd.errors import ArgumentError
from autograd.tensor import as_tensor_of
from optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook


def sgd(cls: Any = optim.SGD) -> Any:
    w = as_tensor_of(np.array([1.0, 2.0]), True)
    w.grad = as_tensor_of(np.ones(2))
    return cls([w], lr=0.5)


def weight(optimizer: Any) -> Any:
    return optimizer.param_groups[0]["params"][0]


def test_step_hooks_see_the_optimizer_and_the_arguments() -> None:
    optimizer, seen = sgd(), []
    with optimizer.register_step_pre_hook(lambda *given: seen.append(("before", weight(given[0]).tolist(), given[1:]))):
        last = optimizer.register_step_post_hook(lambda *given: seen.append(("after", weight(given[0]).tolist())))
        optimizer.step()
    optimizer.step()
    last.remove()
    optimizer.step()
    assert seen == [("before", [1.0, 2.0], ((optimizer,), {})), ("after", [0.5, 1.5]), ("after", [0.0, 1.0])]


def test_a_hook_may_change_the_arguments() -> None:
    optimizer = sgd()
    with optimizer.register_step_pre_hook(lambda mine, args, kwargs: ((mine, lambda: 7.0), kwargs)):
        assert optimizer.step() == 7.0
    optimizer.register_step_pre_hook(lambda *_: 3)
    with pytest.raises(ArgumentError, match=r"None or a tuple \(args, kwargs\) as its result, got 3"):
        optimizer.step()


def test_hooks_of_every_optimizer_come_outside() -> None:
    first, seen = sgd(), []
    first.register_step_pre_hook(lambda *_: seen.append("own before"))
    first.register_step_post_hook(lambda *_: seen.append("own after"))
    with (
        register_optimizer_step_pre_hook(lambda *_: seen.append("before")),
        register_optimizer_step_post_hook(lambda *_: seen.append("after")),
    ):
        first.step()
        sgd(optim.Adam).step()
    sgd().step()
    assert seen == ["before", "own before", "own after", "after", "before", "after"]


def test_an_lbfgs_has_them_too() -> None:
    optimizer, seen = sgd(optim.LBFGS), []
    optimizer.register_step_post_hook(lambda *given: seen.append(len(given[1])))
    assert optimizer.step(lambda: 1.0) == 1.0 and seen == [2]


def test_state_hooks() -> None:
    optimizer, seen = sgd(), []
    optimizer.register_state_dict_pre_hook(lambda mine: seen.append("save"))
    optimizer.register_state_dict_post_hook(lambda mine, state: {**state, "note": "last"})
    optimizer.register_state_dict_post_hook(lambda mine, state: seen.append("note" in state), prepend=True)
    saved = optimizer.state_dict()
    assert seen == ["save", False] and saved["note"] == "last"

    other = sgd()

    def faster(mine: Any, state: dict[str, Any]) -> dict[str, Any]:
        return {**state, "param_groups": [{**group, "lr": 9.0} for group in state["param_groups"]]}

    other.register_load_state_dict_pre_hook(faster)
    other.register_load_state_dict_post_hook(lambda mine: seen.append(mine.param_groups[0]["lr"]))
    other.load_state_dict(saved)
    assert seen[-1] == 9.0 and saved["param_groups"][0]["lr"] == 0.5


def test_a_pickled_optimizer_has_no_hooks_but_takes_some() -> None:
    optimizer, seen = sgd(), []
    optimizer.register_step_pre_hook(lambda *_: seen.append(1))
    other = pickle.loads(pickle.dumps(optimizer))
    w = weight(other)
    w.grad = as_tensor_of(np.ones(2))
    other.step()
    assert not seen and w.tolist() == [0.5, 1.5]
    other.register_step_post_hook(lambda *_: seen.append(2))
    other.step()
    assert seen == [2]


def test_a_profiler_sees_the_step_and_what_hooks_changed() -> None:
    optimizer = sgd()
    optimizer.register_step_pre_hook(lambda mine, args, kwargs: (args, {"closure": lambda: 3.0}))
    with profiler.profile() as profile:
        assert optimizer.step() == 3.0
    assert any("Optimizer.step#SGD.step" in row.key for row in profile.key_averages())
