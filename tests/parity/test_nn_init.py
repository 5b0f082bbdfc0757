"""Initial values against PyTorch: the same numbers after the same seed."""

import numpy as np
import pytest

import autograd as ag
from nn import init

torch = pytest.importorskip("torch")

CALLS = [
    ("uniform_", (7, 5), {"a": -1, "b": 2}),
    ("normal_", (7, 5), {"mean": 1, "std": 0.5}),
    ("normal_", (3,), {}),
    ("trunc_normal_", (40, 30), {}),
    ("trunc_normal_", (40, 30), {"std": 0.02}),
    ("trunc_normal_", (40, 30), {"a": 1.5, "b": 3.0}),
    ("trunc_normal_", (40, 30), {"a": -0.1, "b": 0.2}),
    ("constant_", (3,), {"val": 0.3}),
    ("ones_", (3,), {}),
    ("zeros_", (3,), {}),
    ("eye_", (3, 5), {}),
    ("dirac_", (6, 2, 3), {"groups": 2}),
    ("dirac_", (2, 3, 3, 4), {}),
    ("dirac_", (2, 3, 3, 4, 5), {}),
    ("xavier_uniform_", (7, 5, 3), {"gain": 1.7}),
    ("xavier_normal_", (7, 5), {}),
    ("kaiming_uniform_", (7, 5), {"a": 5**0.5}),
    ("kaiming_uniform_", (7, 5, 3, 3), {"mode": "fan_out", "nonlinearity": "relu"}),
    ("kaiming_normal_", (7, 5), {"nonlinearity": "tanh"}),
    ("orthogonal_", (9, 4), {}),
    ("orthogonal_", (4, 9), {"gain": 2}),
    ("orthogonal_", (4, 3, 2), {}),
    ("sparse_", (9, 4), {"sparsity": 0.3}),
]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "shape", "kwargs"), CALLS)
def test_same_numbers(name, shape, kwargs, dtype):
    ag.manual_seed(11)
    torch.manual_seed(11)
    ours = getattr(init, name)(ag.empty(*shape, dtype=getattr(ag, dtype)), **kwargs)
    theirs = getattr(torch.nn.init, name)(torch.empty(*shape, dtype=getattr(torch, dtype)), **kwargs)
    tol = 2e-6 if dtype == "float32" else 1e-14
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=tol, atol=tol)
    np.testing.assert_array_equal(ag.get_rng_state(), torch.get_rng_state().numpy())


def test_gains_are_pytorchs():
    for name in ("linear", "conv1d", "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        assert init.calculate_gain(name) == torch.nn.init.calculate_gain(name)
