import numpy as np

import autograd as ag
from autograd.errors import ArgumentError, OperandError, ShapeError
from autograd.ops.arrangement import expand_as, repeat
from tests.conformance import ErrorCase, OpCase, conforms, refuses

CASES = [
    OpCase(ag.flip, lambda x, dims: np.flip(x, dims), [(2, 3, 2)], {"dims": (0, -1)}),
    OpCase(ag.flip, lambda x, dims: np.flip(x, 1), [(2, 3)], {"dims": 1}),
    OpCase(ag.flip, lambda x, dims: x, [()], {"dims": ()}),
    OpCase(ag.fliplr, np.fliplr, [(2, 3)]),
    OpCase(ag.flipud, np.flipud, [(2, 3)]),
    OpCase(ag.roll, lambda x, shifts: np.roll(x, 2), [(2, 3)], {"shifts": 2}),
    OpCase(ag.roll, lambda x, shifts, dims: np.roll(x, shifts, dims), [(2, 3)], {"shifts": (1, -4), "dims": (0, 1)}),
    OpCase(ag.roll, lambda x, shifts, dims: np.roll(x, shifts, dims), [(2, 0)], {"shifts": 1, "dims": 1}),
    *[OpCase(ag.rot90, lambda x, k: np.rot90(x, k), [(2, 3)], {"k": k}) for k in (-1, 0, 1, 2, 3)],
    OpCase(ag.rot90, lambda x, dims: np.rot90(x, 1, dims), [(2, 3, 4)], {"dims": (2, 0)}),
    OpCase(lambda x, counts: repeat(x, counts), lambda x, counts: np.tile(x, counts), [(2, 3)],
           {"counts": (2, 1, 3)}, name="repeat"),
    OpCase(lambda x, counts: repeat(x, *counts), lambda x, counts: np.zeros((0, 3)), [(3,)], {"counts": (0, 1)},
           name="repeat"),
    OpCase(lambda x, counts: ag.tile(x, counts), lambda x, counts: np.tile(x, counts), [(2, 3)], {"counts": (2,)},
           name="tile"),
    OpCase(lambda x, counts: ag.tile(x, counts), lambda x, counts: np.tile(x, counts), [(3,)], {"counts": (2, 2)},
           name="tile"),
    OpCase(ag.repeat_interleave, lambda x, repeats: np.repeat(x, repeats), [(2, 3)], {"repeats": 2}),
    OpCase(ag.repeat_interleave, lambda x, repeats, dim: np.repeat(x, repeats, dim), [(2, 3)],
           {"repeats": 2, "dim": -1}),
    OpCase(ag.repeat_interleave, lambda x, repeats, dim: np.repeat(x, [0, 2, 1], dim), [(2, 3)],
           {"repeats": ag.tensor([0, 2, 1]), "dim": 1}),
    OpCase(ag.broadcast_to, lambda x, size: np.broadcast_to(x, size), [(3, 1)], {"size": (2, 3, 4)}),
    OpCase(ag.broadcast_tensors, np.broadcast_arrays, [(3, 1), (4,), ()]),
    OpCase(lambda x, other: expand_as(x, other), lambda x, other: np.broadcast_to(x, other.shape), [(1, 3), (2, 3)],
           name="expand_as", grad_inputs=[0]),
]  # fmt: skip

ERRORS = [
    ErrorCase(ag.flip, [ag.zeros(2, 3), (0, 0)], ArgumentError, "once"),
    ErrorCase(ag.roll, [ag.zeros(2), (1, 2)], ArgumentError, "one shift"),
    ErrorCase(ag.roll, [ag.zeros(2), (1, 2), 0], ArgumentError, "for each"),
    ErrorCase(ag.rot90, [ag.zeros(2, 2), 1, (0, 0)], ArgumentError, "once"),
    ErrorCase(ag.rot90, [ag.zeros(2, 2), 1, (0,)], ArgumentError, "2 dims"),
    ErrorCase(repeat, [ag.zeros(2, 2), 2], ShapeError, "at least 2"),
    ErrorCase(ag.repeat_interleave, [ag.zeros(3), ag.tensor([1, 2])], ShapeError, "one count, or 3"),
    ErrorCase(ag.repeat_interleave, [ag.zeros(3), 1.5], OperandError, "integer counts"),
    ErrorCase(ag.broadcast_tensors, [ag.zeros(3), ag.zeros(2)], ShapeError, r"\(3,\) and \(2,\)"),
    ErrorCase(ag.zeros(2).expand, [3], ShapeError, "expand"),
]

test_cases = conforms(CASES)
test_errors = refuses(ERRORS)


def test_repeats_alone_give_numbers():
    assert ag.repeat_interleave(ag.tensor([2, 0, 1])).tolist() == [0, 0, 2]


def test_broadcast_shapes():
    assert ag.broadcast_shapes((3, 1), 4, (2, 1, 1)) == (2, 3, 4)
