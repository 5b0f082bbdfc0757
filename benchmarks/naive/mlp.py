"""A multi-layer perceptron with ReLU, cross entropy and Adam, in plain Python loops over lists of floats.

A matrix is a list of rows. Weights are `(outputs, inputs)` as in PyTorch. Nothing here needs NumPy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import mul

Vector = list[float]
Matrix = list[Vector]


@dataclass
class Layer:
    """Weight `(outputs, inputs)` and bias `(outputs,)` of one linear map."""

    weight: Matrix
    bias: Vector


def dot(left: Sequence[float], right: Sequence[float]) -> float:
    """Sum of products, the fastest way that plain Python has."""
    return sum(map(mul, left, right))


def linear(inputs: Matrix, layer: Layer) -> Matrix:
    """`inputs (N, I)` times the transposed weight, plus the bias: `(N, O)`."""
    return [[dot(row, weights) + bias for weights, bias in zip(layer.weight, layer.bias)] for row in inputs]


def linear_backward(inputs: Matrix, layer: Layer, grad: Matrix) -> tuple[Matrix, Layer]:
    """Gradients of `linear` for its inputs and for its layer, given that of its result `(N, O)`."""
    weight_columns, input_columns, grad_columns = list(zip(*layer.weight)), list(zip(*inputs)), list(zip(*grad))
    grad_inputs = [[dot(row, column) for column in weight_columns] for row in grad]
    weight = [[dot(grads, column) for column in input_columns] for grads in grad_columns]
    return grad_inputs, Layer(weight, [sum(column) for column in grad_columns])


def relu(inputs: Matrix) -> Matrix:
    """The positive part of each element."""
    return [[x if x > 0 else 0.0 for x in row] for row in inputs]


def relu_backward(outputs: Matrix, grad: Matrix) -> Matrix:
    """Gradient of `relu` for its input, from its result."""
    return [[g if y > 0 else 0.0 for y, g in zip(row, grads)] for row, grads in zip(outputs, grad)]


def cross_entropy(logits: Matrix, labels: list[int]) -> tuple[float, Matrix]:
    """Mean negative log-likelihood of the labels, and its gradient for the logits `(N, C)`."""
    loss, grad = 0.0, []
    for row, label in zip(logits, labels):
        largest = max(row)
        exponentials = [math.exp(x - largest) for x in row]
        total = sum(exponentials)
        loss += math.log(total) + largest - row[label]
        grad.append([e / total / len(logits) for e in exponentials])
        grad[-1][label] -= 1 / len(logits)
    return loss / len(logits), grad


def loss_and_gradients(layers: list[Layer], inputs: Matrix, labels: list[int]) -> tuple[float, list[Layer]]:
    """The loss of the network on a batch, and the gradient for each layer."""
    activations = [inputs]
    for layer in layers[:-1]:
        activations.append(relu(linear(activations[-1], layer)))
    loss, grad = cross_entropy(linear(activations[-1], layers[-1]), labels)

    gradients: list[Layer] = []
    for number in reversed(range(len(layers))):
        grad, gradient = linear_backward(activations[number], layers[number], grad)
        gradients.insert(0, gradient)
        if number > 0:
            grad = relu_backward(activations[number], grad)
    return loss, gradients


@dataclass
class Adam:
    """Adam (Kingma and Ba, 2015) over the rows of a network; each row keeps its two moments."""

    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    steps: int = 0
    moments: list[tuple[Vector, Vector]] = field(default_factory=list)

    def step(self, layers: list[Layer], gradients: list[Layer]) -> None:
        """Move every weight and bias in place."""
        self.steps += 1
        rows = [row for layer in layers for row in (*layer.weight, layer.bias)]
        grads = [row for layer in gradients for row in (*layer.weight, layer.bias)]
        if not self.moments:
            self.moments = [([0.0] * len(row), [0.0] * len(row)) for row in rows]
        for row, grad, (first, second) in zip(rows, grads, self.moments):
            self._update(row, grad, first, second)

    def _update(self, row: Vector, grad: Vector, first: Vector, second: Vector) -> None:
        beta1, beta2 = self.betas
        step_size = self.lr / (1 - beta1**self.steps)
        correction = math.sqrt(1 - beta2**self.steps)
        for i, g in enumerate(grad):
            first[i] = beta1 * first[i] + (1 - beta1) * g
            second[i] = beta2 * second[i] + (1 - beta2) * g * g
            row[i] -= step_size * first[i] / (math.sqrt(second[i]) / correction + self.eps)


def train_step(layers: list[Layer], optimizer: Adam, inputs: Matrix, labels: list[int]) -> float:
    """One training step in place; returns the loss before it."""
    loss, gradients = loss_and_gradients(layers, inputs, labels)
    optimizer.step(layers, gradients)
    return loss
