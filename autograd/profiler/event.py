"""FunctionEvent: one stretch of time in which an operation, a module or a part of the program ran."""

from __future__ import annotations

from typing import Any, NamedTuple


class Interval(NamedTuple):
    """When something began and ended, in microseconds since the profile began."""

    start: float
    end: float

    def elapsed_us(self) -> float:
        """How long it took."""
        return self.end - self.start


class FunctionEvent:
    """One call. Times are in microseconds, memory is in bytes.

    kind: "op", an operation on arrays; "backward", a node's part of a backward pass; "module"; or "user", a named part
    of the program. is_backward: whether it ran in a backward pass. module: the path of the module that it belongs to,
    in a backward pass that of the module in whose forward pass the node was made; "" outside. input_shapes: of the
    arguments, [] for those that are no tensors, if shapes were recorded. stack: the line that called, if wanted.
    """

    __slots__ = (
        "_allocated", "_children_time", "_end", "_start", "cpu_children", "cpu_memory_usage", "cpu_parent",
        "input_shapes", "is_backward", "kind", "module", "name", "position", "stack", "thread",
    )  # fmt: skip

    def __init__(
        self, name: str, kind: str, parent: FunctionEvent | None, is_backward: bool, module: str, position: int,
        thread: int,
    ) -> None:  # fmt: skip
        self.name, self.kind, self.is_backward, self.module = name, kind, is_backward, module
        self.cpu_parent = parent
        self.cpu_children: list[FunctionEvent] = []
        self.position, self.thread = position, thread
        self.input_shapes: list[Any] = []
        self.stack: list[str] = []
        self.cpu_memory_usage = 0
        self._start = self._end = self._children_time = self._allocated = 0

    def begin(self, now: int) -> None:
        """It begins, at a time in nanoseconds."""
        self._start = now

    def finish(self, now: int) -> None:
        """It ends, at a time in nanoseconds; its parent learns of its time."""
        self._end = now
        if self.cpu_parent is not None:
            self.cpu_parent._children_time += now - self._start

    def allocate(self, size: int) -> None:
        """Its result took so many bytes that nothing within it had taken before."""
        self._allocated += size

    def pass_on(self) -> None:
        """Add what it and all within it allocated to its own total and, so, to its parent's."""
        self.cpu_memory_usage += self._allocated
        if self.cpu_parent is not None:
            self.cpu_parent.cpu_memory_usage += self.cpu_memory_usage

    @property
    def key(self) -> str:
        """The name."""
        return self.name

    @property
    def time_range(self) -> Interval:
        """When it ran."""
        return Interval(self._start / 1000, self._end / 1000)

    @property
    def cpu_time_total(self) -> float:
        """How long it ran, with all within it."""
        return (self._end - self._start) / 1000

    @property
    def self_cpu_time_total(self) -> float:
        """How long it ran itself, apart from the events within it."""
        return (self._end - self._start - self._children_time) / 1000

    @property
    def self_cpu_memory_usage(self) -> int:
        """The bytes that it allocated itself."""
        return self._allocated

    def __repr__(self) -> str:
        return (
            f"<FunctionEvent {self.name} {self.cpu_time_total:.3f}us {'backward' if self.is_backward else 'forward'}>"
        )
