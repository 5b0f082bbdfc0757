"""Multiply-adds of each operation that makes them, against the sizes of its loops."""

import pytest

import autograd as ag
import nn.functional as F
from autograd.multiply_adds import counting
from autograd.ops.recurrent_variants import fused_original_gru


def counted(call):
    counts = []
    with counting(counts.append):
        call()
    return sum(counts)


CASES = {
    "matmul": (lambda: ag.ones(5, 2, 3) @ ag.ones(3, 4), 5 * 2 * 3 * 4),
    "matmul of vectors": (lambda: ag.ones(7) @ ag.ones(7), 7),
    "matmul, matrix and vector": (lambda: ag.ones(2, 7) @ ag.ones(7), 14),
    "bmm": (lambda: ag.bmm(ag.ones(5, 2, 3), ag.ones(5, 3, 4)), 120),
    "addmm": (lambda: ag.addmm(ag.ones(4), ag.ones(2, 3), ag.ones(3, 4)), 24),
    "linear": (lambda: F.linear(ag.ones(5, 3), ag.ones(4, 3), ag.ones(4)), 60),
    "einsum": (lambda: ag.einsum("bij,bjk->bik", ag.ones(2, 3, 4), ag.ones(2, 4, 5)), 120),
    "bilinear": (lambda: F.bilinear(ag.ones(6, 3), ag.ones(6, 4), ag.ones(5, 3, 4)), 6 * 5 * 4 * (3 + 1)),
    "conv1d": (lambda: F.conv1d(ag.ones(2, 4, 9), ag.ones(6, 2, 3), groups=2), 2 * 6 * 7 * 2 * 3),
    "conv2d": (lambda: F.conv2d(ag.ones(1, 3, 8, 8), ag.ones(5, 3, 3, 3), stride=2), 5 * 3 * 3 * 3 * 9),
    "conv_transpose2d": (
        lambda: F.conv_transpose2d(ag.ones(1, 3, 4, 4), ag.ones(3, 5, 2, 2), stride=2), 3 * 16 * 5 * 4,
    ),
    "attention": (
        lambda: F.scaled_dot_product_attention(ag.ones(2, 5, 8), ag.ones(2, 7, 8), ag.ones(2, 7, 6)), 2 * 5 * 7 * 14,
    ),
    "attention by its kernel": (
        lambda: F.scaled_dot_product_attention(*[ag.ones(1, 64, 32)] * 3), 64 * 64 * 64,
    ),
    "cdist": (lambda: ag.cdist(ag.ones(5, 3), ag.ones(4, 3)), 60),
    "sparse": (lambda: ag.spmm(ag.sparse_coo_tensor([[0, 1], [2, 0]], [1.0, 2.0], (2, 3)), ag.ones(3, 4)), 8),
    "original GRU": (
        lambda: fused_original_gru(
            ag.ones(3, 2, 4), ag.ones(2, 5), ag.ones(15, 4), ag.ones(15, 5), ag.ones(15), ag.ones(15), None, False, None
        ),
        3 * 2 * 15 * (4 + 5),
    ),
    "work on elements": (lambda: (ag.ones(5, 5) * 2 + 1).exp().sum(), 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_multiply_adds_of_each_operation(name):
    call, expected = CASES[name]
    assert counted(call) == expected


def test_inside_a_function_and_without_recording():
    class Product(ag.Function):
        @staticmethod
        def forward(ctx, a, b):
            return a @ b

    with ag.no_grad():
        assert counted(lambda: Product.apply(ag.ones(2, 3), ag.ones(3, 4))) == 24


def test_nested_counts_both_hear_and_end():
    outer, inner = [], []
    with counting(outer.append):
        with counting(inner.append):
            ag.ones(2, 2) @ ag.ones(2, 2)
        ag.ones(1, 3) @ ag.ones(3, 1)
    ag.ones(9, 9) @ ag.ones(9, 9)
    assert (outer, inner) == ([8, 3], [8])
