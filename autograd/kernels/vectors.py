"""Vector instructions as LLVM code: what the kernels that must not depend on the compiler's mood are made of.

LLVM vectorises plain loops, but at half the register width on many processors and not at all around shuffles.
Kernels written with `Lanes` hold exactly the registers that they name, on every processor: 512, 256 or 128 bits wide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

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


class Vector:
    """A register of floats, with arithmetic: a product and a sum may be rounded together."""

    __slots__ = ("lanes", "value")

    def __init__(self, lanes: Lanes, value: ir.Value) -> None:
        self.lanes = lanes
        self.value = value

    def __add__(self, other: Vector | float) -> Vector:
        return Vector(self.lanes, self.lanes.builder.fadd(self.value, self._operand(other), flags=("contract",)))

    def __sub__(self, other: Vector | float) -> Vector:
        return Vector(self.lanes, self.lanes.builder.fsub(self.value, self._operand(other), flags=("contract",)))

    def __mul__(self, other: Vector | float) -> Vector:
        return Vector(self.lanes, self.lanes.builder.fmul(self.value, self._operand(other), flags=("contract",)))

    def __truediv__(self, other: Vector | float) -> Vector:
        return Vector(self.lanes, self.lanes.builder.fdiv(self.value, self._operand(other)))

    def bits(self) -> ir.Value:
        """The bits of each lane, as integers of the same width."""
        return self.lanes.builder.bitcast(self.value, self.lanes.whole)

    def is_(self, relation: str, other: Vector | float) -> ir.Value:
        """The mask of lanes where the relation ("<", ">=", "!=", ...) holds; it never holds for NaN."""
        return self.lanes.builder.fcmp_ordered(relation, self.value, self._operand(other))

    def where(self, mask: ir.Value, other: Vector | float) -> Vector:
        """These lanes where the mask is on, else those of other."""
        return Vector(self.lanes, self.lanes.builder.select(mask, self.value, self._operand(other)))

    def larger(self, other: Vector) -> Vector:
        """The larger of both; NaN if other is."""
        return self.where(self.is_(">", other), other)

    def sqrt(self) -> Vector:
        return self.lanes.call("sqrt", self)

    def _operand(self, other: Vector | float) -> ir.Value:
        return other.value if isinstance(other, Vector) else self.lanes.constant(other).value


Held: TypeAlias = Vector | ir.Value
"""What a loop carries from turn to turn: vectors and integers."""


def _raw(value: Held) -> ir.Value:
    return value.value if isinstance(value, Vector) else value


class Lanes:
    """Emits operations on vectors of `bits`-wide floats (32 or 64), each filling one register, or two.

    Two are worth while where one long chain of operations waits for itself: the processor works on both by turns.
    Addresses are 64-bit integers, offsets are in bytes: any stride of an array is as easy as another.
    """

    def __init__(self, builder: ir.IRBuilder, bits: int, registers: int = 1) -> None:
        self.builder = builder
        self.size = bits // 8
        self.count = WIDTH_BITS // bits * registers
        self.bytes = WIDTH_BITS // 8 * registers
        self.scalar = ir.FloatType() if bits == 32 else ir.DoubleType()
        self.vector = ir.VectorType(self.scalar, self.count)
        self.whole = ir.VectorType(ir.IntType(bits), self.count)
        self._name = f"v{self.count}f{bits}"

    def constant(self, value: float) -> Vector:
        """A vector with `value` in every lane."""
        return Vector(self, ir.Constant(self.vector, [ir.Constant(self.scalar, value)] * self.count))

    def broadcast(self, scalar: ir.Value) -> Vector:
        """A scalar in every lane."""
        return Vector(self, self._splat(scalar))

    def rounded(self, number: ir.Value) -> ir.Value:
        """A 64-bit float as a scalar of the lanes' type."""
        return number if self.size == 8 else self.builder.fptrunc(number, self.scalar)

    def whole_numbers(self, value: int) -> ir.Constant:
        """A vector of integers as wide as the floats, with `value` in every lane."""
        return ir.Constant(self.whole, [ir.Constant(self.whole.element, value)] * self.count)

    def from_bits(self, whole: ir.Value) -> Vector:
        """Floats made of the bits of integers."""
        return Vector(self, self.builder.bitcast(whole, self.vector))

    def load_scalar(self, address: ir.Value) -> ir.Value:
        return self.builder.load(self.builder.inttoptr(address, self.scalar.as_pointer()), align=self.size)

    def load(self, address: ir.Value, mask: ir.Value | None = None, other: float = 0.0) -> Vector:
        """The lanes at `address`; where `mask` is off, memory is not touched and the lane is `other`."""
        pointer = self.builder.inttoptr(address, self.vector.as_pointer())
        if mask is None:
            return Vector(self, self.builder.load(pointer, align=self.size))
        arguments = [pointer, ir.Constant(I32, self.size), mask, self.constant(other).value]
        return Vector(self, self._call(f"llvm.masked.load.{self._name}.p0", self.vector, arguments))

    def store(self, vector: Vector, address: ir.Value, mask: ir.Value | None = None) -> None:
        """Write the lanes where `mask` is on, all of them without one."""
        pointer = self.builder.inttoptr(address, self.vector.as_pointer())
        if mask is None:
            self.builder.store(vector.value, pointer, align=self.size)
        else:
            arguments = [vector.value, pointer, ir.Constant(I32, self.size), mask]
            self._call(f"llvm.masked.store.{self._name}.p0", ir.VoidType(), arguments)

    def first(self, count: ir.Value) -> ir.Value:
        """The mask of the first `count` lanes; all of them if there are fewer."""
        places = ir.Constant(ir.VectorType(I64, self.count), [integer(lane) for lane in range(self.count)])
        return self.builder.icmp_signed("<", places, self._splat(count))

    def fma(self, a: Vector, b: Vector, c: Vector) -> Vector:
        """a * b + c, rounded once."""
        return self.call("fma", a, b, c)

    def call(self, name: str, *operands: Vector) -> Vector:
        """An LLVM function of vectors, such as "sqrt"."""
        values = [operand.value for operand in operands]
        return Vector(self, self._call(f"llvm.{name}.{self._name}", self.vector, values))

    def scaled(self, x: Vector, power: Vector) -> Vector | None:
        """x * 2**power for whole powers, rounded once; None where no instruction does it."""
        if WIDTH_BITS != 512:
            return None
        each = 64 // self.size
        name = f"llvm.x86.avx512.mask.scalef.{'ps' if self.size == 4 else 'pd'}.512"
        every_lane, current_rounding = ir.Constant(ir.IntType(each), -1), ir.Constant(I32, 4)
        results = []
        for first in range(0, self.count, each):
            lanes = self._order(range(first, first + each))
            a, b = (self.builder.shuffle_vector(v.value, v.value, lanes) for v in (x, power))
            results.append(self._call(name, a.type, [a, b, a, every_lane, current_rounding]))
        if len(results) == 1:
            return Vector(self, results[0])
        return Vector(self, self.builder.shuffle_vector(*results, self._order(range(self.count))))

    def permute(self, a: Vector, b: Vector, order: Sequence[int]) -> Vector:
        """Lane i of the result is lane order[i] of a followed by b."""
        return Vector(self, self.builder.shuffle_vector(a.value, b.value, self._order(order)))

    def fold(self, vector: Vector, combine: Callable[[Vector, Vector], Vector]) -> ir.Value:
        """One scalar out of all lanes, combined in halves: the order never changes."""
        step = self.count // 2
        while step:
            turned = [(lane + step) % self.count for lane in range(self.count)]
            vector = combine(vector, self.permute(vector, vector, turned))
            step //= 2
        return self.builder.extract_element(vector.value, ir.Constant(I32, 0))

    def each(self, count: ir.Value, start: list[Held], body: Callable[..., list[Held]]) -> list[Held]:
        """Run body(offset, mask, held) over `count` elements, a vector at a time, the last one masked.

        What is held begins as `start` and becomes what body returns; offset is in bytes; mask is None but for the last.
        """
        full = self.builder.mul(self.builder.udiv(count, integer(self.count)), integer(self.bytes))
        held = self.loop(full, self.bytes, start, lambda offset, values: body(offset, None, values))
        rest = self.builder.urem(count, integer(self.count))
        before = self.builder.block
        with self.builder.if_then(self.builder.icmp_unsigned(">", rest, integer(0))):
            tail = body(full, self.first(rest), held)
            after = self.builder.block
        return [self._join((old, before), (new, after)) for old, new in zip(held, tail)]

    def loop(self, stop: ir.Value, step: int, start: list[Held], body: Callable[..., list[Held]]) -> list[Held]:
        """Run body(place, held) for place = 0, step, ... below stop; what is held becomes what body returns."""
        builder = self.builder
        before = builder.block
        turn, done = builder.append_basic_block("turn"), builder.append_basic_block("done")
        builder.cbranch(builder.icmp_signed(">", stop, integer(0)), turn, done)
        builder.position_at_end(turn)
        place = builder.phi(I64)
        held = [self._join((value, before)) for value in start]
        results = body(place, held)
        after, last = builder.add(place, integer(step)), builder.block
        place.add_incoming(integer(0), before)
        place.add_incoming(after, last)
        for value, result in zip(held, results):
            _raw(value).add_incoming(_raw(result), last)
        builder.cbranch(builder.icmp_signed("<", after, stop), turn, done)
        builder.position_at_end(done)
        return [self._join((old, before), (new, last)) for old, new in zip(start, results)]

    def _join(self, *incoming: tuple[Held, ir.Block]) -> Held:
        phi = self.builder.phi(_raw(incoming[0][0]).type)
        for value, block in incoming:
            phi.add_incoming(_raw(value), block)
        return Vector(self, phi) if isinstance(incoming[0][0], Vector) else phi

    def _splat(self, scalar: ir.Value) -> ir.Value:
        kind = ir.VectorType(scalar.type, self.count)
        nothing = ir.Constant(kind, ir.Undefined)
        single = self.builder.insert_element(nothing, scalar, ir.Constant(I32, 0))
        return self.builder.shuffle_vector(single, nothing, self._order([0] * self.count))

    def _order(self, order: Sequence[int]) -> ir.Constant:
        return ir.Constant(ir.VectorType(I32, len(order)), [ir.Constant(I32, lane) for lane in order])

    def _call(self, name: str, result: ir.Type, arguments: list[ir.Value]) -> ir.Value:
        kind = ir.FunctionType(result, [argument.type for argument in arguments])
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, name), arguments)
