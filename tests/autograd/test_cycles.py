"""Whatever a program does with the graph, it is freed by counting references: the garbage collector finds nothing."""

import gc
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.checkpoint import checkpoint
from autograd.errors import GraphError


class Split(ag.Function):
    """Two results, one of them saved, and an input saved."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        first, second = x * 2.0, x.exp()
        ctx.save_for_backward(x, second)
        return first, second

    @staticmethod
    def backward(ctx: Any, first: Any, second: Any) -> Any:
        _, saved = ctx.saved_tensors
        return first * 2.0 + second * saved


def views(x: Any) -> Any:
    return x.reshape(-1).view(2, 2).t()[0].unsqueeze(0).expand(3, 2).sum()


def writes(x: Any) -> Any:
    y = x * 2.0
    rows = y.unbind()
    rows[0].mul_(3.0)
    y[:, 1] = x[0] * 2.0
    y.t()[0].add_(rows[1])
    return (y * y).sum() + rows[1].sum()


def several(x: Any) -> Any:
    values, places = x.max(0)
    first, second = x.split(1)
    return values.sum() + (first * second).sum() + x.sort().values[0].sum() + ag.var_mean(x)[0] + places.sum()


def hooked(x: Any) -> Any:
    y = x * x
    y.retain_grad()
    seen: list[Any] = []
    y.register_hook(seen.append)
    handle = y.register_hook(lambda g: g * 2.0)
    handle.remove()
    y.mul_(2.0)
    return y.sum()


def of_functions(x: Any) -> Any:
    first, second = Split.apply(x)
    return (first * second).sum() + Split.apply(second)[0].sum()


def checkpointed(x: Any) -> Any:
    return checkpoint(lambda v: checkpoint(lambda w: (w * w).tanh(), v * 2.0) * v, x * 1.0).sum()


def indexed(x: Any) -> Any:
    places = ag.tensor([0, 1, 1])
    return x[places].sum() + x[x.detach() > 0].sum() + x[None, ..., :1].sum() + ag.cat([x, x]).prod()


def in_another_dtype(x: Any) -> Any:
    return (x.float() * x.double() + x[0, 0].float()).sum() + (x @ x).mean()


def abandoned(x: Any) -> Any:
    with ag.no_grad():
        y = x * 2.0
        y[0] = 1.0
    return (x * y.detach()).sum() + ag.exp(x).detach_().sum()


PROGRAMS = [views, writes, several, hooked, of_functions, checkpointed, indexed, in_another_dtype, abandoned]


def first_order(loss: Any, x: Any) -> None:
    loss.backward()


def twice(loss: Any, x: Any) -> None:
    loss.backward(retain_graph=True)
    loss.backward()


def third_order(loss: Any, x: Any) -> None:
    for _ in range(3):
        (g,) = ag.grad(loss, x, create_graph=True, materialize_grads=True)
        if not g.requires_grad:
            return
        loss = (g * g * 0.01).sum()


def into_grad_with_a_graph(loss: Any, x: Any) -> None:
    loss.backward(create_graph=True)


def dropped(loss: Any, x: Any) -> None:
    pass


def stopped_by_an_error(loss: Any, x: Any) -> None:
    loss.backward()
    try:
        loss.backward()
    except GraphError:
        return
    raise AssertionError("a second pass over freed nodes")


@pytest.mark.parametrize(
    "walk", [first_order, twice, third_order, into_grad_with_a_graph, dropped, stopped_by_an_error]
)
@pytest.mark.parametrize("program", PROGRAMS)
def test_nothing_is_left_to_the_garbage_collector(program: Any, walk: Any) -> None:
    def step() -> None:
        x = ag.tensor(np.array([[0.5, -0.25], [0.75, 0.1]]), requires_grad=True)
        walk(program(x), x)

    step()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        step()
        gc.collect()
        found = [type(item).__name__ for item in gc.garbage if type(item).__module__.startswith("autograd")]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert found == []
