"""What all optimizers share: groups, checks, state, and the version of what they write."""

import copy
from typing import Any

import numpy as np
import pytest

import optim
from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.tensor import as_tensor_of


def parameter(*values: float) -> Any:
    return as_tensor_of(np.array(values), True)


def test_sgd_by_hand() -> None:
    w = parameter(1.0, -2.0)
    optimizer = optim.SGD([w], lr=0.1, momentum=0.5)
    expected, buffer = np.array([1.0, -2.0]), np.zeros(2)
    for step in range(5):
        gradient = np.array([1.0, 2.0]) * (step + 1)
        w.grad = as_tensor_of(gradient.copy())
        optimizer.step()
        buffer = 0.5 * buffer + gradient
        expected = expected - 0.1 * buffer
    np.testing.assert_allclose(w.detach().numpy(), expected, rtol=1e-14)


def test_adam_by_hand() -> None:
    w = parameter(1.0, -2.0)
    optimizer = optim.Adam([w], lr=0.1, betas=(0.8, 0.9), eps=1e-6)
    expected, h, s = np.array([1.0, -2.0]), np.zeros(2), np.zeros(2)
    for step in range(1, 6):
        gradient = np.array([1.0, -2.0]) * step
        w.grad = as_tensor_of(gradient.copy())
        optimizer.step()
        h, s = 0.8 * h + 0.2 * gradient, 0.9 * s + 0.1 * gradient**2
        expected = expected - 0.1 * (h / (1 - 0.8**step)) / (np.sqrt(s / (1 - 0.9**step)) + 1e-6)
    np.testing.assert_allclose(w.detach().numpy(), expected, rtol=1e-12)


def test_step_raises_the_version_of_what_it_writes() -> None:
    w = parameter(1.0, 2.0)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    optim.SGD([w], lr=0.1).step()
    assert w._version == 1
    with pytest.raises(GraphError, match="version"):
        loss.backward()


def test_parameters_are_updated_where_they_are() -> None:
    values = np.ones((4, 6))
    w = as_tensor_of(values.T, True)
    w.grad = as_tensor_of(np.ones((6, 4)))
    optim.SGD([w], lr=0.5).step()
    np.testing.assert_array_equal(values, np.full((4, 6), 0.5))


def test_half_precision_parameters() -> None:
    w = as_tensor_of(np.ones(5, np.float16), True)
    w.grad = as_tensor_of(np.ones(5, np.float16))
    optim.Adam([w], lr=0.5).step()
    np.testing.assert_allclose(w.detach().numpy(), np.full(5, 0.5), rtol=1e-3)


def test_parameters_without_a_gradient_are_left_alone() -> None:
    w, v = parameter(1.0), parameter(1.0)
    w.grad = as_tensor_of(np.ones(1))
    optimizer = optim.Adam([w, v], lr=0.5)
    optimizer.step()
    assert v.item() == 1.0 and list(optimizer.state) == [w]


def test_closure_is_recorded_and_its_loss_returned() -> None:
    w = parameter(3.0)
    optimizer = optim.SGD([w], lr=0.1)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 9.0
    assert w.item() == pytest.approx(3.0 - 0.6)


def test_zero_grad() -> None:
    w = parameter(3.0)
    optimizer = optim.SGD([w], lr=0.1)
    w.grad = as_tensor_of(np.ones(1))
    optimizer.zero_grad(set_to_none=False)
    assert w.grad.item() == 0.0
    optimizer.zero_grad()
    assert w.grad is None


def test_resuming_continues_to_the_bit() -> None:
    def gradients(seed: int, w: Any, optimizer: Any, steps: int) -> None:
        source = np.random.default_rng(seed)
        for _ in range(steps):
            w.grad = as_tensor_of(source.normal(size=w.shape))
            optimizer.step()

    w = parameter(1.0, 2.0, 3.0)
    optimizer = optim.AdamW([w], lr=0.1, amsgrad=True)
    gradients(0, w, optimizer, 5)
    v = as_tensor_of(w.detach().numpy().copy(), True)
    resumed = optim.AdamW([v])
    resumed.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    gradients(1, w, optimizer, 5)
    gradients(1, v, resumed, 5)
    np.testing.assert_array_equal(w.detach().numpy(), v.detach().numpy())


def test_a_state_that_does_not_fit_changes_nothing() -> None:
    w = parameter(1.0, 2.0)
    w.grad = as_tensor_of(np.ones(2))
    optimizer = optim.Adam([w], lr=0.1)
    optimizer.step()
    saved = optimizer.state_dict()
    other = optim.Adam([parameter(1.0, 2.0, 3.0)], lr=0.7)
    with pytest.raises(ArgumentError, match=r"exp_avg of shape \(3,\).*got shape \(2,\)"):
        other.load_state_dict(saved)
    assert other.param_groups[0]["lr"] == 0.7 and not other.state
    with pytest.raises(ArgumentError, match=r"groups of \[2\] parameters, got groups of \[1\]"):
        optim.Adam([parameter(1.0), parameter(2.0)]).load_state_dict(saved)


@pytest.mark.parametrize(
    "make,message",
    [
        (lambda: optim.SGD([parameter(1.0)], lr=-1), "lr >= 0, got lr=-1"),
        (lambda: optim.SGD([parameter(1.0)], lr=1, nesterov=True), "only with momentum"),
        (lambda: optim.Adam([parameter(1.0)], betas=(0.9, 1.0)), r"betas in \[0, 1\)"),
        (lambda: optim.Adam([parameter(1.0)], eps=-1), "eps >= 0"),
        (lambda: optim.SGD([]), "empty list"),
    ],
)
def test_options_outside_their_domain(make: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        make()


def test_what_cannot_be_optimized() -> None:
    w = parameter(1.0)
    with pytest.raises(OperandError, match="iterable"):
        optim.SGD(w)
    with pytest.raises(OperandError, match="MulBackward0"):
        optim.SGD([w * 2.0])
    with pytest.raises(ArgumentError, match="twice"):
        optim.SGD([w, w])


def test_repr_shows_the_options() -> None:
    text = repr(optim.SGD([parameter(1.0)], lr=0.25))
    assert text.startswith("SGD (\nParameter Group 0\n") and "    lr: 0.25\n" in text
