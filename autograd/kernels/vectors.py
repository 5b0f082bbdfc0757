"""Vector instructions as LLVM code: what the kernels that must not depend on the compiler's mood are made of.

LLVM vectorises plain loops, but at half the register width on many processors and not at all around shuffles.
Kernels written with `Lanes` hold exactly the registers that they name, on every processor: 512, 256 or 128 bits wide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llvmlite import ir
from numba.core import cgutils
from numba.core.codegen import get_host_cpu_features
from numba.core.config import CPU_FEATURES

_FEATURES = CPU_FEATURES if CPU_FEATURES is not None else get_host_cpu_features()


def _width_and_registers(features: str) -> tuple[int, int]:
    names = features.split(",")
    if "+avx512f" in names:
        return 512, 32
    if "+avx2" in names and "+fma" in names:
        return 256, 16
    return 128, 32 if "+neon" in names else 16


WIDTH_BITS, REGISTERS = _width_and_registers(_FEATURES)
"""Bits of a vector register of this processor, and how many it has."""

I32 = ir.IntType(32)
I64 = ir.IntType(64)


def integer(value: int) -> ir.Constant:
    """A 64-bit constant."""
    return ir.Constant(I64, value)


class Lanes:
    """Emits operations on vectors of `bits`-wide floats (32 or 64), each filling one register.

    Addresses are 64-bit integers, offsets are in bytes: any stride of an array is as easy as another.
    """

    def __init__(self, builder: ir.IRBuilder, bits: int) -> None:
        self.builder = builder
        self.size = bits // 8
        self.count = WIDTH_BITS // bits
        self.bytes = WIDTH_BITS // 8
        self.scalar = ir.FloatType() if bits == 32 else ir.DoubleType()
        self.vector = ir.VectorType(self.scalar, self.count)
        self.whole = ir.VectorType(ir.IntType(bits), self.count)
        self._name = f"v{self.count}f{bits}"

    def constant(self, value: float) -> ir.Constant:
        """A vector with `value` in every lane."""
        return ir.Constant(self.vector, [ir.Constant(self.scalar, value)] * self.count)

    def whole_constant(self, value: int) -> ir.Constant:
        """A vector of integers, as wide as the floats, with `value` in every lane."""
        return ir.Constant(self.whole, [ir.Constant(self.whole.element, value)] * self.count)

    def broadcast(self, scalar: ir.Value) -> ir.Value:
        """A scalar in every lane."""
        kind = ir.VectorType(scalar.type, self.count)
        first = self.builder.insert_element(ir.Constant(kind, ir.Undefined), scalar, ir.Constant(I32, 0))
        return self.builder.shuffle_vector(first, ir.Constant(kind, ir.Undefined), self._order([0] * self.count))

    def load_scalar(self, address: ir.Value) -> ir.Value:
        return self.builder.load(self.builder.inttoptr(address, self.scalar.as_pointer()), align=self.size)

    def load(self, address: ir.Value, mask: ir.Value | None = None, other: ir.Value | None = None) -> ir.Value:
        """The lanes at `address`; where `mask` is off, memory is not touched and the lane is that of `other` (zero)."""
        pointer = self.builder.inttoptr(address, self.vector.as_pointer())
        if mask is None:
            return self.builder.load(pointer, align=self.size)
        other = self.constant(0.0) if other is None else other
        arguments = [pointer, ir.Constant(I32, self.size), mask, other]
        return self._call(f"llvm.masked.load.{self._name}.p0", self.vector, arguments)

    def store(self, value: ir.Value, address: ir.Value, mask: ir.Value | None = None) -> None:
        pointer = self.builder.inttoptr(address, self.vector.as_pointer())
        if mask is None:
            self.builder.store(value, pointer, align=self.size)
            return
        arguments = [value, pointer, ir.Constant(I32, self.size), mask]
        self._call(f"llvm.masked.store.{self._name}.p0", ir.VoidType(), arguments)

    def first(self, count: ir.Value) -> ir.Value:
        """The mask of the first `count` lanes; all of them if there are fewer."""
        places = ir.Constant(ir.VectorType(I64, self.count), [integer(lane) for lane in range(self.count)])
        return self.builder.icmp_signed("<", places, self.broadcast(count))

    def fma(self, a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
        """a * b + c, rounded once."""
        return self._call(f"llvm.fma.{self._name}", self.vector, [a, b, c])

    def permute(self, a: ir.Value, b: ir.Value, order: Sequence[int]) -> ir.Value:
        """Lane i of the result is lane order[i] of a followed by b."""
        return self.builder.shuffle_vector(a, b, self._order(order))

    def fold(self, value: ir.Value, combine: Callable[[ir.Value, ir.Value], ir.Value]) -> ir.Value:
        """One scalar out of all lanes, combined in halves: the order never changes."""
        step = self.count // 2
        while step:
            value = combine(value, self.permute(value, value, [(lane + step) % self.count for lane in range(self.count)]))
            step //= 2
        return self.builder.extract_element(value, ir.Constant(I32, 0))

    def larger(self, a: ir.Value, b: ir.Value) -> ir.Value:
        """The larger of both; b where a is NaN."""
        return self.builder.select(self.builder.fcmp_ordered(">", a, b), a, b)

    def each(self, count: ir.Value, start: list[ir.Value], body: Callable[..., list[ir.Value]]) -> list[ir.Value]:
        """Run body(offset, mask, values) over `count` elements, a vector at a time, the last one masked.

        `values` begin as `start` and become what body returns; offset is in bytes; mask is None but for the last.
        """
        full = self.builder.mul(self.builder.udiv(count, integer(self.count)), integer(self.bytes))
        values = self.loop(full, self.bytes, start, lambda offset, held: body(offset, None, held))
        rest = self.builder.urem(count, integer(self.count))
        before = self.builder.block
        with self.builder.if_then(self.builder.icmp_unsigned(">", rest, integer(0))):
            tail = body(full, self.first(rest), values)
            after = self.builder.block
        return [self._join([(old, before), (new, after)]) for old, new in zip(values, tail)]

    def loop(
        self, stop: ir.Value, step: int, start: list[ir.Value], body: Callable[..., list[ir.Value]]
    ) -> list[ir.Value]:
        """Run body(place, values) for place = 0, step, ... below stop."""
        builder = self.builder
        before = builder.block
        turn, done = builder.append_basic_block("turn"), builder.append_basic_block("done")
        builder.cbranch(builder.icmp_signed(">", stop, integer(0)), turn, done)
        builder.position_at_end(turn)
        place = self._join([(integer(0), before)])
        held = [self._join([(value, before)]) for value in start]
        results = body(place, held)
        after = builder.add(place, integer(step))
        for phi, value in zip([place, *held], [after, *results]):
            phi.add_incoming(value, builder.block)
        builder.cbranch(builder.icmp_signed("<", after, stop), turn, done)
        last = builder.block
        builder.position_at_end(done)
        return [self._join([(old, before), (new, last)]) for old, new in zip(start, results)]

    def call(self, name: str, *arguments: ir.Value) -> ir.Value:
        """An LLVM function of vectors, such as "sqrt"."""
        return self._call(f"llvm.{name}.{self._name}", self.vector, list(arguments))

    def _join(self, incoming: list[tuple[ir.Value, ir.Block]]) -> ir.Value:
        phi = self.builder.phi(incoming[0][0].type)
        for value, block in incoming:
            phi.add_incoming(value, block)
        return phi

    def _order(self, order: Sequence[int]) -> ir.Constant:
        return ir.Constant(ir.VectorType(I32, len(order)), [ir.Constant(I32, lane) for lane in order])

    def _call(self, name: str, result: ir.Type, arguments: list[ir.Value]) -> ir.Value:
        kind = ir.FunctionType(result, [argument.type for argument in arguments])
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, name), arguments)
