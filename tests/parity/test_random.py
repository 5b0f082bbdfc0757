"""The random stream against PyTorch's on this machine: values, and the state that is left, after the same draws."""

import numpy as np
import pytest

from autograd import random

torch = pytest.importorskip("torch")

SIZES = (0, 1, 2, 5, 15, 16, 17, 31, 32, 100, 623, 624, 625, 65_535, 65_536, 1_000_003)
FLOATS = {"float16": torch.float16, "float32": torch.float32, "float64": torch.float64}
INTEGERS = {
    "uint8": torch.uint8,
    "int8": torch.int8,
    "int16": torch.int16,
    "int32": torch.int32,
    "int64": torch.int64,
    "bool": torch.bool,
}


@pytest.fixture
def generator():
    """Ours, and PyTorch's default one, both at the beginning of the same sequence."""
    torch.manual_seed(31)
    return random.Generator().manual_seed(31)


def assert_same(generator, found, expected, tolerance=0.0):
    """Equal, or within `tolerance`; and both streams have moved equally far."""
    expected = expected.numpy()
    assert found.shape == expected.shape
    if tolerance:
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found.astype(np.float64), expected.astype(np.float64), rtol=0, atol=tolerance)
    else:
        np.testing.assert_array_equal(found, expected)
    assert_same_state(generator)


def assert_same_state(generator):
    np.testing.assert_array_equal(generator.get_state(), torch.get_rng_state().numpy())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("low", "high"), [(0, 1), (-0.3, 0.3), (0, 2.5), (0.1, 0.7), (-2, 3.7)])
def test_uniform(size, dtype, low, high, generator):
    expected = torch.empty(size, dtype=FLOATS[dtype]).uniform_(low, high)
    assert_same(generator, generator.uniform((size,), dtype, low, high), expected)


@pytest.mark.parametrize("dtype", FLOATS)
def test_uniform_where_high_is_rounded_to(dtype, generator):
    low = {"float16": 2.0**11, "float32": 2.0**24, "float64": 2.0**53}[dtype]
    expected = torch.empty(1000, dtype=FLOATS[dtype]).uniform_(low, low + 4)
    assert_same(generator, generator.uniform((1000,), dtype, low, low + 4), expected)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(("mean", "std"), [(0, 1), (0, 0.3), (1.5, 0.2), (-0.7, 3.1), (2, 0)])
def test_normal(size, dtype, mean, std, generator):
    expected = torch.empty(size, dtype=FLOATS[dtype]).normal_(mean, std)
    assert_same(generator, generator.normal((size,), dtype, mean, std), expected)


@pytest.mark.parametrize("size", [1, 15, 16, 41, 1001])
def test_normal_in_strided_memory(size, generator):
    expected = torch.empty(size, 2)[:, 0].normal_(0.5, 2)
    assert_same(generator, generator.normal((size,), np.float32, 0.5, 2, contiguous=False), expected)
    expected = torch.empty(size, 2, dtype=torch.float64)[:, 0].normal_(0.5, 2)
    assert_same(generator, generator.normal((size,), np.float64, 0.5, 2, contiguous=False), expected)


@pytest.mark.parametrize("size", [3, 200])
def test_normal_with_arrays(size, generator):
    mean, std = np.linspace(-1, 1, size), np.linspace(0, 2, size)
    means, stds = torch.from_numpy(mean), torch.from_numpy(std)
    assert_same(generator, generator.normal((size,), np.float64, mean, std), torch.normal(means, stds))
    assert_same(generator, generator.normal((size,), np.float64, mean, 0.5), torch.normal(means, 0.5))
    assert_same(generator, generator.normal((size,), np.float64, 3.0, std), torch.normal(3.0, stds))


def test_mixed_draws_with_a_kept_second_value(generator):
    for size in (3, 4, 1, 20, 7, 1, 1, 16, 5):
        assert_same(generator, generator.normal((size,)), torch.randn(size))
        assert_same(generator, generator.uniform((size,)), torch.rand(size))
        assert_same(generator, generator.normal((size, 1), "float64"), torch.randn(size, 1, dtype=torch.float64))
        assert_same(generator, generator.permutation(size), torch.randperm(size))
        assert_same(generator, generator.log_normal((3,)), torch.empty(3).log_normal_(), 1e-4)


@pytest.mark.parametrize("size", [0, 1, 100, 70_001])
@pytest.mark.parametrize("rate", [1.0, 2.5])
def test_exponential(size, rate, generator):
    expected = torch.empty(size).exponential_(rate)
    assert_same(generator, generator.exponential((size,), np.float32, rate), expected)
    expected = torch.empty(size, dtype=torch.float16).exponential_(rate)
    assert_same(generator, generator.exponential((size,), np.float16, rate), expected)
    expected = torch.empty(size, dtype=torch.float64).exponential_(rate)
    assert_same(generator, generator.exponential((size,), np.float64, rate), expected, 1e-14)


def test_log_normal_cauchy_geometric(generator):
    expected = torch.empty(1000, dtype=torch.float64).log_normal_(0.5, 0.3)
    assert_same(generator, generator.log_normal((1000,), np.float64, 0.5, 0.3), expected, 1e-14)
    found, expected = generator.cauchy((1001,), np.float64, 1, 2), torch.empty(1001, dtype=torch.float64).cauchy_(1, 2)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-12)
    assert_same(generator, generator.geometric(0.3, (1001,)), torch.empty(1001).geometric_(0.3))
    assert_same(
        generator, generator.geometric(0.3, (1001,), np.int64), torch.empty(1001, dtype=torch.int64).geometric_(0.3)
    )


@pytest.mark.parametrize("size", [0, 1, 100, 70_001])
@pytest.mark.parametrize(
    ("low", "high"),
    [
        (0, 1),
        (0, 10),
        (-7, 60_000),
        (0, 2**28 - 1),
        (0, 2**28),
        (-5, 2**28 - 4),
        (0, 2**31),
        (0, 2**32 - 1),
        (0, 2**32),
        (0, 2**40),
        (-(2**62), 2**62 + 5),
        (-(2**63), 2**63 - 1),
    ],
)
def test_integers(size, low, high, generator):
    assert_same(generator, generator.integers(low, high, (size,)), torch.randint(low, high, (size,)))


@pytest.mark.parametrize("dtype", INTEGERS | FLOATS)
def test_integers_of_a_dtype(dtype, generator):
    kind = (INTEGERS | FLOATS)[dtype]
    assert_same(generator, generator.any_integers((1000,), dtype), torch.empty(1000, dtype=kind).random_())
    assert_same(generator, generator.integers(1, None, (1000,), dtype), torch.empty(1000, dtype=kind).random_(1, None))
    assert_same(generator, generator.integers(0, 2, (1000,), dtype), torch.empty(1000, dtype=kind).random_(0, 2))


@pytest.mark.filterwarnings("ignore:.*out of bounds")
@pytest.mark.parametrize("dtype", INTEGERS | FLOATS)
@pytest.mark.parametrize(
    ("low", "high"),
    [
        (-3, None),
        (0, 256),
        (0, 257),
        (-128, 128),
        (-129, 5),
        (5, 5),
        (0, 3),
        (0, 65_504),
        (0, 70_000),
        (4097, 4098),
        (-4099, 4),
        (0, 2**24 + 1),
        (-(2**24) - 5, 5),
        (2**30, 2**31),
        (2**53, 2**53 + 1000),
        (-(2**63), None),
    ],
)
def test_bounds_are_taken_and_refused_alike(dtype, low, high, generator):
    try:
        expected = torch.empty(1000, dtype=(INTEGERS | FLOATS)[dtype]).random_(low, high)
    except RuntimeError:
        with pytest.raises(RuntimeError):
            generator.integers(low, high, (1000,), dtype)
        return
    assert_same(generator, generator.integers(low, high, (1000,), dtype), expected)


@pytest.mark.parametrize("n", [0, 1, 2, 5, 100, 8191, 8192, 60_000, 1_000_003])
def test_permutation(n, generator):
    assert_same(generator, generator.permutation(n), torch.randperm(n))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", [0, 1, 100, 70_001])
def test_bernoulli(dtype, size, generator):
    p = np.random.default_rng(0).random(size).astype(dtype)
    assert_same(generator, generator.bernoulli(p), torch.bernoulli(torch.from_numpy(p)))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 1.0])
def test_bernoulli_with_a_number_and_dropout(threads, p, generator):
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        for size in (1, 100, 70_001):
            assert_same(generator, generator.bernoulli_scalar(p, (size,)), torch.empty(size).bernoulli_(p))
            assert_same(generator, generator.keep_mask(p, (size,)), torch.dropout(torch.ones(size), p, True) != 0)
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(7,), (5, 7), (1, 1), (3, 1000)])
def test_multinomial(dtype, shape, generator):
    p = np.random.default_rng(0).random(shape).astype(dtype)
    weights = torch.from_numpy(p)
    for n, replacement in ((1, False), (1, True), (shape[-1], False), (3, True), (50, True)):
        found, expected = generator.multinomial(p, n, replacement), torch.multinomial(weights, n, replacement)
        assert_same(generator, found, expected)


@pytest.mark.parametrize("seed", [0, 1, -1, 2**32 + 5, 2**63, 2**64 - 1, -(2**63)])
def test_every_seed_begins_the_same_sequence(seed, generator):
    torch.manual_seed(seed)
    generator.manual_seed(seed)
    assert generator.initial_seed() == torch.initial_seed()
    assert_same(generator, generator.uniform((10,)), torch.rand(10))


def test_a_new_generator_is_pytorchs():
    np.testing.assert_array_equal(random.Generator().get_state(), torch.Generator().get_state().numpy())


@pytest.mark.parametrize("drawn", [0, 1, 623, 624, 625])
def test_states_travel_both_ways(drawn, generator):
    theirs = torch.Generator()
    generator.uniform((drawn,))
    generator.normal((3,))
    theirs.set_state(torch.from_numpy(generator.get_state()))
    assert theirs.initial_seed() == 31
    np.testing.assert_array_equal(generator.normal((5,)), torch.randn(5, generator=theirs).numpy())
    torch.rand(drawn, generator=theirs)
    torch.randn(3, generator=theirs)
    generator.set_state(theirs.get_state())
    np.testing.assert_array_equal(generator.normal((5,)), torch.randn(5, generator=theirs).numpy())
    np.testing.assert_array_equal(generator.get_state(), theirs.get_state().numpy())


def test_epochs_of_a_shuffling_dataloader(generator):
    loader = torch.utils.data.DataLoader(list(range(100)), batch_size=None, shuffle=True)
    for _ in range(3):
        generator.random_u64()
        order = random.Generator().manual_seed(generator.random_u64() & (1 << 63) - 1).permutation(100)
        assert list(loader) == order.tolist()
    assert_same_state(generator)


def test_memory_order_fills_a_transposed_tensor(generator):
    """What the in-place operations rely on: PyTorch draws in the order of memory, not of indices."""
    expected = torch.empty(3, 4).t().uniform_()
    assert_same(generator, generator.uniform((3, 4)).T, expected)
    assert_same(generator, generator.normal((3, 7), contiguous=False).T, torch.empty(3, 7).t().normal_())
