"""When a buffer was last written: how a backward rule learns that a value it kept is gone.

Tensors that share memory (views, `detach`, `from_numpy`) share the NumPy array that owns it, so the record is kept per
owner, and only for buffers that were ever written in place. Writes and graph nodes take their numbers from one clock:
a node may use what it kept if the buffer was not written after the node's birth.
"""

from __future__ import annotations

import itertools
import weakref
from collections import deque
from collections.abc import Iterable
from typing import Any

from autograd.typing import Array

tick = itertools.count(1).__next__


class Clock:
    """The time of the latest write to any buffer: a node born later need not look further."""

    __slots__ = ("last_write",)

    def __init__(self) -> None:
        self.last_write = 0


clock = Clock()


class _Writes:
    """What is known of the writes to one buffer: how many, and when the latest ones were."""

    __slots__ = ("count", "recent", "reference")

    def __init__(self, reference: weakref.ref[Any], now: int) -> None:
        self.reference = reference
        self.count = 1
        self.recent: deque[int] = deque((now,), maxlen=64)


_writes: dict[int, _Writes] = {}


def owner(array: Array) -> Any:
    """The object at the end of the chain of bases: the same one for all arrays on one buffer."""
    found: Any = array
    while (base := getattr(found, "base", None)) is not None:
        found = base
    return found


def wrote(array: Array) -> None:
    """Note that the buffer of `array` has just been written."""
    now = tick()
    clock.last_write = now
    found = owner(array)
    key = id(found)
    writes = _writes.get(key)
    if writes is None:
        try:
            reference = weakref.ref(found, lambda _: _writes.pop(key, None))
        except TypeError:  # bytes and the like take no weak references; they cannot be written either
            return
        _writes[key] = _Writes(reference, now)
        return
    writes.count += 1
    writes.recent.append(now)


def wrote_all(arrays: Iterable[Array]) -> None:
    """Note that the buffers of all `arrays` have just been written, at one moment."""
    now = tick()
    clock.last_write = now
    for array in arrays:
        writes = _writes.get(id(array if array.base is None else owner(array)))
        if writes is None:
            wrote(array)
        else:
            writes.count += 1
            writes.recent.append(now)


def version(array: Array) -> int:
    """How often the buffer of `array` has been written in place."""
    writes = _writes.get(id(owner(array)))
    return 0 if writes is None else writes.count


def version_at(array: Array, moment: int) -> int:
    """What `version` was at that moment, as far as the latest 64 writes tell."""
    writes = _writes.get(id(owner(array)))
    return 0 if writes is None else writes.count - sum(when > moment for when in writes.recent)


def written_since(array: Array, moment: int) -> bool:
    """Whether the buffer of `array` was written after that moment."""
    writes = _writes.get(id(array if array.base is None else owner(array)))
    return writes is not None and writes.recent[-1] > moment
