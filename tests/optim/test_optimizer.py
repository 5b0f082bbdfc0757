"""What all optimizers share: groups, checks, state, and the version of what they write."""

import copy
import warnings
from typing import Any

import numpy as np
import pytest

import optim
from autograd.errors import ArgumentError, GraphError, OperandError
from autograd.grad_mode import no_grad
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
    with pytest.raises(OperandError, match="Wrap it in a list"):
        optim.SGD(w)
    with pytest.raises(OperandError, match="MulBackward0"):
        optim.SGD([w * 2.0])
    with pytest.raises(ArgumentError, match="twice"):
        optim.SGD([w, w])


@pytest.mark.parametrize(
    "given,error,message",
    [
        ({"params": []}, OperandError, "got one dict. Wrap it in a list"),
        ({parameter(1.0)}, OperandError, "a list of tensors or of dicts, got one set"),
        (3, OperandError, "got one int"),
        ([{"parms": [parameter(1.0)]}], OperandError, r"a dict with \"params\", got one with \['parms'\]"),
        ([{"params": {parameter(1.0)}}], OperandError, "got one set"),
        ([{"params": [parameter(1.0)], "lr": "1e-3"}], OperandError, "lr as a number, got '1e-3', a str"),
        ([("w", parameter(1.0)), parameter(2.0)], ArgumentError, "a name for every parameter, or for none"),
        ([("w", parameter(1.0)), ("w", parameter(2.0))], ArgumentError, "each name once in a group, got w, w"),
    ],
)
def test_what_is_no_list_of_parameters(given: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        optim.SGD(given, lr=0.1)


def test_groups_that_are_added_have_names_as_the_first_has() -> None:
    named = optim.SGD([("w", parameter(1.0))], lr=0.1)
    with pytest.raises(ArgumentError, match="names for some"):
        named.add_param_group({"params": [parameter(2.0)]})
    named.add_param_group({"params": [("v", parameter(2.0))]})
    assert [group["param_names"] for group in named.param_groups] == [["w"], ["v"]]
    with pytest.raises(OperandError, match=r"SGD.add_param_group: expected a dict with \"params\", got list"):
        named.add_param_group([parameter(2.0)])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["SGD", "Adam", "Adamax", "NAdam", "RAdam", "Adagrad", "Adadelta", "RMSprop", "Rprop",
                                  "ASGD", "Adafactor"])  # fmt: skip
def test_a_rate_may_be_a_tensor(name: str) -> None:
    found = []
    for rate in (0.25, as_tensor_of(np.array(0.25, np.float32))):
        w = parameter(1.0, -2.0)
        optimizer = getattr(optim, name)([w], lr=rate)
        for _ in range(3):
            w.grad = as_tensor_of(np.array([1.0, -0.5]))
            optimizer.step()
        assert optimizer.param_groups[0]["lr"] is rate
        found.append(w.tolist())
    assert found[0] == found[1] != [1.0, -2.0]


class Running(optim.Optimizer):
    """An optimizer as users write them: with a step and a state of its own."""

    def __init__(self, params: Any, lr: float = 0.5) -> None:
        super().__init__(params, {"lr": lr})

    def step(self, closure: Any = None) -> None:
        with no_grad():
            for group in self.param_groups:
                for param in group["params"]:
                    state = self.state[param]
                    state.setdefault("count", 0)
                    state["count"] += 1
                    state["sum"] = state.get("sum", 0) + param.grad
                    param.sub_(group["lr"] * state["sum"])


def test_an_optimizer_with_a_step_of_its_own() -> None:
    w = parameter(1.0)
    w.grad = as_tensor_of(np.ones(1))
    optimizer = Running([w])
    schedule = optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    seen: list[str] = []
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            optimizer.step()
            schedule.step()
    assert w.item() == 1 - 0.5 - 0.25 * 2 and seen == ["before"] * 2 and optimizer.steps_taken == 2
    copied = copy.deepcopy(optimizer)
    copied.step()
    assert copied.param_groups[0]["params"][0].item() == -0.375 and w.item() == 0 and len(seen) == 2
    other = Running([w])
    other.load_state_dict(optimizer.state_dict())
    assert other.state[w]["count"] == 2 and other.state[w]["sum"].tolist() == [2.0]
    optimizer.state[w]["sum"].add_(1)
    assert other.state[w]["sum"].tolist() == [2.0]


def test_sums_of_squares_begin_with_the_optimizer() -> None:
    w = parameter(1.0, 2.0)
    optimizer = optim.Adagrad([w], initial_accumulator_value=0.5)
    assert optimizer.state_dict()["state"][0]["sum"].tolist() == [0.5, 0.5]


def test_repr_shows_the_options() -> None:
    text = repr(optim.SGD([parameter(1.0)], lr=0.25))
    assert text.startswith("SGD (\nParameter Group 0\n") and "    lr: 0.25\n" in text
