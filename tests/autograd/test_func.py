"""Functions made from functions: nests of arguments, orders, and what stays joined to graphs outside."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, GraphError, OperandError, ShapeError
from autograd.func import grad, grad_and_value, hessian, jacfwd, jacrev, jvp, vjp, vmap


def test_gradients_to_the_third_order():
    cube = lambda x: x**3  # noqa: E731
    orders = [grad(cube), grad(grad(cube)), grad(grad(grad(cube)))]
    assert [f(ag.tensor(2.0)).item() for f in orders] == [12, 12, 6]
    assert not any(f(ag.tensor(2.0)).requires_grad for f in orders)


def test_nests_argnums_and_aux():
    def loss(parameters, x):
        out = (parameters["w"] * x + parameters["b"][0]).sum()
        return out, {"size": x.numel(), "out": out}

    parameters = {"w": ag.tensor([1.0, 2.0]), "b": (ag.zeros(2),)}
    (found, dx), (value, aux) = grad_and_value(loss, argnums=(0, 1), has_aux=True)(parameters, ag.tensor([3.0, 4.0]))
    assert found["w"].tolist() == [3, 4] and found["b"][0].tolist() == [1, 1] and dx.tolist() == [1, 2]
    assert value.item() == 11 and aux["size"] == 2 and not aux["out"].requires_grad and not value.requires_grad
    assert grad(lambda x, y: y.sum())(ag.ones(2), ag.ones(2)).tolist() == [0, 0]


def test_graphs_outside_are_joined():
    w, x = ag.tensor(3.0, requires_grad=True), ag.tensor(2.0, requires_grad=True)
    slope = grad(lambda x: w * x * x)(x)
    slope.backward()
    assert slope.item() == 12 and w.grad.item() == 4 and x.grad.item() == 6
    with ag.no_grad():
        assert not grad(lambda x: w * x * x)(x).requires_grad
    doubled = w * 2  # its graph is not freed by the gradients of what uses it
    assert grad(lambda x: doubled * x)(ag.tensor(1.0)).item() == 6
    doubled.backward()


def test_products_with_jacobians():
    f = lambda a, b: (a * b.sum(), (b**2).sum())  # noqa: E731
    a, b = ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0, 5.0])
    value, pull = vjp(f, a, b)
    assert value[0].tolist() == [12, 24] and value[1].item() == 50
    da, db = pull((ag.tensor([1.0, 10.0]), ag.tensor(1.0)))
    assert da.tolist() == [12, 120] and db.tolist() == [27, 29, 31]
    assert [g.tolist() for g in pull((ag.zeros(2), ag.tensor(1.0)))] == [[0, 0], [6, 8, 10]]  # a second time
    value, (first, second) = jvp(f, (a, b), (ag.tensor([1.0, 0.0]), ag.ones(3)))
    assert first.tolist() == [12 + 3, 6] and second.item() == 24 and value[1].item() == 50


@pytest.mark.parametrize("jacobian", [jacrev, jacfwd])
def test_jacobians(jacobian):
    x = ag.tensor([1.0, 2.0, 3.0])
    assert jacobian(lambda x: x**2)(x).tolist() == [[2, 0, 0], [0, 4, 0], [0, 0, 6]]
    found = jacobian(lambda p: {"y": p["a"].sum() * p["b"]}, has_aux=False)({"a": ag.ones(2, 2), "b": x})
    assert found["y"]["a"].shape == (3, 2, 2) and found["y"]["b"].tolist() == [[4, 0, 0], [0, 4, 0], [0, 0, 4]]
    assert jacobian(lambda a, b: a * b, argnums=(0, 1))(x, x)[1].shape == (3, 3)
    assert jacobian(lambda x: x[:0])(x).shape == (0, 3)


def test_hessian():
    assert hessian(lambda x: (x**3).sum())(ag.tensor([1.0, 2.0])).tolist() == [[6, 0], [0, 12]]


def test_batches():
    x = ag.arange(6.0).view(2, 3)
    assert vmap(ag.dot)(x, ag.ones(2, 3)).tolist() == [3, 12]
    products, sums = vmap(lambda a, b: (a * b, a.sum()), in_dims=(1, None), out_dims=(1, 0))(x, ag.tensor([1.0, 2.0]))
    assert products.tolist() == [[0, 1, 2], [6, 8, 10]] and sums.tolist() == [3, 5, 7]
    slopes = vmap(grad(lambda p, x: (p["w"] * x).sum() ** 2), in_dims=({"w": None}, 0))({"w": ag.ones(3)}, x)
    assert slopes["w"].tolist() == [[0, 6, 12], [72, 96, 120]]
    assert vmap(lambda x, *, y: x + y)(ag.zeros(2), y=ag.ones(2)).tolist() == [1, 1]


def test_random_numbers_of_batches():
    draw = lambda x: x + ag.rand(())  # noqa: E731
    first, second = vmap(draw, randomness="same")(ag.zeros(2)).tolist()
    assert first == second
    first, second = vmap(draw, randomness="different")(ag.zeros(2)).tolist()
    assert first != second


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: grad(lambda x: x * 2)(ag.ones(2)), GraphError, "one output element"),
        (lambda: grad(lambda x: x)(2.0), ArgumentError, "Tensors as the arguments"),
        (lambda: grad(lambda x: x, argnums=1)(ag.ones(())), ArgumentError, "argnums among 1"),
        (lambda: grad(lambda x: 3)(ag.ones(())), ArgumentError, "returns Tensors"),
        (lambda: vjp(ag.exp, ag.ones(2))[1](ag.ones(3)), ShapeError, "shapes"),
        (lambda: jvp(ag.exp, (ag.ones(2),), (ag.ones(3),)), ShapeError, "shapes"),
        (lambda: vmap(ag.add)(ag.ones(2), ag.ones(3)), ArgumentError, "one size"),
        (lambda: vmap(ag.exp)(ag.ones(0)), ArgumentError, "at least 1"),
        (lambda: vmap(ag.exp)(2.0), ArgumentError, "Give None"),
        (lambda: vmap(ag.exp, in_dims=(0, 0))(ag.ones(2)), ArgumentError, "in_dims"),
        (lambda: vmap(lambda x: 1)(ag.ones(2)), ArgumentError, "returns Tensors"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_closed_form():
    """The gradient of log-sum-exp is the softmax, its Hessian diag(p) - p pᵀ."""
    x = ag.tensor([0.1, -0.4, 2.0], dtype=ag.float64)
    weights = np.exp(x.numpy()) / np.exp(x.numpy()).sum()
    np.testing.assert_allclose(grad(lambda x: x.logsumexp(0))(x).numpy(), weights)
    found = hessian(lambda x: x.logsumexp(0))(x).numpy()
    np.testing.assert_allclose(found, np.diag(weights) - np.outer(weights, weights), atol=1e-15)
    assert math.isclose(weights.sum(), 1)


def test_arguments_of_whole_numbers_are_refused():
    with pytest.raises((OperandError, ArgumentError, GraphError, TypeError, RuntimeError)):
        grad(lambda x: x.sum())(ag.arange(3))
