"""One step of recurrent cells for one sequence of the batch, forward and backward, a vector of hidden units at a time.

Rows are given by address; `hidden` is the number of units, and gates stand one after the other in PyTorch's order.
`share` is the input's part in the gates, `product` the state's. The gates' values replace the share.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.vector_math import emit_sigmoid, emit_tanh
from autograd.kernels.vectors import Held, Lanes, Vector

Emit = Callable[..., None]


class _Row:
    """A row of several groups of `hidden` elements, at one vector of hidden units."""

    def __init__(self, lanes: Lanes, address: ir.Value, group: ir.Value, offset: ir.Value, mask: Any) -> None:
        self.lanes, self.address, self.group, self.offset, self.mask = lanes, address, group, offset, mask

    def _place(self, number: int) -> ir.Value:
        builder = self.lanes.builder
        group = builder.mul(self.group, ir.Constant(self.group.type, number))
        return builder.add(builder.add(self.address, group), self.offset)

    def __getitem__(self, number: int) -> Vector:
        return self.lanes.load(self._place(number), self.mask)

    def __setitem__(self, number: int, value: Vector) -> None:
        self.lanes.store(value, self._place(number), self.mask)


def _over_rows(count: int, emit: Emit) -> Any:
    """An intrinsic (like, addresses of `count` rows, hidden) that applies `emit` to the rows, a vector at a time."""

    @intrinsic
    def step(typing_context, like, places, hidden):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            lanes = Lanes(builder, like.dtype.bitwidth, registers=2)
            _, places, hidden = arguments
            addresses = [builder.extract_value(places, number) for number in range(count)]
            group = builder.mul(hidden, ir.Constant(hidden.type, lanes.size))

            def apply(offset: ir.Value, mask: ir.Value | None, _: list[Held]) -> list[Held]:
                emit(lanes, *[_Row(lanes, address, group, offset, mask) for address in addresses])
                return []

            lanes.each(hidden, [], apply)
            return context.get_dummy_value()

        return types.void(like, types.UniTuple(types.intp, count), types.intp), generate

    return step


def _lstm(lanes: Lanes, share: _Row, product: _Row, h: _Row, c: _Row, out: _Row, cell: _Row) -> None:
    i, f = emit_sigmoid(lanes, share[0] + product[0]), emit_sigmoid(lanes, share[1] + product[1])
    g, o = emit_tanh(lanes, share[2] + product[2]), emit_sigmoid(lanes, share[3] + product[3])
    new = f * c[0] + i * g
    result = o * emit_tanh(lanes, new)
    share[0], share[1], share[2], share[3] = i, f, g, o
    c[0] = cell[0] = new
    h[0] = out[0] = result


def _lstm_back(
    lanes: Lanes, grad: _Row, dh: _Row, dc: _Row, gates: _Row, cell: _Row, before: _Row, delta: _Row
) -> None:
    one = lanes.constant(1.0)
    i, f, g, o = (gates[number] for number in range(4))
    squashed = emit_tanh(lanes, cell[0])
    slope = grad[0] + dh[0]
    through = dc[0] + slope * o * (one - squashed * squashed)
    delta[0] = through * g * i * (one - i)
    delta[1] = through * before[0] * f * (one - f)
    delta[2] = through * i * (one - g * g)
    delta[3] = slope * squashed * o * (one - o)
    dc[0] = through * f
    dh[0] = lanes.constant(0.0)


def _gru(lanes: Lanes, share: _Row, product: _Row, h: _Row, out: _Row, candidate: _Row) -> None:
    r, z = emit_sigmoid(lanes, share[0] + product[0]), emit_sigmoid(lanes, share[1] + product[1])
    inner = product[2]
    n = emit_tanh(lanes, share[2] + r * inner)
    result = n + z * (h[0] - n)
    share[0], share[1], share[2], candidate[0] = r, z, n, inner
    h[0] = out[0] = result


def _gru_back(lanes: Lanes, grad: _Row, dh: _Row, gates: _Row, candidate: _Row, before: _Row, delta: _Row) -> None:
    """`delta` has four groups: n as the input's share sees it, r, z, and n as the state's product sees it."""
    one = lanes.constant(1.0)
    r, z, n = (gates[number] for number in range(3))
    slope = grad[0] + dh[0]
    through = slope * (one - z) * (one - n * n)
    delta[0] = through
    delta[1] = through * candidate[0] * r * (one - r)
    delta[2] = slope * (before[0] - n) * z * (one - z)
    delta[3] = through * r
    dh[0] = slope * z


def _peephole(
    lanes: Lanes, share: _Row, product: _Row, h: _Row, c: _Row, out: _Row, cell: _Row, peepholes: _Row
) -> None:
    """`peepholes` are those of i, f and o."""
    old = c[0]
    i = emit_sigmoid(lanes, share[0] + product[0] + peepholes[0] * old)
    f = emit_sigmoid(lanes, share[1] + product[1] + peepholes[1] * old)
    g = emit_tanh(lanes, share[2] + product[2])
    new = f * old + i * g
    o = emit_sigmoid(lanes, share[3] + product[3] + peepholes[2] * new)
    result = o * emit_tanh(lanes, new)
    share[0], share[1], share[2], share[3] = i, f, g, o
    c[0] = cell[0] = new
    h[0] = out[0] = result


def _peephole_back(
    lanes: Lanes, grad: _Row, dh: _Row, dc: _Row, gates: _Row, cell: _Row, before: _Row, delta: _Row, peepholes: _Row,
    total: _Row,
) -> None:  # fmt: skip
    """`total` gathers the gradients of the peepholes."""
    one = lanes.constant(1.0)
    i, f, g, o = (gates[number] for number in range(4))
    new, old = cell[0], before[0]
    squashed = emit_tanh(lanes, new)
    slope = grad[0] + dh[0]
    do = slope * squashed * o * (one - o)
    through = dc[0] + slope * o * (one - squashed * squashed) + do * peepholes[2]
    di, df = through * g * i * (one - i), through * old * f * (one - f)
    delta[0], delta[1], delta[2], delta[3] = di, df, through * i * (one - g * g), do
    total[0], total[1], total[2] = total[0] + di * old, total[1] + df * old, total[2] + do * new
    dc[0] = through * f + di * peepholes[0] + df * peepholes[1]
    dh[0] = lanes.constant(0.0)


def _reset(lanes: Lanes, share: _Row, product: _Row, h: _Row, inner: _Row) -> None:
    """The first half of the original GRU: r, z, and the reset state r·h."""
    r = emit_sigmoid(lanes, share[0] + product[0])
    share[0], share[1] = r, emit_sigmoid(lanes, share[1] + product[1])
    inner[0] = r * h[0]


def _update(lanes: Lanes, share: _Row, product: _Row, h: _Row, out: _Row) -> None:
    """The second half: n, and h' = (1 − z)·h + z·n."""
    n = emit_tanh(lanes, share[2] + product[0])
    old = h[0]
    result = old + share[1] * (n - old)
    share[2] = n
    h[0] = out[0] = result


def _update_back(lanes: Lanes, grad: _Row, dh: _Row, gates: _Row, before: _Row, delta: _Row) -> None:
    one = lanes.constant(1.0)
    z, n = gates[1], gates[2]
    slope = grad[0] + dh[0]
    delta[1] = slope * (n - before[0]) * z * (one - z)
    delta[2] = slope * z * (one - n * n)
    dh[0] = slope * (one - z)


def _reset_back(lanes: Lanes, product: _Row, dh: _Row, gates: _Row, before: _Row, delta: _Row) -> None:
    """`product` is the gradient of the reset state."""
    r, from_above = gates[0], product[0]
    delta[0] = from_above * before[0] * r * (lanes.constant(1.0) - r)
    dh[0] = dh[0] + from_above * r


def _tanh_rnn(lanes: Lanes, share: _Row, product: _Row, h: _Row, out: _Row) -> None:
    h[0] = out[0] = emit_tanh(lanes, share[0] + product[0])


def _relu_rnn(lanes: Lanes, share: _Row, product: _Row, h: _Row, out: _Row) -> None:
    total, nothing = share[0] + product[0], lanes.constant(0.0)
    h[0] = out[0] = nothing.where(total.is_("<", nothing), total)


def _tanh_rnn_back(lanes: Lanes, grad: _Row, dh: _Row, out: _Row, delta: _Row) -> None:
    value = out[0]
    delta[0] = (grad[0] + dh[0]) * (lanes.constant(1.0) - value * value)
    dh[0] = lanes.constant(0.0)


def _relu_rnn_back(lanes: Lanes, grad: _Row, dh: _Row, out: _Row, delta: _Row) -> None:
    nothing = lanes.constant(0.0)
    delta[0] = (grad[0] + dh[0]).where(out[0].is_(">", nothing), nothing)
    dh[0] = nothing


lstm_row, lstm_row_back = _over_rows(6, _lstm), _over_rows(7, _lstm_back)
peephole_row, peephole_row_back = _over_rows(7, _peephole), _over_rows(9, _peephole_back)
reset_row, reset_row_back = _over_rows(4, _reset), _over_rows(5, _reset_back)
update_row, update_row_back = _over_rows(4, _update), _over_rows(5, _update_back)
gru_row, gru_row_back = _over_rows(5, _gru), _over_rows(6, _gru_back)
tanh_row, tanh_row_back = _over_rows(4, _tanh_rnn), _over_rows(4, _tanh_rnn_back)
relu_row, relu_row_back = _over_rows(4, _relu_rnn), _over_rows(4, _relu_rnn_back)
