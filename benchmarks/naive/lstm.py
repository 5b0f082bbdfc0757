"""One layer of an LSTM over a batch of sequences, and its gradients, in plain Python loops over lists of floats.

Sequences are lists of lists (T, N, I); weights are (4·H, I) and (4·H, H), gates i, f, g, o, with one bias (4·H,).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from benchmarks.naive.mlp import Layer, Matrix, Vector, dot


@dataclass
class Step:
    """What one step of one sequence leaves for the way back."""

    x: Vector
    h_before: Vector
    c_before: Vector
    gates: list[Vector]
    c: Vector


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return 1 / (1 + math.exp(-x))


def step(x: Vector, h: Vector, c: Vector, inputs: Layer, recurrent: Matrix) -> tuple[Vector, Step]:
    """The new h (H,), and what the way back needs, the new c among it."""
    size = len(h)
    total = [
        dot(x, row) + dot(h, back) + bias for row, back, bias in zip(inputs.weight, recurrent, inputs.bias, strict=True)
    ]
    i, f = [sigmoid(v) for v in total[:size]], [sigmoid(v) for v in total[size : 2 * size]]
    g, o = [math.tanh(v) for v in total[2 * size : 3 * size]], [sigmoid(v) for v in total[3 * size :]]
    new = [f[k] * c[k] + i[k] * g[k] for k in range(size)]
    return [o[k] * math.tanh(new[k]) for k in range(size)], Step(x, h, c, [i, f, g, o], new)


def step_back(g_h: Vector, g_c: Vector, kept: Step) -> tuple[Vector, Vector]:
    """Gradients (4·H,) of the gates before their functions, and (H,) of the c before, from those of the new h and c."""
    size = len(g_h)
    i, f, g, o = kept.gates
    g_total, g_before = [0.0] * (4 * size), [0.0] * size
    for k in range(size):
        shown = math.tanh(kept.c[k])
        through = g_c[k] + g_h[k] * o[k] * (1 - shown * shown)
        g_total[k] = through * g[k] * i[k] * (1 - i[k])
        g_total[size + k] = through * kept.c_before[k] * f[k] * (1 - f[k])
        g_total[2 * size + k] = through * i[k] * (1 - g[k] * g[k])
        g_total[3 * size + k] = g_h[k] * shown * o[k] * (1 - o[k])
        g_before[k] = through * f[k]
    return g_total, g_before


def lstm(x: list[Matrix], inputs: Layer, recurrent: Matrix) -> tuple[list[Matrix], list[list[Step]]]:
    """Outputs (T, N, H) from states of zeros, and for each sequence its steps."""
    size, columns, kept = len(recurrent[0]), [], []
    for number in range(len(x[0])):
        h, c = [0.0] * size, [0.0] * size
        outputs, steps = [], []
        for now in x:
            h, left = step(now[number], h, c, inputs, recurrent)
            c = left.c
            outputs.append(h)
            steps.append(left)
        columns.append(outputs)
        kept.append(steps)
    return [list(row) for row in zip(*columns, strict=True)], kept


def lstm_back(
    g_outputs: list[Matrix], kept: list[list[Step]], inputs: Layer, recurrent: Matrix
) -> tuple[list[Matrix], Matrix, Matrix, Vector]:
    """Gradients of the input (T, N, I), of both weights and of the bias, from those of the outputs (T, N, H)."""
    size, features = len(recurrent[0]), len(inputs.weight[0])
    input_columns, back_columns = list(zip(*inputs.weight, strict=True)), list(zip(*recurrent, strict=True))
    g_x: list[Matrix] = [[[] for _ in step] for step in g_outputs]
    g_weight, g_recurrent = [[0.0] * features for _ in recurrent], [[0.0] * size for _ in recurrent]
    g_bias = [0.0] * (4 * size)
    for number, steps in enumerate(kept):
        g_h, g_c = [0.0] * size, [0.0] * size
        for t in range(len(steps) - 1, -1, -1):
            g_h = [a + b for a, b in zip(g_h, g_outputs[t][number], strict=True)]
            g_total, g_c = step_back(g_h, g_c, steps[t])
            for row, value in enumerate(g_total):
                add_scaled(g_weight[row], steps[t].x, value)
                add_scaled(g_recurrent[row], steps[t].h_before, value)
                g_bias[row] += value
            g_x[t][number] = [dot(g_total, column) for column in input_columns]
            g_h = [dot(g_total, column) for column in back_columns]
    return g_x, g_weight, g_recurrent, g_bias


def add_scaled(total: Vector, values: Vector, factor: float) -> None:
    """total += factor · values, in place."""
    for k, value in enumerate(values):
        total[k] += factor * value
