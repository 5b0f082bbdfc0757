"""LSTM, GRU and RNN over whole sequences and step by step, a character model, and the same in loops and small ops."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks import recurrent_loops
from benchmarks.harness import Comparison, Rival, Series, compare
from benchmarks.libraries import OURS, TORCH, Library
from benchmarks.naive import lstm as naive
from benchmarks.naive.mlp import Layer
from benchmarks.training import Forms, first_losses, in_both_libraries, set_parameters, with_gradients
from nn.functional import recurrent


class Shape(NamedTuple):
    """Of a batch of sequences and the layer that reads it: T steps, N sequences, I features, H hidden ones."""

    steps: int
    batch: int
    inputs: int
    hidden: int

    def __str__(self) -> str:
        return f"({self.steps},{self.batch},{self.inputs},{self.hidden})"


class Targets(NamedTuple):
    """The least geometric mean of a kind's ratios, and the least single one."""

    mean: float
    each: float


SHAPES = [
    Shape(50, 32, 64, 128), Shape(100, 64, 128, 256), Shape(35, 20, 200, 200),
    Shape(128, 1, 32, 64), Shape(28, 128, 28, 128), Shape(64, 32, 512, 512),
]  # fmt: skip
BOTH, FORWARD = "forward+backward", "forward, no_grad"
TARGETS: dict[tuple[str, str], Targets | None] = {
    ("LSTM", BOTH): Targets(1.4, 1.1),
    ("LSTM", FORWARD): Targets(1.15, 0.95),
    ("GRU", BOTH): Targets(2.5, 2.0),
    ("GRU", FORWARD): None,
    ("RNN", BOTH): Targets(3.5, 2.5),
    ("RNN", FORWARD): None,
}
UNROLLED = Shape(1000, 16, 32, 64)
AGAINST_LOOPS = Shape(20, 8, 16, 32)
CHARACTERS, CHARACTER_MODEL = 65, Shape(64, 32, 64, 256)
LAYERS, STEPS_COMPARED = 2, 3

VARIANT_SHAPES = SHAPES[:2]
LEAST_OF_KIN = 0.77  # a variant takes at most 1.3 times as long as the plain layer

Work = Callable[[], Any]


def measure(rounds: int) -> list[Comparison]:
    """Every comparison of this subject."""
    comparisons = []
    if TORCH is not None:
        for kind, part in TARGETS:
            comparisons += sequences(kind, part, rounds, TORCH)
        comparisons += [unrolled(rounds, TORCH), character_model(rounds, TORCH)]
        comparisons += [variant(name, shape, rounds, TORCH) for name in VARIANTS for shape in VARIANT_SHAPES]
    comparisons += [against_kin(name, shape, rounds) for name in VARIANTS for shape in VARIANT_SHAPES]
    return [*comparisons, *(composed(kind, rounds) for kind in ("LSTM", "GRU", "RNN")), plain_loops(rounds)]


def sequences(kind: str, part: str, rounds: int, torch: Library, shapes: Sequence[Shape] = SHAPES) -> list[Comparison]:
    """One layer against torch's at each shape, and the geometric means."""
    targets = TARGETS[kind, part]
    comparisons = []
    for shape in shapes:
        least = targets.each if targets else None
        rivals = in_both_libraries(partial(layer_work, kind=kind, shape=shape), torch, least, part == FORWARD)
        comparisons.append(compare(f"{kind} {shape}, {part}", rivals, rounds=rounds))
    mean = targets.mean if targets else None
    return [*comparisons, geometric_mean(f"{kind}, {part}, geometric mean", comparisons, mean)]


def geometric_mean(title: str, comparisons: Sequence[Comparison], target: float | None = None) -> Comparison:
    """The geometric means of the comparisons' medians, ours and the first rival's."""

    def mean(every: Sequence[Series]) -> tuple[float]:
        return (math.exp(sum(math.log(series.median) for series in every) / len(every)),)

    ours, theirs = [each.ours for each in comparisons], [each.rivals[0] for each in comparisons]
    return Comparison(title, Series(ours[0].name, mean(ours)), (Series(theirs[0].name, mean(theirs), target),))


def unrolled(rounds: int, torch: Library) -> Comparison:
    """An LSTMCell called in a loop of the user's own."""
    works = [cell_work(library, UNROLLED) for library in (OURS, torch)]
    rivals = [Rival(OURS.name, works[0], works[0]), Rival(torch.name, works[1], works[1], 1.2)]
    return compare(f"LSTMCell {UNROLLED} step by step, {BOTH}", rivals, rounds=rounds)


def character_model(rounds: int, torch: Library) -> Comparison:
    """A training step of embedding, LSTM and linear layer."""
    rivals = []
    for library, least in ((OURS, None), (torch, 1.2)):
        make_step = partial(character_step, library)
        rivals.append(Rival(library.name, make_step(), first_losses(make_step, STEPS_COMPARED), least))
    shape = CHARACTER_MODEL
    title = f"characters, LSTM {LAYERS}×{shape.hidden}, {shape.steps} steps, batch {shape.batch}, Adam"
    return compare(title, rivals, rounds=rounds)


def variant(name: str, shape: Shape, rounds: int, torch: Library) -> Comparison:
    """A layer that torch lacks against a Python loop over torch's operations."""
    ours = variant_work(name, shape)
    theirs = variant_loop(torch, name, shape)
    rivals = [Rival(OURS.name, ours, ours), Rival("torch, Python loop", theirs, theirs)]
    return compare(f"{name} {shape}, {BOTH}", rivals, rounds=rounds)


def against_kin(name: str, shape: Shape, rounds: int) -> Comparison:
    """A variant against the plain layer of ours. They compute different things, so no results are compared."""
    kin, _ = VARIANTS[name]
    _, plain = layer_work(OURS, kin, shape)
    rivals = [Rival(f"our {name}", variant_work(name, shape), int), Rival(f"our {kin}", plain, int, LEAST_OF_KIN)]
    return compare(f"{name} {shape} and its kin, {BOTH}", rivals, rounds=rounds)


def composed(kind: str, rounds: int) -> Comparison:
    """A layer against the same out of small ops."""
    shape = SHAPES[0]
    _, fused = layer_work(OURS, kind, shape)
    small = composed_work(kind, shape)
    rivals = [Rival(OURS.name, fused, fused), Rival("of small ops", small, small)]
    return compare(f"{kind} {shape}, {BOTH}", rivals, rounds=rounds)


def plain_loops(rounds: int) -> Comparison:
    """An LSTM against plain Python loops over lists."""
    _, ours = layer_work(OURS, "LSTM", AGAINST_LOOPS)
    loops = loop_work(AGAINST_LOOPS)
    rivals = [Rival(OURS.name, ours, ours), Rival("plain loops", loops, loops, slow=True)]
    return compare(f"LSTM {AGAINST_LOOPS}, {BOTH}", rivals, rounds=rounds)


def operands(shape: Shape, gates: int) -> list[np.ndarray]:
    """Input (T, N, I), gradient of the outputs (T, N, H), both weights and both biases, the same at every call."""
    source = np.random.default_rng(0)
    scale, rows = shape.hidden**-0.5, gates * shape.hidden
    weights = [source.uniform(-scale, scale, size) for size in ((rows, shape.inputs), (rows, shape.hidden), rows, rows)]
    x = source.standard_normal((shape.steps, shape.batch, shape.inputs))
    seed = source.standard_normal((shape.steps, shape.batch, shape.hidden))
    return [array.astype(np.float32) for array in (x, seed, *weights)]


GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def layer_work(library: Library, kind: str, shape: Shape) -> Forms:
    """Forward of one layer without recording; and forward and backward, giving outputs and all gradients."""
    first, direction, *weights = operands(shape, GATES[kind])
    x, seed = library.tensors.from_numpy(first).requires_grad_(), library.tensors.from_numpy(direction)
    layer = getattr(library.nn, kind)(shape.inputs, shape.hidden)
    set_parameters(library, layer, weights)

    def forward() -> Any:
        with library.tensors.no_grad():
            return layer(x)

    return forward, with_gradients(lambda: layer(x)[0], seed, [x, *layer.parameters()])


VARIANTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "PeepholeLSTM": ("LSTM", recurrent_loops.peephole_lstm),
    "OriginalGRU": ("GRU", recurrent_loops.original_gru),
}


def variant_operands(name: str, shape: Shape) -> list[np.ndarray]:
    """`operands`, and for the LSTM with peepholes their weights (H,) of i, f, o."""
    arrays = operands(shape, GATES[VARIANTS[name][0]])
    scale, source = shape.hidden**-0.5, np.random.default_rng(1)
    peepholes = source.uniform(-scale, scale, (3, shape.hidden)).astype(np.float32)
    return [*arrays, *(peepholes if name == "PeepholeLSTM" else ())]


def variant_work(name: str, shape: Shape) -> Work:
    """Forward and backward of our layer, giving outputs and all gradients."""
    first, direction, *weights = variant_operands(name, shape)
    x, seed = OURS.tensors.from_numpy(first).requires_grad_(), OURS.tensors.from_numpy(direction)
    layer = getattr(OURS.nn, name)(shape.inputs, shape.hidden)
    set_parameters(OURS, layer, weights)
    return with_gradients(lambda: layer(x)[0], seed, [x, *layer.parameters()])


def variant_loop(library: Library, name: str, shape: Shape) -> Work:
    """The same in a loop over the steps."""
    x, seed, *weights = (library.tensors.from_numpy(array) for array in variant_operands(name, shape))
    leaves = [leaf.requires_grad_() for leaf in (x, *weights)]
    return with_gradients(lambda: VARIANTS[name][1](library, x, weights), seed, leaves)


def composed_work(kind: str, shape: Shape) -> Work:
    """Forward and backward of the same layer, a small op at a time."""
    step = {"LSTM": recurrent.lstm_step, "GRU": recurrent.gru_step, "RNN": recurrent.rnn_step}[kind]
    x, seed, *weights = (OURS.tensors.from_numpy(array) for array in operands(shape, GATES[kind]))
    leaves = [leaf.requires_grad_() for leaf in (x, *weights)]
    start = [x.new_zeros((shape.batch, shape.hidden))] * (2 if kind == "LSTM" else 1)
    parameters = recurrent.Weights(*weights)
    return with_gradients(lambda: recurrent.sequence(step, x, start, parameters)[0], seed, leaves)


def loop_work(shape: Shape) -> Work:
    """Forward and backward of an LSTM in plain Python; its two biases are one, whose gradient stands for both."""
    x, seed, weight_ih, weight_hh, bias_ih, bias_hh = operands(shape, GATES["LSTM"])
    inputs, back = Layer(weight_ih.tolist(), (bias_ih + bias_hh).tolist()), weight_hh.tolist()
    steps, gradient = x.tolist(), seed.tolist()

    def both() -> list[np.ndarray]:
        outputs, kept = naive.lstm(steps, inputs, back)
        g_x, g_weight, g_back, g_bias = naive.lstm_back(gradient, kept, inputs, back)
        return [np.array(each) for each in (outputs, g_x, g_weight, g_back, g_bias, g_bias)]

    return both


def cell_work(library: Library, shape: Shape) -> Work:
    """Forward and backward of an LSTMCell over a sequence; the gradient enters at every step's output."""
    first, direction, *weights = operands(shape, GATES["LSTM"])
    x, seed = library.tensors.from_numpy(first), library.tensors.from_numpy(direction)
    cell = library.nn.LSTMCell(shape.inputs, shape.hidden)
    set_parameters(library, cell, weights)

    def forward() -> Any:
        h = c = library.tensors.zeros(shape.batch, shape.hidden)
        outputs = []
        for step in x:
            h, c = cell(step, (h, c))
            outputs.append(h)
        return library.tensors.stack(outputs)

    return with_gradients(forward, seed, list(cell.parameters()))


def character_step(library: Library) -> Work:
    """A fresh character model and its training step, which gives the loss before it."""
    tensors, nn, shape = library.tensors, library.nn, CHARACTER_MODEL
    tensors.manual_seed(0)
    embedding, lstm = nn.Embedding(CHARACTERS, shape.inputs), nn.LSTM(shape.inputs, shape.hidden, LAYERS)
    head, loss_function = nn.Linear(shape.hidden, CHARACTERS), nn.CrossEntropyLoss()
    parameters = [parameter for part in (embedding, lstm, head) for parameter in part.parameters()]
    optimizer = library.optim.Adam(parameters, lr=1e-3)
    text = np.random.default_rng(0).integers(0, CHARACTERS, (shape.steps + 1, shape.batch))
    inputs, following = tensors.from_numpy(text[:-1].copy()), tensors.from_numpy(text[1:].reshape(-1).copy())

    def step() -> Any:
        optimizer.zero_grad()
        outputs, _ = lstm(embedding(inputs))
        loss = loss_function(head(outputs).reshape(-1, CHARACTERS), following)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        return loss

    return step
