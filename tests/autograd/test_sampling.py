import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, DTypeError, GraphError, OperandError


def test_equal_seeds_give_equal_numbers():
    draws = []
    for _ in range(2):
        ag.manual_seed(5)
        draws.append(
            [ag.rand(3).tolist(), ag.randn(20).tolist(), ag.randperm(5).tolist(), ag.randint(9, (4,)).tolist()]
        )
    assert draws[0] == draws[1]
    assert ag.rand(3).tolist() != draws[0][0]


def test_a_generator_of_ones_own_leaves_the_default_one_alone():
    before = ag.get_rng_state()
    own = ag.Generator().manual_seed(1)
    ag.rand(2, generator=own)
    ag.zeros(2).normal_(generator=own)
    ag.bernoulli(ag.full((2,), 0.5), generator=own)
    np.testing.assert_array_equal(ag.get_rng_state(), before)


def test_distributions():
    ag.manual_seed(0)
    n = 20_000
    assert abs(ag.rand(n).numpy().mean() - 0.5) < 0.01
    normal = ag.normal(2.0, 3.0, (n,)).numpy()
    assert abs(normal.mean() - 2) < 0.1 and abs(normal.std() - 3) < 0.1
    assert abs(ag.bernoulli(ag.full((n,), 0.3)).numpy().mean() - 0.3) < 0.02
    assert set(ag.randint(2, 5, (n,)).tolist()) == {2, 3, 4}
    assert sorted(ag.randperm(100).tolist()) == list(range(100))
    drawn = ag.multinomial(ag.tensor([0.0, 1.0, 3.0]), n, replacement=True).numpy()
    assert set(drawn) == {1, 2} and abs((drawn == 2).mean() - 0.75) < 0.02
    assert abs(ag.empty(n).exponential_(4.0).numpy().mean() - 0.25) < 0.01


def test_dtypes_and_requires_grad():
    assert ag.randint(3, (2,)).dtype == ag.randperm(3).dtype == ag.int64
    assert ag.randint(3, (2,), dtype=ag.float32).dtype == ag.float32
    assert ag.rand(2, requires_grad=True).requires_grad and ag.randn(2, requires_grad=True).is_leaf
    assert ag.rand_like(ag.zeros(2, dtype=ag.float64)).dtype == ag.float64
    assert ag.randint_like(ag.zeros(2), 5).dtype == ag.float32


def test_draws_carry_no_gradient():
    p = ag.full((3,), 0.5, requires_grad=True)
    assert not ag.bernoulli(p).requires_grad and not p.bernoulli().requires_grad
    assert not ag.normal(p, p).requires_grad and not p.multinomial(1).requires_grad


def test_fills_in_place():
    x = ag.zeros(4, requires_grad=True)
    for fill in (lambda t: t.uniform_(), lambda t: t.normal_(), lambda t: t.bernoulli_(), lambda t: t.exponential_(),
                 lambda t: t.cauchy_(), lambda t: t.log_normal_(),
                 lambda t: t.geometric_(0.5), lambda t: t.random_()):  # fmt: skip
        with pytest.raises(GraphError, match="no_grad"):
            fill(x)
        with ag.no_grad():
            before = x.tolist()
            assert fill(x) is x and x.tolist() != before
        y = x * 1
        fill(y)
        assert x.requires_grad and not y.requires_grad
    base = ag.zeros(2, 3)
    base[0].fill_(7)
    base[1].uniform_(1, 2)
    assert base[0].tolist() == [7, 7, 7] and (base[1] >= 1).tolist() == [True] * 3


def test_refusals():
    for call, exception, message in (
        (lambda: ag.rand(2, dtype=ag.int64), DTypeError, "float"),
        (lambda: ag.randint(5), OperandError, "high, size"),
        (lambda: ag.randint(5, 5, (2,)), ArgumentError, "5"),
        (lambda: ag.normal(0.0, 1.0), OperandError, "size"),
        (lambda: ag.rand_like([1]), OperandError, "Tensor"),
        (lambda: ag.rand(2, device="cuda"), ArgumentError, "cuda"),
        (lambda: ag.zeros(2).uniform_(1, 0), ArgumentError, "low"),
        (lambda: ag.zeros(2, dtype=ag.int64).uniform_(), DTypeError, "float"),
        (lambda: ag.bernoulli(ag.tensor([2.0])), ArgumentError, "bernoulli"),
    ):
        with pytest.raises(exception, match=message):
            call()
