"""Initial values: what the numbers must look like, and what is refused. Their equality with PyTorch's: tests/parity."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, ShapeError
from nn import init


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


@pytest.mark.parametrize(
    ("fill", "std"),
    [
        (lambda w: init.uniform_(w, -1, 1), 2 / math.sqrt(12)),
        (lambda w: init.normal_(w, 0, 3), 3),
        (lambda w: init.xavier_uniform_(w, 2), 2 * math.sqrt(2 / 500)),
        (lambda w: init.xavier_normal_(w), math.sqrt(2 / 500)),
        (lambda w: init.kaiming_uniform_(w, nonlinearity="relu"), math.sqrt(2 / 200)),
        (lambda w: init.kaiming_normal_(w, mode="fan_out"), math.sqrt(2 / 300)),
        (lambda w: init.lecun_normal_(w), math.sqrt(1 / 200)),
    ],
)
def test_mean_and_spread(fill, std):
    w = ag.empty(300, 200)
    assert fill(w) is w
    assert abs(w.numpy().mean()) < 0.02 * std
    assert w.numpy().std() == pytest.approx(std, rel=0.01)


def test_fans_of_a_convolution_count_the_kernel():
    w = ag.empty(64, 32, 5, 5)
    assert init.kaiming_normal_(w).numpy().std() == pytest.approx(math.sqrt(2 / (32 * 25)), rel=0.01)


@pytest.mark.parametrize("bounds", [(-2, 2), (1.5, 4), (-0.1, 0.1)])
def test_trunc_normal_stays_in_its_bounds_and_has_the_density(bounds):
    w = init.trunc_normal_(ag.empty(200_000, dtype=ag.float64), 0, 1, *bounds).numpy()
    assert w.min() >= bounds[0] and w.max() <= bounds[1]
    grid = np.linspace(*bounds, 100_001)
    density = np.exp(-(grid**2) / 2)
    assert w.mean() == pytest.approx((grid * density).sum() / density.sum(), abs=0.01)


def test_constants():
    assert (init.constant_(ag.empty(3), 0.5).numpy() == 0.5).all()
    assert (init.ones_(ag.empty(3)).numpy() == 1).all()
    assert (init.zeros_(ag.ones(3)).numpy() == 0).all()
    np.testing.assert_array_equal(init.eye_(ag.empty(2, 3)).numpy(), np.eye(2, 3))


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 2, 3)])
def test_orthogonal(shape):
    w = init.orthogonal_(ag.empty(*shape, dtype=ag.float64), gain=2).numpy().reshape(shape[0], -1)
    small = w @ w.T if w.shape[0] < w.shape[1] else w.T @ w
    np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-12)


def test_sparse_has_zeros_in_each_column():
    w = init.sparse_(ag.empty(10, 4), 0.25).numpy()
    assert ((w == 0).sum(axis=0) == 3).all()


def test_dirac_lets_channels_through():
    w = init.dirac_(ag.empty(4, 2, 3, 5), groups=2).numpy()
    expected = np.zeros((4, 2, 3, 5))
    expected[[0, 1, 2, 3], [0, 1, 0, 1], 1, 2] = 1
    np.testing.assert_array_equal(w, expected)


def test_parameters_are_filled_and_still_collect_gradients():
    w = ag.ones(2, 3, requires_grad=True)
    init.xavier_uniform_(w)
    assert w.requires_grad and w.is_leaf and not (w.detach().numpy() == 1).any()


def test_another_generator_leaves_the_default_one_alone():
    state = ag.get_rng_state()
    a = init.normal_(ag.empty(5, 5), generator=ag.Generator().manual_seed(3))
    b = init.normal_(ag.empty(5, 5), generator=ag.Generator().manual_seed(3))
    np.testing.assert_array_equal(a.numpy(), b.numpy())
    np.testing.assert_array_equal(ag.get_rng_state(), state)


@pytest.mark.parametrize(
    ("name", "param", "gain"),
    [("linear", None, 1), ("conv2d", None, 1), ("sigmoid", None, 1), ("tanh", None, 5 / 3), ("relu", None, 2**0.5),
     ("leaky_relu", None, math.sqrt(2 / 1.0001)), ("leaky_relu", 1, 1), ("selu", None, 0.75)],
)  # fmt: skip
def test_gain(name, param, gain):
    assert init.calculate_gain(name, param) == pytest.approx(gain)


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: init.calculate_gain("swish"), ArgumentError, "one of linear"),
        (lambda: init.calculate_gain("leaky_relu", "a"), ArgumentError, "negative slope"),
        (lambda: init.xavier_uniform_(ag.empty(3)), ShapeError, r"fan_in.*shape \(3,\)"),
        (lambda: init.kaiming_normal_(ag.empty(3, 3), mode="fan"), ArgumentError, "fan_out"),
        (lambda: init.eye_(ag.empty(3)), ShapeError, "2 dimensions"),
        (lambda: init.dirac_(ag.empty(3, 3)), ShapeError, "3, 4 or 5"),
        (lambda: init.dirac_(ag.empty(3, 3, 3), groups=2), ShapeError, "divisible by 2"),
        (lambda: init.sparse_(ag.empty(3), 0.5), ShapeError, "2 dimensions"),
        (lambda: init.orthogonal_(ag.empty(3)), ShapeError, "2 or more"),
    ],
)
def test_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_warnings():
    with pytest.warns(UserWarning, match="no-op"):
        init.kaiming_uniform_(ag.empty(0, 3))
    with pytest.warns(UserWarning, match="outside"):
        init.trunc_normal_(ag.empty(3), 5.0, 1.0)
