"""Users' own operations."""

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import GraphError, OperandError, ShapeError
from autograd.function import Function, once_differentiable
from autograd.tensor import as_tensor_of


def leaf(values: Any) -> ag.Tensor:
    return as_tensor_of(np.array(values, dtype=float), True)


class Cube(Function):
    """x**3, its backward written with differentiable operations."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * x * x

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return g * 3.0 * x * x


class Square(Function):
    """x**2 in the style with setup_context, keeping its result too."""

    @staticmethod
    def forward(x: Any) -> Any:
        return x * x

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
        ctx.save_for_backward(inputs[0], output)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, out = ctx.saved_tensors
        return g * 2.0 * out / x


class SumAndDifference(Function):
    """Two results, and an argument that is no tensor."""

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, scale: float) -> Any:
        ctx.scale = scale
        return (a + b) * scale, (a - b) * scale

    @staticmethod
    def backward(ctx: Any, plus: Any, minus: Any) -> Any:
        return (plus + minus) * ctx.scale, (plus - minus) * ctx.scale, None


def test_value_and_gradients_to_second_order() -> None:
    x = leaf([1.0, -2.0])
    assert ag.gradcheck(Cube.apply, x)
    assert ag.gradgradcheck(Cube.apply, x)
    assert Cube.apply(x).grad_fn.name() == "CubeBackward"


def test_setup_context_and_a_saved_result() -> None:
    assert ag.gradcheck(Square.apply, leaf([1.0, -2.0]))
    assert ag.gradgradcheck(Square.apply, leaf([1.0, -2.0]))


def test_several_results() -> None:
    a, b = leaf([1.0, 2.0]), leaf([3.0, 5.0])
    assert ag.gradcheck(lambda a, b: SumAndDifference.apply(a, b, 2.0), [a, b])
    plus, _ = SumAndDifference.apply(a, b, 2.0)
    plus.sum().backward()
    np.testing.assert_array_equal(b.grad.numpy(), [2.0, 2.0])


def test_unused_results_may_come_as_none() -> None:
    seen = []

    class Two(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.set_materialize_grads(False)
            return x * 2.0, x * 3.0

        @staticmethod
        def backward(ctx: Any, first: Any, second: Any) -> Any:
            seen.append((first is None, second is None))
            return second * 3.0

    x = leaf([1.0])
    Two.apply(x)[1].sum().backward()
    assert seen == [(True, False)] and x.grad.item() == 3.0


def test_what_is_not_differentiable_is_not_recorded() -> None:
    class Sorted(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            order = as_tensor_of(np.argsort(x.numpy()).astype(float))
            ctx.mark_non_differentiable(order)
            return x * 1.0, order

        @staticmethod
        def backward(ctx: Any, g: Any, _: Any) -> Any:
            return g

    values, order = Sorted.apply(leaf([2.0, 1.0]))
    assert values.requires_grad and not order.requires_grad


def test_needs_input_grad() -> None:
    seen = []

    class Product(Function):
        @staticmethod
        def forward(ctx: Any, a: Any, b: Any) -> Any:
            ctx.save_for_backward(a, b)
            return a * b

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            seen.append(ctx.needs_input_grad)
            _, b = ctx.saved_tensors
            return g * b, None

    Product.apply(leaf([2.0]), as_tensor_of(np.array([3.0]))).sum().backward()
    assert seen == [(True, False)]


def test_in_place_with_mark_dirty() -> None:
    class Double(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            x.mul_(2.0)
            ctx.mark_dirty(x)
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2.0

    x = leaf([1.0])
    y = x * 1.0
    z = Double.apply(y)
    assert z is y
    (y * 5.0).sum().backward()
    assert x.grad.item() == 10.0


def test_an_input_passed_through() -> None:
    class Reverse(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * -1.0

    x = leaf([1.0])
    y = Reverse.apply(x)
    assert y is not x
    y.sum().backward()
    assert x.grad.item() == -1.0


def test_once_differentiable_refuses_a_second_time() -> None:
    class Once(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        @once_differentiable
        def backward(ctx: Any, g: Any) -> Any:
            return g * 2.0 * ctx.saved_tensors[0]

    x = leaf([3.0])
    y = Once.apply(x * 1.0)
    (g,) = ag.grad((y * y).sum(), x, create_graph=True)
    assert g.item() == 2 * 9.0 * 6.0
    with pytest.raises(GraphError, match="once_differentiable"):
        g.sum().backward()


def test_the_wrong_number_of_gradients() -> None:
    class Wrong(Function):
        @staticmethod
        def forward(ctx: Any, a: Any, b: Any) -> Any:
            return a * b

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g

    with pytest.raises(GraphError, match=r"Wrong.backward: expected 2 gradients.*got 1.*None"):
        Wrong.apply(leaf([1.0]), leaf([2.0])).sum().backward()


def test_an_overwritten_saved_tensor() -> None:
    y = leaf([1.0]) * 1.0
    z = Cube.apply(y)
    y.mul_(2.0)
    with pytest.raises(GraphError, match=r"Cube.saved_tensors.*overwritten.*clone"):
        z.sum().backward()


def test_a_second_pass_is_refused() -> None:
    z = Cube.apply(leaf([1.0]))
    z.sum().backward()
    with pytest.raises(GraphError, match=r"CubeBackward.*freed"):
        z.sum().backward()


def test_saved_results_make_no_cycle() -> None:
    gc.collect()
    gc.disable()
    try:
        y = Square.apply(leaf([1.0]))
        node = weakref.ref(y.grad_fn)
        del y
        assert node() is None
    finally:
        gc.enable()


def test_nothing_is_recorded_under_no_grad() -> None:
    with ag.no_grad():
        assert not Cube.apply(leaf([1.0])).requires_grad
    assert not Cube.apply(as_tensor_of(np.ones(1))).requires_grad


def test_a_result_in_the_memory_of_an_argument_may_be_saved() -> None:
    class Exp(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            x.exp_()
            ctx.mark_dirty(x)
            ctx.save_for_backward(x)
            return x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g * ctx.saved_tensors[0]

    x = leaf([0.5, 1.0])
    y = x * 1.0
    assert Exp.apply(y) is y
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp([0.5, 1.0]))


class Overwrite(Function):
    """Doubles its argument in place, and returns it, or forgets to."""

    @staticmethod
    def forward(ctx: Any, x: Any, returned: bool) -> Any:
        with ag.no_grad():
            x.mul_(2.0)
        ctx.mark_dirty(x)
        return x if returned else x * 1.0

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * 2.0, None


@pytest.mark.parametrize(
    ("make", "returned", "message"),
    [
        (lambda x: x, True, "a leaf of shape"),
        (lambda x: (x * 1.0)[:1], True, "a view of shape"),
        (lambda x: x * 1.0, False, "does not return"),
    ],
)
def test_what_must_not_be_marked_dirty(make: Any, returned: bool, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        Overwrite.apply(make(leaf([1.0, 2.0])), returned)


def test_a_saved_tensor_returned_as_gradient_stays_itself() -> None:
    class HalfSquare(Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return x * x / 2.0

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return ctx.saved_tensors[0]

    x = leaf([1.0, 2.0])
    for _ in range(2):
        HalfSquare.apply(x).sum().backward()
    assert x.tolist() == [1.0, 2.0] and x.grad.tolist() == [2.0, 4.0]


class Given(Function):
    """The sum of its arguments, with gradients as given."""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any, gradients: Any) -> Any:
        ctx.given = gradients
        return x + y

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return (*ctx.given, None)


def test_gradients_are_summed_over_broadcast_dimensions_and_cast() -> None:
    x, y = leaf([1.0, 2.0]), as_tensor_of(np.ones((2, 1), np.float32), True)
    g = as_tensor_of(np.array([[1.0, 2.0], [3.0, 4.0]]))
    Given.apply(x, y, (g, g)).sum().backward()
    assert x.grad.tolist() == [4.0, 6.0]
    assert y.grad.tolist() == [[3.0], [7.0]] and y.grad.dtype is ag.float32


@pytest.mark.parametrize(
    ("gradients", "message"),
    [((3.0, None), "argument 0, got float"), ((None, as_tensor_of(np.ones(5))), r"argument 1 of shape \(2,\), got")],
)
def test_gradients_that_do_not_fit_are_refused(gradients: Any, message: str) -> None:
    y = Given.apply(leaf([1.0, 2.0]), leaf([1.0, 2.0]), gradients)
    with pytest.raises((OperandError, ShapeError), match=message):
        y.sum().backward()


def test_more_gradients_than_arguments_may_be_none() -> None:
    x = leaf([1.0, 2.0])
    Given.apply(x, 1.0, (x.detach(), None, None)).sum().backward()
    assert x.grad.tolist() == [1.0, 2.0]


class Reversed(Function):
    """Passes a view of its argument through, and turns the gradient round."""

    @staticmethod
    def forward(ctx: Any, x: Any, same: bool) -> Any:
        return x if same else x.view(-1)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return -g, None


@pytest.mark.parametrize("same", [True, False])
def test_writes_that_a_function_hides_are_refused(same: bool) -> None:
    x = leaf([1.0, 2.0])
    y = x * 1.0
    z = Reversed.apply(y, same)
    z.sum().backward(retain_graph=True)
    assert x.grad.tolist() == [-1.0, -1.0]
    with pytest.raises(GraphError, match="shares memory with an argument"):
        z.mul_(2.0)
    y = x * 1.0
    z = Reversed.apply(y, same)
    y.mul_(2.0)
    with pytest.raises(GraphError, match="shares memory with an argument"):
        z.sum()


def test_saved_tensors_are_freed_with_the_pass() -> None:
    x = leaf([1.0, 2.0])
    inner = x * 1.0
    y = Cube.apply(inner)
    array = weakref.ref(inner._array)
    del inner
    y.sum().backward()
    assert array() is None
