"""The plain loops against numbers worked out by hand and against differences."""

import copy
import math
import random
from itertools import pairwise

import pytest

from benchmarks.naive.mlp import Adam, Layer, cross_entropy, linear, loss_and_gradients, relu, train_step


def make_layers(*sizes):
    generator = random.Random(0)

    def row(length):
        return [generator.gauss(0, 0.5) for _ in range(length)]

    return [Layer([row(n_in) for _ in range(n_out)], row(n_out)) for n_in, n_out in pairwise(sizes)]


INPUTS = [[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]]
LABELS = [1, 0]


def test_linear_and_relu_by_hand():
    layer = Layer([[1.0, 2.0], [0.0, -3.0]], [0.5, 0.0])
    assert linear([[1.0, 1.0], [2.0, -1.0]], layer) == [[3.5, -3.0], [0.5, 3.0]]
    assert relu([[3.5, -3.0]]) == [[3.5, 0.0]]


def test_cross_entropy_by_hand():
    loss, grad = cross_entropy([[math.log(3), 0.0], [1000.0, 1000.0]], [0, 1])
    assert loss == pytest.approx((math.log(4 / 3) + math.log(2)) / 2)
    assert grad[0] == pytest.approx([-0.125, 0.125])
    assert grad[1] == pytest.approx([0.25, -0.25])


def test_gradients_are_the_slopes_of_the_loss():
    layers = make_layers(3, 4, 5, 2)
    _, gradients = loss_and_gradients(layers, INPUTS, LABELS)
    for layer, gradient in zip(layers, gradients, strict=True):
        for row, grads in zip([*layer.weight, layer.bias], [*gradient.weight, gradient.bias], strict=True):
            for i, slope in enumerate(grads):
                assert slope == pytest.approx(difference(layers, row, i), abs=1e-8)


def difference(layers, row, i, step=1e-5):
    value, losses = row[i], []
    for moved in (value + step, value - step):
        row[i] = moved
        losses.append(loss_and_gradients(layers, INPUTS, LABELS)[0])
    row[i] = value
    return (losses[0] - losses[1]) / (2 * step)


def test_the_first_adam_step_moves_each_weight_by_the_learning_rate_against_its_gradient():
    layers = make_layers(3, 2)
    before = copy.deepcopy(layers)
    _, gradients = loss_and_gradients(layers, INPUTS, LABELS)
    Adam(lr=0.01).step(layers, gradients)
    for old, new, grads in zip(before[0].weight, layers[0].weight, gradients[0].weight, strict=True):
        for o, n, g in zip(old, new, grads, strict=True):
            assert n == pytest.approx(o - math.copysign(0.01, g), rel=1e-5)


def test_training_lowers_the_loss():
    layers, optimizer = make_layers(3, 8, 2), Adam(lr=0.05)
    losses = [train_step(layers, optimizer, INPUTS, LABELS) for _ in range(50)]
    assert losses[-1] < 0.05 * losses[0]
