"""no_grad and its kin: contexts, decorators, threads."""

import threading
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.tensor import as_tensor_of


def leaf() -> ag.Tensor:
    return as_tensor_of(np.ones(2), True)


def test_no_grad_and_enable_grad_nest() -> None:
    x = leaf()
    with ag.no_grad():
        assert not (x * 2.0).requires_grad
        with ag.enable_grad():
            assert (x * 2.0).requires_grad
        assert not ag.is_grad_enabled()
    assert ag.is_grad_enabled()


def test_the_setting_comes_back_after_an_error() -> None:
    try:
        with ag.no_grad():
            raise KeyError
    except KeyError:
        pass
    assert ag.is_grad_enabled()


def test_decorators() -> None:
    x = leaf()

    @ag.no_grad()
    def with_call() -> Any:
        return x * 2.0

    @ag.no_grad
    def without_call() -> Any:
        """Its docstring."""
        return x * 2.0

    @ag.inference_mode()
    def inference() -> Any:
        assert ag.is_inference_mode_enabled()
        return x * 2.0

    @ag.set_grad_enabled(False)
    def disabled() -> Any:
        return x * 2.0

    for function in (with_call, without_call, inference, disabled):
        assert not function().requires_grad
    assert without_call.__doc__ == "Its docstring."
    assert ag.is_grad_enabled() and not ag.is_inference_mode_enabled()


def test_a_decorated_function_may_call_itself() -> None:
    @ag.no_grad()
    def count(n: int) -> int:
        return 0 if n == 0 else 1 + count(n - 1)

    assert count(5) == 5 and ag.is_grad_enabled()


def test_set_grad_enabled_works_as_a_call_and_as_a_context() -> None:
    ag.set_grad_enabled(False)
    assert not ag.is_grad_enabled()
    ag.set_grad_enabled(True)
    with ag.set_grad_enabled(False):
        assert not ag.is_grad_enabled()
    assert ag.is_grad_enabled()


def test_inference_mode_can_be_off() -> None:
    with ag.inference_mode(False):
        assert (leaf() * 2.0).requires_grad


def test_the_setting_belongs_to_the_thread() -> None:
    seen = []
    with ag.no_grad():
        thread = threading.Thread(target=lambda: seen.append(ag.is_grad_enabled()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_an_op_between_integers_records_nothing() -> None:
    x = as_tensor_of(np.arange(3))
    assert not (x * x).requires_grad


def test_a_context_can_be_entered_again() -> None:
    off = ag.set_grad_enabled(False)
    for _ in range(2):
        with off:
            assert not ag.is_grad_enabled()
        assert ag.is_grad_enabled()


def test_a_decorated_generator_leaves_its_user_alone() -> None:
    @ag.no_grad()
    def generate() -> Any:
        received = yield ag.is_grad_enabled()
        yield (received, ag.is_grad_enabled())
        return "end"

    steps = generate()
    assert next(steps) is False and ag.is_grad_enabled()
    assert steps.send(5) == (5, False) and ag.is_grad_enabled()
    with pytest.raises(StopIteration, match="end"):
        next(steps)
    assert ag.is_grad_enabled()


def test_the_setting_goes_by_pytorchs_name() -> None:
    with ag.set_grad_enabled(mode=False), ag.inference_mode(mode=False):
        assert ag.is_grad_enabled() and not ag.is_inference_mode_enabled()
    with pytest.raises(TypeError):
        ag.no_grad(3)  # type: ignore[call-arg]
