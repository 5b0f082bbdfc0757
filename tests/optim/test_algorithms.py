"""Algorithms by the recursions of textbooks, and what they refuse. Agreement with PyTorch: tests/parity."""

import numpy as np
import pytest

import autograd as ag
import optim
from autograd.errors import ArgumentError

GRADIENTS = np.random.default_rng(0).normal(size=(6, 4))


def walked(algorithm, **options):
    x = ag.ones(4, dtype=ag.float64, requires_grad=True)
    optimizer = algorithm([x], **options)
    for gradient in GRADIENTS:
        x.grad = ag.tensor(gradient)
        optimizer.step()
    return x.detach().numpy()


def test_eps_inside_the_root():
    """AdaGrad, RMSprop and Adam as lectures write them: lr·g/√(s + eps)."""
    x, y, z = np.ones(4), np.ones(4), np.ones(4)
    s, r, h, v = (np.zeros(4) for _ in range(4))
    for t, g in enumerate(GRADIENTS, 1):
        s = s + g * g
        x = x - 0.1 * g / np.sqrt(s + 0.01)
        r = 0.9 * r + 0.1 * g * g
        y = y - 0.1 * g / np.sqrt(r + 0.01)
        h, v = 0.9 * h + 0.1 * g, 0.999 * v + 0.001 * g * g
        z = z - 0.1 * (h / (1 - 0.9**t)) / np.sqrt(v / (1 - 0.999**t) + 0.01)
    options = {"lr": 0.1, "eps": 0.01, "eps_inside_sqrt": True}
    np.testing.assert_allclose(walked(optim.Adagrad, **options), x, rtol=1e-12)
    np.testing.assert_allclose(walked(optim.RMSprop, alpha=0.9, **options), y, rtol=1e-12)
    np.testing.assert_allclose(walked(optim.Adam, **options), z, rtol=1e-12)


def test_muon_steps_are_nearly_orthogonal():
    x = ag.zeros(6, 4, dtype=ag.float64, requires_grad=True)
    x.grad = ag.tensor(np.random.default_rng(1).normal(size=(6, 4)))
    optim.Muon([x], lr=1.0, weight_decay=0.0).step()
    singular = np.linalg.svd(x.detach().numpy() / np.sqrt(6 / 4), compute_uv=False)
    assert singular.min() > 0.6 and singular.max() < 1.3


@pytest.mark.parametrize("name", ["ASGD", "Adadelta", "Adafactor", "Adagrad", "Adamax", "Muon", "NAdam", "RAdam",
                                  "RMSprop", "Rprop"])  # fmt: skip
def test_every_algorithm_descends_and_resumes(name):
    def made():
        x = ag.tensor([[2.0, -3.0], [1.0, 0.5]], dtype=ag.float64, requires_grad=True)
        return x, getattr(optim, name)([x], lr={"Adadelta": 10.0, "Adagrad": 0.3, "RAdam": 0.1}.get(name, 0.02))

    def descend(x, optimizer, steps):
        for _ in range(steps):
            optimizer.zero_grad()
            loss = (x * x).sum()
            loss.backward()
            optimizer.step()
        return loss.item()

    x, whole = made()
    assert descend(x, whole, 80) < 0.5 * 14.25
    first, begun = made()
    descend(first, begun, 30)
    second, resumed = made()
    second.data.copy_(first.detach())
    resumed.load_state_dict(begun.state_dict())
    descend(second, resumed, 50)
    assert second.equal(x)


def test_lbfgs_solves_a_quadratic_in_a_few_steps():
    matrix = ag.tensor(np.diag([1.0, 10.0, 100.0]))
    x = ag.tensor([1.0, -2.0, 3.0], dtype=ag.float64, requires_grad=True)
    optimizer = optim.LBFGS([x], line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = x @ matrix @ x
        loss.backward()
        return loss

    optimizer.step(closure)
    assert closure().item() < 1e-12 and optimizer.state[x]["func_evals"] < 25


def test_lbfgs_resumes():
    def made():
        x = ag.tensor([-1.2, 1.0], dtype=ag.float64, requires_grad=True)
        return x, optim.LBFGS([x], max_iter=4, line_search_fn="strong_wolfe")

    def run(x, optimizer, calls):
        def closure():
            optimizer.zero_grad()
            loss = (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
            loss.backward()
            return loss

        for _ in range(calls):
            optimizer.step(closure)

    x, whole = made()
    run(x, whole, 6)
    first, begun = made()
    run(first, begun, 2)
    second, resumed = made()
    second.data.copy_(first.detach())
    resumed.load_state_dict(begun.state_dict())
    run(second, resumed, 4)
    assert second.equal(x)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda x: optim.Adagrad([x], lr=-1.0), "lr >= 0"),
        (lambda x: optim.Adadelta([x], rho=2.0), r"rho in \[0, 1\]"),
        (lambda x: optim.RMSprop([x], alpha=-0.1), "alpha >= 0"),
        (lambda x: optim.Adamax([x], betas=(1.0, 0.9)), r"in \[0, 1\)"),
        (lambda x: optim.NAdam([x], momentum_decay=-1.0), "momentum_decay"),
        (lambda x: optim.RAdam([x], eps=-1.0), "eps >= 0"),
        (lambda x: optim.Rprop([x], etas=(1.5, 0.5)), "etas"),
        (lambda x: optim.ASGD([x], weight_decay=-1.0), "weight_decay"),
        (lambda x: optim.Adafactor([x], d=0.5), "d >= 1"),
        (lambda x: optim.Adafactor([x], beta2_decay=0.5), "beta2_decay <= 0"),
        (lambda x: optim.Muon([x]), "matrices as parameters, got one of shape"),
        (lambda x: optim.Muon([ag.zeros(2, 2)], adjust_lr_fn="none"), "match_rms_adamw"),
        (lambda x: optim.LBFGS([x], line_search_fn="golden"), "strong_wolfe"),
        (lambda x: optim.LBFGS([{"params": [x]}, {"params": [ag.zeros(1)]}]), "one parameter group"),
        (lambda x: optim.LBFGS([x]).step(), "closure"),
    ],
)
def test_refused(call, match):
    with pytest.raises(ArgumentError, match=match):
        call(ag.zeros(3, requires_grad=True))


def test_adamw_with_the_state_of_an_adam_keeps_its_decay_apart():
    weight = ag.tensor([2.0], requires_grad=True)
    adamw = optim.AdamW([weight], lr=0.1, weight_decay=0.5)
    adamw.load_state_dict(optim.Adam([weight], lr=0.1, weight_decay=0.5).state_dict())
    weight.grad = ag.tensor([0.0])
    adamw.step()
    assert weight.item() == pytest.approx(2 * (1 - 0.1 * 0.5))
