"""Hooks on gradients: of tensors, of leaves after accumulation, and what `retain_grad` keeps."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import OperandError, ShapeError
from autograd.tensor import as_tensor_of


def leaf(*values: float) -> ag.Tensor:
    return as_tensor_of(np.array(values), True)


def test_hooks_see_and_replace_gradients() -> None:
    x = leaf(2.0)
    y = x * x
    seen: list[float] = []
    handle = y.register_hook(lambda g: seen.append(g.item()))
    y.register_hook(lambda g: g * 10.0)
    (y * 3.0).sum().backward(retain_graph=True)
    assert seen == [3.0] and x.grad.item() == 120.0
    handle.remove()
    (y * 3.0).sum().backward()
    assert seen == [3.0]


def test_leaf_hooks_see_the_sum() -> None:
    x = leaf(2.0)
    seen: list[float] = []
    x.register_hook(lambda g: seen.append(g.item()))
    (x * 3.0 + x * 4.0).sum().backward()
    assert seen == [7.0]


def test_post_accumulate_hooks() -> None:
    x = leaf(2.0)
    seen: list[float] = []
    x.register_post_accumulate_grad_hook(lambda t: seen.append(t.grad.item()))
    (x * 3.0).sum().backward()
    (x * 3.0).sum().backward()
    assert seen == [3.0, 6.0]


def test_retain_grad() -> None:
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    (y * 5.0).sum().backward()
    assert y.grad.item() == 5.0 and y.retains_grad and not x.retains_grad


def test_a_hook_may_run_a_pass_of_its_own() -> None:
    x, z = leaf(2.0), leaf(4.0)
    y = x * x

    def hook(g: ag.Tensor) -> None:
        with ag.enable_grad():
            (z * z).sum().backward()

    y.register_hook(hook)
    y.sum().backward()
    assert (x.grad.item(), z.grad.item()) == (4.0, 8.0)


def test_a_hook_of_any_kind_can_be_removed_after_retain_grad() -> None:
    x = leaf(2.0)
    y = x * x
    seen: list[float] = []
    handle = y.register_hook(lambda g: seen.append(g.item()))
    y.retain_grad()
    handle.remove()
    y.backward()
    assert seen == [] and y.grad.item() == 1.0


def test_retain_grad_keeps_what_the_hooks_leave() -> None:
    x = leaf(2.0)
    y = x * x
    y.retain_grad()
    y.register_hook(lambda g: g * 10.0)
    y.backward()
    assert y.grad.item() == 10.0 and x.grad.item() == 40.0


@pytest.mark.parametrize("write", ["tensor", "view", "base"])
def test_retain_grad_follows_in_place_writes(write: str) -> None:
    x = leaf(1.0, 2.0)
    base = x * 2.0
    view = base[:1]
    kept = view if write == "base" else base
    kept.retain_grad()
    (view if write == "view" else base).mul_(3.0)
    (kept * 5.0).sum().backward()
    assert kept.retains_grad and kept.grad.tolist() == [5.0, 5.0][: len(kept)]


@pytest.mark.parametrize("replacement", [2.0, as_tensor_of(np.ones(3)), as_tensor_of(np.ones(1, np.float32))])
def test_what_a_hook_returns_must_fit(replacement: Any) -> None:
    y = leaf(1.0) * 2.0
    y.register_hook(lambda g: replacement)
    with pytest.raises((OperandError, ShapeError), match="hook on MulBackward0"):
        y.backward()


def test_hooks_of_a_leaf_outlast_a_time_without_gradients() -> None:
    x = leaf(1.0)
    seen: list[str] = []
    x.register_hook(lambda g: seen.append("hook"))
    x.register_post_accumulate_grad_hook(lambda t: seen.append("after"))
    x.requires_grad_(False)
    assert not (x * 2.0).requires_grad
    x.requires_grad_(True)
    (x * 2.0).backward()
    assert seen == ["hook", "after"]


@pytest.mark.parametrize("leave", [lambda x: x.requires_grad_(False), lambda x: x.detach_()])
def test_a_leaf_collects_while_it_requires_grad(leave: Any) -> None:
    x = leaf(1.0)
    first, second = x * 2.0, x * 3.0
    leave(x)
    first.backward()
    assert x.grad is None
    x.requires_grad_(True)
    second.backward()
    assert x.grad.tolist() == [3.0]
