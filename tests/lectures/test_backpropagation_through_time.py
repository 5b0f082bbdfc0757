"""Backpropagation through time, written out as the lectures do, against `.grad`."""

import numpy as np

import autograd as torch
import nn
from autograd.functional import jacobian

STEPS, HIDDEN = 6, 4


def test_the_terms_of_the_formula_sum_to_the_gradient() -> None:
    """dL/dW is the sum over t and k ≤ t of dL_t/dh_t · (dh_t/dh_{t-1} … dh_{k+1}/dh_k) · ∂h_k/∂W (L4-20).

    The sum runs over Jacobians of single steps; `.grad` comes from the whole sequence at once.
    """
    torch.manual_seed(0)
    layer, read = nn.RNN(3, HIDDEN, dtype=torch.float64), torch.randn(HIDDEN, dtype=torch.float64)
    inputs = torch.randn(STEPS, 3, dtype=torch.float64)
    outputs, _ = layer(inputs)
    ((outputs @ read) ** 2).sum().backward()

    weight = layer.weight_hh_l0.detach()
    states = [torch.zeros(HIDDEN, dtype=torch.float64), *outputs.detach()]

    def step(k: int, state: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        drive = layer.weight_ih_l0.detach() @ inputs[k] + layer.bias_ih_l0.detach() + layer.bias_hh_l0.detach()
        return (drive + weight @ state).tanh()

    for_state = [jacobian(lambda h, k=k: step(k, h, weight), states[k]).numpy() for k in range(STEPS)]
    for_weight = [jacobian(lambda w, k=k: step(k, states[k], w), weight).numpy() for k in range(STEPS)]
    total = np.zeros((HIDDEN, HIDDEN))
    for t in range(STEPS):
        carried = 2 * float(states[t + 1] @ read) * read.numpy()
        for k in range(t, -1, -1):
            total += np.tensordot(carried, for_weight[k], axes=1)
            carried = carried @ for_state[k]
    np.testing.assert_allclose(layer.weight_hh_l0.grad.numpy(), total, rtol=1e-12, atol=1e-13)
