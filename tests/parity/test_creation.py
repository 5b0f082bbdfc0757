"""New tensors, from data and at random: values, dtypes and layouts as PyTorch's."""

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")


def name(dtype):
    return repr(dtype).split(".")[1]


@pytest.mark.parametrize(
    "data",
    [
        3, 2.5, True, [], [[], []], [1, 2.5], [True, 2], [True, 2.5], np.float64(1.5), [np.float64(1.5)],
        [np.float32(1), 2.0], [1, np.float64(2)], np.int32(4), [np.int32(4)], [np.int8(1), 300], [np.int32(4), 2.5],
        [np.bool_(True)], np.zeros((2, 3), np.float16), range(3), (1, 2), [[1.0], [2]],
    ],
    ids=repr,
)  # fmt: skip
def test_tensor(data):
    ours, theirs = ag.tensor(data), torch.tensor(data)
    assert name(ours.dtype) == name(theirs.dtype) and ours.tolist() == theirs.tolist()


REGULAR = {
    "arange": [(5,), (0,), (2, 9), (2, 9, 3), (9, 2, -2), (0.5, 3.0), (0, 1, 0.1), (1, 0, -0.25), (-1.5, 1.5, 0.3),
               (5.0,), (0, 100, 0.7), (1e6, 1e6 + 3)],
    "linspace": [(0, 1, 5), (0, 1, 1000), (-3.7, 12.9, 77), (1, -1, 8), (2, 2, 1), (0, 0.1, 3),
                 (0, 1, 0), (1e-3, 1e3, 301)],
    "logspace": [(0, 3, 4), (-2.5, 1.5, 50), (0, 1, 1), (1, 2, 5, 2.0)],
    "eye": [(3,), (2, 4), (0,)],
    "full": [((2, 3), 1.5), ((2,), 7), ((), True)],
    "tril_indices": [(3, 4), (3, 3, -1), (2, 5, 2)],
    "triu_indices": [(3, 4), (3, 3, -1), (2, 5, 2)],
}  # fmt: skip


@pytest.mark.parametrize(("function", "arguments"), [(f, a) for f in REGULAR for a in REGULAR[f]])
@pytest.mark.parametrize("dtype", [None, "float64", "int64"])
def test_regular(function, arguments, dtype):
    options = lambda m: {} if dtype is None else {"dtype": getattr(m, dtype)}  # noqa: E731
    if function.startswith("tri") and dtype == "float64":
        pytest.skip("PyTorch gives these as integers only")
    if function == "arange" and dtype == "int64" and arguments[2:] and abs(arguments[2]) < 1:
        pytest.skip("a step of 0: refused by both")
    ours, theirs = (
        getattr(ag, function)(*arguments, **options(ag)),
        getattr(torch, function)(*arguments, **options(torch)),
    )
    assert name(ours.dtype) == name(theirs.dtype) and tuple(ours.shape) == tuple(theirs.shape)
    # PyTorch's own last bits depend on the width of the processor's vectors.
    unit = float(np.finfo(ours.numpy().dtype).eps) if ours.dtype.is_floating_point else 0
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=20 * unit, atol=4 * unit)


def both(draw):
    results = []
    for m in (ag, torch):
        m.manual_seed(12)
        results.append((draw(m), m.rand(3)))
    (ours, after), (theirs, then) = results
    assert tuple(ours.shape) == tuple(theirs.shape) and name(ours.dtype) == name(theirs.dtype)
    assert ours.stride() == theirs.stride() or theirs.numel() == 0
    np.testing.assert_array_equal(after.numpy(), then.numpy())
    return ours.numpy(), theirs.numpy()


EXACT = {
    "rand": lambda m: m.rand(3, 5),
    "rand double": lambda m: m.rand((2, 3), dtype=m.float64),
    "rand_like": lambda m: m.rand_like(m.zeros(4, 6)),
    "rand_like of a transpose": lambda m: m.rand_like(m.zeros(4, 6).t()),
    "rand_like in another dtype": lambda m: m.rand_like(m.zeros(3), dtype=m.float64),
    "randint": lambda m: m.randint(10, (4, 5)),
    "randint between": lambda m: m.randint(-3, 7, (20,), dtype=m.int32),
    "randint by name": lambda m: m.randint(low=2, high=9, size=(5,)),
    "randint_like": lambda m: m.randint_like(m.zeros(5, dtype=m.int64), 3, 9),
    "randint_like of floats": lambda m: m.randint_like(m.zeros(2, 3).t(), 9),
    "randperm": lambda m: m.randperm(20),
    "randn of few": lambda m: m.randn(3, 4),
    "bernoulli": lambda m: m.bernoulli(m.full((40,), 0.3)),
    "bernoulli p": lambda m: m.bernoulli(m.zeros(40), 0.3),
    "bernoulli method": lambda m: m.full((4, 10), 0.6).t().bernoulli(),
    "multinomial": lambda m: m.multinomial(m.tensor([0.1, 0.2, 0.3, 0.4]), 3),
    "multinomial rows": lambda m: m.tensor([[0.1, 0.9], [0.5, 0.5]]).multinomial(8, replacement=True),
    "uniform_": lambda m: m.empty(3, 7).uniform_(-0.3, 0.3),
    "uniform_ by name": lambda m: m.empty(5).uniform_(to=3.0),
    "uniform_ transposed": lambda m: m.empty(3, 7).t().uniform_(),
    "uniform_ of a slice": lambda m: m.empty(6, 8)[::2, 1:5].uniform_(),
    "uniform_ permuted": lambda m: m.empty(2, 3, 4).permute(2, 0, 1).uniform_(),
    "bernoulli_": lambda m: m.empty(30).bernoulli_(0.7),
    "bernoulli_ default": lambda m: m.empty(30).bernoulli_(),
    "bernoulli_ tensor": lambda m: m.empty(3, 4).bernoulli_(m.full((4,), 0.7)),
    "bernoulli_ of bools": lambda m: m.empty(30, dtype=m.bool).bernoulli_(0.7),
    "exponential_": lambda m: m.empty(3, 4).exponential_(2.0),
    "random_": lambda m: m.empty(9, dtype=m.int32).random_(),
    "random_ to": lambda m: m.empty(9).random_(5),
    "random_ from to": lambda m: m.empty(9, dtype=m.int64).random_(3, 11),
    "geometric_": lambda m: m.empty(9).geometric_(0.3),
    "generator": lambda m: m.rand(4, generator=m.Generator().manual_seed(3)),
    "normal_ with a generator": lambda m: m.empty(4).normal_(generator=m.Generator().manual_seed(3)),
}
CLOSE = {
    "randn": lambda m: m.randn(7, 9),
    "randn double": lambda m: m.randn(100, dtype=m.float64),
    "randn_like": lambda m: m.randn_like(m.zeros(5, 6)),
    "randn_like of a transpose": lambda m: m.randn_like(m.zeros(5, 6).t()),
    "normal_": lambda m: m.empty(5, 6).normal_(1.0, 0.2),
    "normal_ transposed": lambda m: m.empty(5, 6).t().normal_(),
    "normal_ of a slice": lambda m: m.zeros(40)[::2].normal_(),
    "normal with a size": lambda m: m.normal(1.0, 3.0, (4, 5)),
    "normal of tensors": lambda m: m.normal(m.arange(20.0), m.full((20,), 0.5)),
    "normal of a mean": lambda m: m.normal(m.arange(20.0)),
    "normal of a std": lambda m: m.normal(2.0, m.full((20,), 0.5)),
    "cauchy_": lambda m: m.empty(20).cauchy_(),
    "log_normal_": lambda m: m.empty(20).log_normal_(0.0, 0.5),
}


@pytest.mark.parametrize("draw", EXACT)
def test_random_numbers_are_the_same(draw):
    np.testing.assert_array_equal(*both(EXACT[draw]))


@pytest.mark.parametrize("draw", CLOSE)
def test_random_numbers_are_close(draw):
    np.testing.assert_allclose(*both(CLOSE[draw]), rtol=2e-6, atol=1e-6)
