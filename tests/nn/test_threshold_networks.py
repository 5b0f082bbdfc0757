"""What one neuron, two layers and three layers can tell apart: threshold networks built by hand and learnt ones."""

from itertools import product

import numpy as np
import pytest

import autograd
import nn
import nn.functional as F
import optim

CORNERS = autograd.tensor(list(product([0.0, 1.0], repeat=2)))


def neurons(weight, bias) -> nn.Sequential:
    """A layer of neurons that answer 1 where weight x + bias > 0, else 0."""
    layer = nn.Linear(len(weight[0]), len(weight))
    with autograd.no_grad():
        layer.weight.copy_(autograd.tensor(weight))
        layer.bias.copy_(autograd.tensor(bias))
    return nn.Sequential(layer, nn.Heaviside())


AND, OR = neurons([[1.0, 1.0]], [-1.5]), neurons([[1.0, 1.0]], [-0.5])
BOTH_THEN_XOR = nn.Sequential(neurons([[1.0, 1.0], [1.0, 1.0]], [-0.5, -1.5]), neurons([[1.0, -1.0]], [-0.5]))


def test_one_neuron_is_and_or_or() -> None:
    assert AND(CORNERS).flatten().tolist() == [0, 0, 0, 1]
    assert OR(CORNERS).flatten().tolist() == [0, 1, 1, 1]


def test_or_without_and_is_xor() -> None:
    assert BOTH_THEN_XOR(CORNERS).flatten().tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(("sign", "answers"), [(-2.0, [0, 1, 1, 0]), (2.0, [0, 1, 1, 1])])
def test_a_product_makes_xor_linear_if_its_sign_is_minus(sign: float, answers: list[int]) -> None:
    features = autograd.cat([CORNERS, CORNERS.prod(dim=1, keepdim=True)], dim=1)
    assert neurons([[1.0, 1.0, sign]], [-0.5])(features).flatten().tolist() == answers


@pytest.mark.parametrize("seed", range(5))
def test_no_single_neuron_learns_xor(seed: int) -> None:
    assert learnt_xor(nn.Linear, seed)[1] <= 3


def test_two_layers_learn_xor() -> None:
    results = [learnt_xor(two_layers, seed) for seed in range(10)]
    assert sum(loss < 1e-3 and correct == 4 for loss, correct in results) >= 9


def two_layers(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, 4), nn.Tanh(), nn.Linear(4, outputs))


def learnt_xor(build, seed: int) -> tuple[float, int]:
    """The loss after training on the four corners, and how many are right."""
    autograd.manual_seed(seed)
    model, target = build(2, 1), autograd.tensor([[0.0], [1.0], [1.0], [0.0]])
    optimizer = optim.Adam(model.parameters(), lr=0.1)
    for _ in range(800):
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(model(CORNERS), target)
        loss.backward()
        optimizer.step()
    return loss.item(), int(((model(CORNERS) > 0) == (target > 0.5)).sum())


def test_two_layers_are_any_boolean_function_of_three_bits() -> None:
    """Disjunctive normal form: a neuron for each row that is true, then OR."""
    rows = list(product([0.0, 1.0], repeat=3))
    for truth in product([0, 1], repeat=8):
        signs = [[2 * bit - 1 for bit in row] for row, true in zip(rows, truth, strict=True) if true]
        biases = [0.5 - sum(s for s in sign if s > 0) for sign in signs]
        never = neurons([[0.0] * 3], [-1.0])
        network = nn.Sequential(neurons(signs, biases), neurons([[1.0] * len(signs)], [-0.5])) if signs else never
        assert network(autograd.tensor(rows)).flatten().tolist() == list(truth)


def convex(weight: np.ndarray, bias: np.ndarray) -> nn.Sequential:
    """Where every weight x + bias is positive."""
    count = len(bias)
    return nn.Sequential(neurons(weight.tolist(), bias.tolist()), neurons([[1.0] * count], [0.5 - count]))


def test_two_layers_are_a_hexagon() -> None:
    angles = np.arange(6) * np.pi / 3
    normals = np.stack([np.cos(angles), np.sin(angles)], 1)
    points = np.random.default_rng(0).uniform(-1.5, 1.5, (10_000, 2)).astype(np.float32)
    inside = (points @ normals.T).max(1) < 1
    answers = convex(-normals, np.ones(6))(autograd.from_numpy(points)).flatten().bool().numpy()
    clear = abs((points @ normals.T).max(1) - 1) > 1e-6
    assert (answers == inside)[clear].all() and clear.mean() > 0.999


def test_three_layers_are_an_l() -> None:
    """The union of two rectangles, which is not convex."""
    sides = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    tall, wide = convex(sides, np.array([0.0, 1.0, 0.0, 3.0])), convex(sides, np.array([0.0, 3.0, 0.0, 1.0]))
    points = autograd.from_numpy(np.random.default_rng(1).uniform(-1, 4, (10_000, 2)).astype(np.float32))
    answers = OR(autograd.cat([tall(points), wide(points)], dim=1)).flatten().bool().numpy()
    x, y = points.numpy().T
    np.testing.assert_array_equal(answers, (x > 0) & (y > 0) & (((x < 1) & (y < 3)) | ((x < 3) & (y < 1))))
