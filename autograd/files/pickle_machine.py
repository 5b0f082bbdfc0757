"""A machine that runs the opcodes of a pickle and makes plain data of them, and nothing else.

Python's own unpickler sets attributes on whatever a file names, takes memory for any memo number, and hashes nested
tuples without end. This one imports nothing, and asks whoever derives from it what names and states stand for.
"""

from __future__ import annotations

import pickle
import struct
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

_MAPPINGS = (dict, OrderedDict, defaultdict, Counter)
_MOST_PARTS_OF_A_KEY = 1000


class Maker:
    """What a name in a file stands for: `make` is called with the arguments that the file gives."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[..., Any]) -> None:
        self.make = make


def key(value: Any) -> Any:
    """The value, if it may be a key: one of few parts, whose hash is soon found. Raises ValueError otherwise."""
    parts = [value]
    for part in parts:
        if isinstance(part, tuple | frozenset):
            if len(parts) + len(part) > _MOST_PARTS_OF_A_KEY:
                raise ValueError("a key of too many parts")
            parts.extend(part)
    return value


class Machine:
    """Runs a pickle that begins at a place in some bytes; `at` is the place behind it then.

    Strings of Python 2, which may be bytes, are decoded as `encoding`.
    """

    def __init__(self, data: bytes, at: int = 0, encoding: str = "utf-8") -> None:
        self.encoding = encoding
        self.data = data
        self.at = at
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}

    def named(self, module: str, name: str) -> Any:
        """What a name stands for: a Maker, or a value."""
        raise ValueError(f"{module}.{name}")

    def stored(self, place: Any) -> Any:
        """What is stored outside of the pickle."""
        raise ValueError("data elsewhere")

    def fill(self, made: Any, state: Any) -> None:
        """Give an object that was made its state."""
        raise ValueError("a state")

    def load(self) -> Any:
        """The data. Raises ValueError, IndexError, KeyError, TypeError and their like for what cannot be read."""
        data, operations = self.data, _OPERATIONS
        while True:
            operation = data[self.at]
            self.at += 1
            if operation == _STOP:
                return self.stack.pop()
            run = operations.get(operation)
            if run is None:
                raise ValueError(f"an operation {bytes([operation])!r}, which no data needs")
            run(self)

    def take(self, count: int) -> bytes:
        """The next bytes."""
        start, self.at = self.at, self.at + count
        if count < 0 or self.at > len(self.data):
            raise EOFError("a value that is cut off")
        return self.data[start : self.at]

    def number(self, code: str) -> Any:
        """The next number of a form of `struct`."""
        return struct.unpack(code, self.take(struct.calcsize(code)))[0]

    def line(self) -> str:
        """The text up to the next line's end."""
        return self.take(self.data.index(b"\n", self.at) + 1 - self.at)[:-1].decode()

    def marked(self) -> list[Any]:
        """What has been put down since the last mark."""
        items, self.stack = self.stack, self.below.pop()
        return items

    def call(self) -> None:
        """Call a maker with a tuple of arguments."""
        arguments, maker = self.stack.pop(), self.stack.pop()
        if not isinstance(maker, Maker) or type(arguments) is not tuple:
            raise ValueError("a call of what is no maker")
        self.stack.append(maker.make(*arguments))

    def push(self, value: Any) -> None:
        """Put a value down."""
        self.stack.append(value)

    def name(self) -> None:
        """Take a name whose parts have been put down."""
        name, module = self.stack.pop(), self.stack.pop()
        self.stack.append(self.named(str(module), str(name)))

    def append(self, items: list[Any]) -> None:
        """Put items into the list below them."""
        target = self.stack[-1]
        if not isinstance(target, list | deque):
            raise ValueError("items without a list")
        target.extend(items)

    def enter(self, items: list[Any]) -> None:
        """Put keys and values, by turns, into the mapping below them."""
        target = self.stack[-1]
        if not isinstance(target, _MAPPINGS):
            raise ValueError("keys without a mapping")
        for name, value in zip(items[::2], items[1::2], strict=True):
            target[key(name)] = value

    def include(self, items: list[Any]) -> None:
        """Put items into the set below them."""
        if type(self.stack[-1]) is not set:
            raise ValueError("items without a set")
        self.stack[-1].update(map(key, items))


def _put(value: Any) -> Callable[[Machine], None]:
    return lambda machine: machine.push(value)


def _make(kind: Callable[[], Any]) -> Callable[[Machine], None]:
    return lambda machine: machine.push(kind())


def _number(code: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.number(code))


def _text(code: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(str(machine.take(machine.number(code)), "utf-8", "surrogatepass"))


def _old_text(code: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.take(machine.number(code)).decode(machine.encoding))


def _bytes(code: str, kind: Callable[[bytes], Any] = bytes) -> Callable[[Machine], None]:
    return lambda machine: machine.push(kind(machine.take(machine.number(code))))


def _long(code: str) -> Callable[[Machine], None]:
    return lambda m: m.push(int.from_bytes(m.take(m.number(code)), "little", signed=True))


def _tuple_of(count: int) -> Callable[[Machine], None]:
    def run(machine: Machine) -> None:
        if len(machine.stack) < count:
            raise IndexError("a tuple of nothing")
        machine.stack[-count:] = [tuple(machine.stack[-count:])]

    return run


def _memoize(code: str) -> Callable[[Machine], None]:
    def run(machine: Machine) -> None:
        machine.memo[machine.number(code) if code else len(machine.memo)] = machine.stack[-1]

    return run


def _recall(code: str) -> Callable[[Machine], None]:
    return lambda machine: machine.push(machine.memo[machine.number(code)])


def _mark(machine: Machine) -> None:
    machine.below.append(machine.stack)
    machine.stack = []


def _global(machine: Machine) -> None:
    machine.stack += [machine.line(), machine.line()]
    machine.name()


def _dict(machine: Machine) -> None:
    items = machine.marked()
    machine.stack.append({})
    machine.enter(items)


def _build(machine: Machine) -> None:
    state = machine.stack.pop()
    machine.fill(machine.stack[-1], state)


def _stored(machine: Machine) -> None:
    machine.stack.append(machine.stored(machine.stack.pop()))


_STOP = pickle.STOP[0]
_FORMS: dict[bytes, Callable[[Machine], Any]] = {
    pickle.PROTO: lambda m: m.take(1), pickle.FRAME: lambda m: m.take(8),
    pickle.NONE: _put(None), pickle.NEWTRUE: _put(True), pickle.NEWFALSE: _put(False), pickle.EMPTY_TUPLE: _put(()),
    pickle.EMPTY_LIST: _make(list), pickle.EMPTY_DICT: _make(dict), pickle.EMPTY_SET: _make(set),
    pickle.BININT: _number("<i"), pickle.BININT1: _number("<B"), pickle.BININT2: _number("<H"),
    pickle.BINFLOAT: _number(">d"), pickle.LONG1: _long("<B"), pickle.LONG4: _long("<i"),
    pickle.BINUNICODE: _text("<I"), pickle.SHORT_BINUNICODE: _text("<B"), pickle.BINUNICODE8: _text("<Q"),
    pickle.SHORT_BINSTRING: _old_text("<B"), pickle.BINSTRING: _old_text("<i"),
    pickle.BINBYTES: _bytes("<I"), pickle.SHORT_BINBYTES: _bytes("<B"), pickle.BINBYTES8: _bytes("<Q"),
    pickle.BYTEARRAY8: _bytes("<Q", bytearray),
    pickle.TUPLE1: _tuple_of(1), pickle.TUPLE2: _tuple_of(2), pickle.TUPLE3: _tuple_of(3),
    pickle.MARK: _mark, pickle.POP: lambda m: m.stack.pop(), pickle.POP_MARK: lambda m: m.marked(),
    pickle.DUP: lambda m: m.push(m.stack[-1]),
    pickle.TUPLE: lambda m: m.push(tuple(m.marked())), pickle.LIST: lambda m: m.push(m.marked()),
    pickle.DICT: _dict, pickle.FROZENSET: lambda m: m.push(frozenset(map(key, m.marked()))),
    pickle.APPEND: lambda m: m.append([m.stack.pop()]), pickle.APPENDS: lambda m: m.append(m.marked()),
    pickle.SETITEM: lambda m: m.enter([m.stack.pop(), m.stack.pop()][::-1]),
    pickle.SETITEMS: lambda m: m.enter(m.marked()), pickle.ADDITEMS: lambda m: m.include(m.marked()),
    pickle.BINPUT: _memoize("<B"), pickle.LONG_BINPUT: _memoize("<I"), pickle.MEMOIZE: _memoize(""),
    pickle.BINGET: _recall("<B"), pickle.LONG_BINGET: _recall("<I"),
    pickle.GLOBAL: _global, pickle.STACK_GLOBAL: lambda m: m.name(),
    pickle.REDUCE: lambda m: m.call(), pickle.NEWOBJ: lambda m: m.call(),
    pickle.BUILD: _build, pickle.BINPERSID: _stored,
}  # fmt: skip
_OPERATIONS = {form[0]: run for form, run in _FORMS.items()}
