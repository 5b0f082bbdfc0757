"""Products with Jacobians and Hessians against matrices worked out by hand."""

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, GraphError, OperandError, ShapeError
from autograd.functional import hessian, hvp, jacobian, jvp, vhp, vjp
from autograd.tensor import as_tensor_of

A = np.array([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]])
POINT = np.array([0.3, -1.2, 0.8])


def of(values: Any) -> ag.Tensor:
    return as_tensor_of(np.array(values, dtype=float))


def quadratic_map(x: Any) -> Any:
    """A @ (x * x), whose Jacobian is 2 A diag(x)."""
    return (of(A) * (x * x)).sum(1)


def cubic(x: Any) -> Any:
    """sum(x^3) + x0 x1, whose Hessian is diag(6 x) plus the mixed term."""
    return (x * x * x).sum() + x[0] * x[1]


def cubic_hessian(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    matrix = np.diag(6 * x)
    matrix[0, 1] = matrix[1, 0] = 1.0
    return matrix


def test_jacobian() -> None:
    np.testing.assert_allclose(jacobian(quadratic_map, of(POINT)).numpy(), 2 * A * POINT)


def test_jacobian_of_several_inputs_and_outputs() -> None:
    rows = jacobian(lambda x, y: (x * y, x + 2.0 * y), (of([1.0, 2.0]), of([3.0, 4.0])))
    np.testing.assert_allclose(rows[0][0].numpy(), np.diag([3.0, 4.0]))
    np.testing.assert_allclose(rows[0][1].numpy(), np.diag([1.0, 2.0]))
    np.testing.assert_allclose(rows[1][1].numpy(), 2 * np.eye(2))


def test_vjp() -> None:
    outputs, product = vjp(quadratic_map, of(POINT), of([1.0, -2.0]))
    np.testing.assert_allclose(outputs.numpy(), A @ POINT**2)
    np.testing.assert_allclose(product.numpy(), np.array([1.0, -2.0]) @ (2 * A * POINT))
    assert not outputs.requires_grad


def test_jvp() -> None:
    outputs, product = jvp(quadratic_map, of(POINT), of([1.0, -2.0, 0.5]))
    np.testing.assert_allclose(outputs.numpy(), A @ POINT**2)
    np.testing.assert_allclose(product.numpy(), (2 * A * POINT) @ np.array([1.0, -2.0, 0.5]))


def test_jvp_of_a_constant_is_zero() -> None:
    _, product = jvp(lambda x: of([1.0, 2.0]), of(POINT), of([1.0, 1.0, 1.0]))
    np.testing.assert_array_equal(product.numpy(), [0.0, 0.0])


def test_hessian() -> None:
    np.testing.assert_allclose(hessian(cubic, of(POINT)).numpy(), cubic_hessian(POINT))


def test_hessian_of_several_inputs() -> None:
    blocks = hessian(lambda x, y: (x * x * y).sum(), (of([1.0, 2.0]), of([3.0, 4.0])))
    np.testing.assert_allclose(blocks[0][0].numpy(), np.diag([6.0, 8.0]))
    np.testing.assert_allclose(blocks[0][1].numpy(), np.diag([2.0, 4.0]))
    np.testing.assert_allclose(blocks[1][1].numpy(), np.zeros((2, 2)))


@pytest.mark.parametrize("product", [hvp, vhp])
def test_products_with_the_hessian(product: Any) -> None:
    direction = np.array([1.0, 2.0, -1.0])
    value, found = product(cubic, of(POINT), of(direction))
    assert value.item() == pytest.approx((POINT**3).sum() + POINT[0] * POINT[1])
    np.testing.assert_allclose(found.numpy(), cubic_hessian(POINT) @ direction)


def test_results_can_be_differentiated_again() -> None:
    x = as_tensor_of(POINT.copy(), True)
    matrix = jacobian(quadratic_map, x, create_graph=True)
    (g,) = ag.grad(matrix.sum(), x)
    np.testing.assert_allclose(g.numpy(), 2 * A.sum(0))


def test_strict_finds_independence() -> None:
    with pytest.raises(GraphError, match="strict=True"):
        vjp(lambda x, y: x * 2.0, (of([1.0]), of([2.0])), of([1.0]), strict=True)


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ShapeError, match=r"v of shapes \[\(2,\)\], got \[\(3,\)\]"):
        vjp(quadratic_map, of(POINT), of([1.0, 2.0, 3.0]))
    with pytest.raises(ArgumentError, match="more than one element"):
        vjp(quadratic_map, of(POINT))
    with pytest.raises(GraphError, match="one output element"):
        hessian(quadratic_map, of(POINT))


def test_what_is_no_tensor_is_named() -> None:
    with pytest.raises(OperandError, match="vjp: expected a Tensor or a tuple of Tensors, got Tensor, float"):
        vjp(lambda x, y: x, (of([1.0]), 2.0))
    with pytest.raises(OperandError, match="jvp: expected a function that returns Tensors, got list"):
        jvp(lambda x: [1.0], of([1.0]), of([1.0]))
