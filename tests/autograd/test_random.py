"""The generator: seeds, states, threads, edges and complaints. Its numbers are in test_random_streams.py."""

import copy
import hashlib
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

from autograd import random
from autograd.errors import ArgumentError, DTypeError, ShapeError

SEED = 2024
F16, F32, F64 = np.float16, np.float32, np.float64


@pytest.fixture
def generator():
    return random.Generator().manual_seed(SEED)


def digest(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]


def test_seeds_count_modulo_two_to_64(generator):
    assert generator.manual_seed(-1).initial_seed() == 2**64 - 1
    np.testing.assert_array_equal(generator.uniform((2,)), np.array([0.9937993884086609, 0.5713063478469849], F32))
    assert generator.manual_seed(np.int64(7)).initial_seed() == 7
    fresh = random.Generator()
    np.testing.assert_array_equal(fresh.uniform((2,)), np.array([0.267295241355896, 0.8725283145904541], F32))


def test_seed_begins_something_new(generator):
    seeds = {generator.seed() for _ in range(4)}
    assert len(seeds) == 4
    assert generator.initial_seed() in seeds


def test_state_has_pytorchs_layout(generator):
    state = generator.get_state()
    assert (state.dtype, state.shape, digest(state)) == (np.uint8, (5056,), "88dc2922f3b13c33")
    generator.uniform((624,))
    assert digest(generator.get_state()) == "8283aa6f94b17247"
    generator.normal((1,))
    assert digest(generator.get_state()) == "2e6705f8d6e0568a"


@pytest.mark.parametrize("drawn", [0, 1, 7, 623, 624, 625, 70_000])
def test_state_round_trip(drawn, generator):
    generator.uniform((drawn,))
    generator.normal((3,))
    state = generator.get_state()
    expected = generator.normal((3,)), generator.uniform((1000,)), generator.permutation(50)
    other = random.Generator()
    other.set_state(state)
    assert other.initial_seed() == SEED
    for found, wanted in zip((other.normal((3,)), other.uniform((1000,)), other.permutation(50)), expected):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))])
def test_copies_and_pickles_go_on_alone(duplicate, generator):
    generator.normal((3,))
    other = duplicate(generator)
    expected = generator.normal((5,))
    np.testing.assert_array_equal(other.normal((5,)), expected)


def test_default_generator():
    with random.fork_rng():
        assert random.manual_seed(SEED) is random.default_generator
        assert random.initial_seed() == SEED
        state = random.get_rng_state()
        first = random.default_generator.uniform((5,))
        random.set_rng_state(state)
        np.testing.assert_array_equal(random.default_generator.uniform((5,)), first)
        assert random.seed() == random.initial_seed()


def test_fork_rng_restores_the_state():
    before = random.get_rng_state()
    with pytest.raises(ZeroDivisionError), random.fork_rng(devices=[]):
        random.default_generator.uniform((3,))
        raise ZeroDivisionError
    np.testing.assert_array_equal(random.get_rng_state(), before)
    with random.fork_rng():
        with random.fork_rng(enabled=False):
            random.default_generator.uniform((3,))
        assert not np.array_equal(random.get_rng_state(), before)


# Threads


@pytest.mark.parametrize(("threads", "draws", "size"), [(8, 200, 50), (4, 3, 70_000)])
def test_threads_share_one_stream_without_loss(threads, draws, size, generator):
    expected = generator.uniform((threads * draws * size,))
    generator.manual_seed(SEED)
    found = []
    start = threading.Barrier(threads)

    def work():
        start.wait()
        found.extend(generator.uniform((size,)) for _ in range(draws))

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    pieces = {piece.tobytes() for piece in expected.reshape(-1, size)}
    assert {piece.tobytes() for piece in found} == pieces


# Edges


@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (2, 3)])
def test_shapes(shape, generator):
    p = np.full(shape, 0.5, F32)
    for draw in (
        generator.uniform(shape),
        generator.uniform(shape, F16, 1.0, 2.0),
        generator.normal(shape),
        generator.normal(shape, F64, contiguous=False),
        generator.exponential(shape),
        generator.cauchy(shape),
        generator.log_normal(shape),
        generator.geometric(0.5, shape),
        generator.integers(0, 5, shape),
        generator.any_integers(shape, np.bool_),
        generator.bernoulli(p),
        generator.bernoulli_scalar(0.5, shape),
        generator.keep_mask(0.5, shape),
    ):
        assert draw.shape == shape


def test_nothing_is_drawn_for_empty_shapes_and_certain_masks(generator):
    before = generator.get_state()
    generator.uniform((0,))
    generator.normal((0, 4))
    generator.permutation(0)
    generator.permutation(1)
    assert generator.keep_mask(0.0, (3,)).all()
    assert not generator.keep_mask(1.0, (3,)).any()
    np.testing.assert_array_equal(generator.get_state(), before)


def test_uniform_never_reaches_high(generator):
    for dtype, low in ((F16, 2048.0), (F32, 2.0**24), (F64, 2.0**53)):
        values = generator.uniform((1000,), dtype, low, low + 4)
        assert set(values.tolist()) == {low, low + 2}
    assert (generator.uniform((100_000,), F16) < 1).all()
    np.testing.assert_array_equal(generator.uniform((3,), F32, 2.0, 2.0), [2, 2, 2])
    huge = generator.uniform((1000,), F64, 1.0, 1e305)
    assert np.isfinite(huge).all() and huge.max() > 9e304


def test_normal_with_arrays_of_means_and_stds(generator):
    mean, std = np.arange(3, dtype=F64), np.array([[0.0], [2.0]])
    standard = generator.normal((2, 3), F64)
    for given, expected in (
        ({"mean": mean, "std": std}, standard * std + mean),
        ({"mean": 5.0, "std": std}, standard * std + 5),
        ({"mean": mean, "std": 0.5}, standard * 0.5 + mean),
    ):
        found = generator.manual_seed(SEED).normal((2, 3), F64, **given)
        np.testing.assert_array_equal(found, expected)


def test_what_is_too_large_becomes_infinite(generator):
    assert np.isinf(generator.log_normal((100,), F32, 0.0, 1000.0)).any()
    assert np.isinf(generator.cauchy((10_000,), F16, 0.0, 1e4)).any()
    assert np.isinf(generator.normal((100,), F16, 0.0, 1e5)).any()
    assert np.isinf(generator.exponential((10,), F32, 1e-300)).all()


def test_multinomial_of_impossible_and_empty_rows(generator):
    weights = np.array([0.0, 1.0, 0.0, 3.0])
    drawn = generator.multinomial(weights, 1000, replacement=True)
    assert set(drawn.tolist()) == {1, 3}
    assert sorted(generator.multinomial(weights, 2).tolist()) == [1, 3]
    assert generator.multinomial(np.empty((0, 3)), 2).shape == (0, 2)
    assert generator.multinomial(np.ones((2, 3), F16), 3).shape == (2, 3)


MISTAKES = [
    (lambda g: g.manual_seed(2**64), ArgumentError, "from -2\\*\\*63 to 2\\*\\*64 - 1, got 18446744073709551616"),
    (lambda g: g.manual_seed(1.5), DTypeError, "expected an integer, got 1.5"),
    (lambda g: g.set_state(np.zeros(5056, np.uint8)), ArgumentError, "state of a seeded MT19937"),
    (lambda g: g.set_state(np.zeros(50, np.uint8)), ShapeError, r"\(5056,\), got shape \(50,\)"),
    (lambda g: g.set_state(np.zeros(5056)), DTypeError, "uint8, got float64"),
    (lambda g: random.Generator("cuda"), ArgumentError, "'cpu', got 'cuda'"),
    (lambda g: g.uniform((3,), F32, 2, 1), ArgumentError, r"low <= high, .* got \[2, 1\)"),
    (lambda g: g.uniform((3,), F32, 0, 1e39), ArgumentError, "low <= high"),
    (lambda g: g.uniform((3,), F32, 0, float("nan")), ArgumentError, "low <= high"),
    (lambda g: g.uniform((3,), np.int32), DTypeError, "floating-point dtype, got int32"),
    (lambda g: g.uniform((2, -3)), ShapeError, r"shape \(2, -3\)"),
    (lambda g: g.normal((3,), F32, 0, -1), ArgumentError, "std >= 0, got -1"),
    (lambda g: g.normal((3,), F32, 0, np.array([1.0, -2, 1])), ArgumentError, "std >= 0, got .*-2"),
    (lambda g: g.normal((3,), np.int64), DTypeError, "floating-point dtype, got int64"),
    (lambda g: g.exponential((3,), F32, 0), ArgumentError, "rate > 0, got 0"),
    (lambda g: g.cauchy((3,), F32, 0, -1), ArgumentError, "sigma > 0, got -1"),
    (lambda g: g.log_normal((3,), F32, 0, 0), ArgumentError, "std > 0, got 0"),
    (lambda g: g.geometric(1.0, (3,)), ArgumentError, "0 < p < 1, got 1.0"),
    (lambda g: g.integers(5, 5, (2,)), ArgumentError, r"low < high in int64, got \[5, 5\)"),
    (lambda g: g.integers(0, 257, (2,), np.uint8), ArgumentError, r"uint8 holds, 0 to 255, got \[0, 257\)"),
    (lambda g: g.integers(-1, 2, (2,), np.bool_), ArgumentError, "bool holds, 0 to 1"),
    (lambda g: g.integers(4097, 4098, (2,), F16), ArgumentError, "low < high in float16"),
    (lambda g: g.integers(0, 70000, (2,), F16), ArgumentError, "float16 holds"),
    (lambda g: g.permutation(-1), ArgumentError, "n >= 0, got -1"),
    (lambda g: g.bernoulli(np.array([0.5, 1.5])), ArgumentError, "from 0 to 1, got from 0.5 to 1.5"),
    (lambda g: g.bernoulli(np.array([float("nan")])), ArgumentError, "from 0 to 1"),
    (lambda g: g.bernoulli(np.array([1])), DTypeError, "floating-point dtype, got int64"),
    (lambda g: g.bernoulli_scalar(1.5, (3,)), ArgumentError, "0 <= p <= 1, got 1.5"),
    (lambda g: g.keep_mask(float("nan"), (3,)), ArgumentError, "0 <= p <= 1, got nan"),
    (lambda g: g.multinomial(np.array([-1.0, 2]), 1), ArgumentError, "finite weights >= 0, got from -1.0"),
    (lambda g: g.multinomial(np.array([np.nan, 2]), 2, True), ArgumentError, "finite weights >= 0"),
    (lambda g: g.multinomial(np.array([np.inf, 2]), 1), ArgumentError, "finite weights >= 0"),
    (lambda g: g.multinomial(np.array([[1.0, 0], [0, 0]]), 1), ArgumentError, "positive weight in each row"),
    (lambda g: g.multinomial(np.ones(3), 4), ArgumentError, r"4 samples of shape \(3,\). Pass replacement=True"),
    (lambda g: g.multinomial(np.ones(3), 0), ArgumentError, "n > 0 samples, got 0"),
    (lambda g: g.multinomial(np.ones((2, 2, 2)), 1), ShapeError, "1 or 2 dimensions"),
    (lambda g: g.multinomial(np.ones((2, 0)), 1, True), ArgumentError, "at least one category"),
    (lambda g: g.multinomial(np.array([1, 2]), 1), DTypeError, "floating-point dtype, got int64"),
]


@pytest.mark.parametrize(("mistake", "error", "message"), MISTAKES)
def test_mistakes_are_named_and_draw_nothing(mistake, error, message, generator):
    before = generator.get_state()
    with pytest.raises(error, match=message):
        mistake(generator)
    np.testing.assert_array_equal(generator.get_state(), before)


def test_small_draws_leave_numba_unloaded():
    program = (
        "import sys\n"
        "from autograd.random import default_generator as g\n"
        "g.uniform((1000,)), g.normal((15,)), g.integers(0, 9, (1000,)), g.permutation(1000), g.keep_mask(0.5, (9,))\n"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
