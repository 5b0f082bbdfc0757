"""Bytes that graphs hold, each buffer once, against sizes of the arrays that the rules need."""

import autograd as ag
from autograd.kept_memory import kept_buffers


def sizes(*tensors, apart_from=()):
    return [kept.size for kept in kept_buffers(tensors, apart_from)]


def leaf(*shape):
    return ag.randn(*shape, dtype=ag.float64).requires_grad_()


def test_what_no_rule_needs_is_not_kept():
    x = leaf(10)
    assert sizes(x + x) == sizes((x * 2).sum()) == sizes(x) == sizes(x.detach()) == []


def test_a_buffer_that_several_nodes_hold_counts_once_at_the_oldest():
    x = leaf(10)
    h = x.exp()
    (kept,) = kept_buffers([h * h, h.sin()])
    assert kept.node is h.grad_fn and kept.size == 80
    assert sizes(h * x) == [80, 80]


def test_a_view_counts_as_the_buffer_that_it_keeps_alive():
    x = leaf(10, 10)
    assert sizes(x[0] * x[1]) == [800]
    assert sizes(x.exp().expand(5, 10, 10).sin()) == [800]


def test_tensors_apart_and_their_views():
    w, x = leaf(6, 6), leaf(3, 6)
    assert sizes(x @ w.T) == [3 * 6 * 8, 6 * 6 * 8]
    assert sizes(x @ w.T, apart_from=[w]) == [3 * 6 * 8]
    assert sizes(x @ w.T, apart_from=[w, x.detach()]) == []


def test_masks_and_numbers_of_places_count_with_their_own_dtypes():
    x = leaf(8)
    mask = ag.tensor([True, False] * 4)
    assert sizes(x.masked_fill(mask, 0.0)) == [8]
    assert sizes(x[ag.tensor([1, 2, 3])]) == [3 * 8]


def test_a_users_function_counts_what_it_saved_and_what_it_set():
    class Scaled(ag.Function):
        @staticmethod
        def forward(ctx, x, factor):
            ctx.save_for_backward(x)
            ctx.factor = factor
            return x * factor

        @staticmethod
        def backward(ctx, g):
            return g * ctx.factor, None

    assert sizes(Scaled.apply(leaf(10), ag.ones(10))) == [80, 40]


def test_nothing_is_left_after_the_backward_pass():
    x = leaf(10)
    y = x.exp().sum()
    assert sizes(y) == [80]
    y.backward()
    assert sizes(y) == []
