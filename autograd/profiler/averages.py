"""EventList and its sums: per name, per module, and over all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograd.errors import ArgumentError, complaint
from autograd.profiler.chrome_trace import write
from autograd.profiler.event import FunctionEvent
from autograd.profiler.table import EVENT_COLUMNS, MODULE_COLUMNS, render


class FunctionEventAvg:
    """What calls of one name took together, in microseconds and bytes. Backward passes are counted apart.

    Totals hold the time and memory of calls within too, each once: a call within one of the same name adds none.
    cpu_parent: what the first of the calls was within.
    """

    is_async = is_remote = is_legacy = False
    device_time = device_time_total = self_device_time_total = device_memory_usage = self_device_memory_usage = 0

    def __init__(self, key: str, is_backward: bool = False, input_shapes: list[object] | None = None) -> None:
        self.key, self.is_backward = key, is_backward
        self.input_shapes = input_shapes or []
        self.cpu_parent: FunctionEvent | None = None
        self.count = 0
        self.cpu_time_total = self.self_cpu_time_total = 0.0
        self.cpu_memory_usage = self.self_cpu_memory_usage = 0

    @property
    def cpu_time(self) -> float:
        """The mean time of a call."""
        return self.cpu_time_total / self.count if self.count else 0.0

    def add(self, event: FunctionEvent, outermost: bool) -> None:
        """Count a call, its total only if it is not within another one that is counted here."""
        self.count += 1
        self.self_cpu_time_total += event.self_cpu_time_total
        self.self_cpu_memory_usage += event.self_cpu_memory_usage
        if outermost:
            self.cpu_time_total += event.cpu_time_total
            self.cpu_memory_usage += event.cpu_memory_usage

    def __repr__(self) -> str:
        way = "backward" if self.is_backward else "forward"
        return f"<FunctionEventAvg {self.key} {way} count={self.count} self={self.self_cpu_time_total:.3f}us>"


class ModuleAverage:
    """What a module took: calls, and for the forward and the backward pass microseconds and bytes.

    Totals hold the modules within, `self_` values do not. The row "" is the program outside of all modules.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = 0
        self.forward_time = self.self_forward_time = self.backward_time = self.self_backward_time = 0.0
        self.forward_memory = self.self_forward_memory = self.backward_memory = self.self_backward_memory = 0

    def add(self, event: FunctionEvent) -> None:
        """Add what an event of this module took itself."""
        time, memory = event.self_cpu_time_total, event.self_cpu_memory_usage
        self.count += event.kind == "module"
        if event.is_backward:
            self.self_backward_time += time
            self.self_backward_memory += memory
        else:
            self.self_forward_time += time
            self.self_forward_memory += memory

    def add_total(self, part: ModuleAverage) -> None:
        """Add what this module, or one within it, took itself to the totals."""
        self.forward_time += part.self_forward_time
        self.backward_time += part.self_backward_time
        self.forward_memory += part.self_forward_memory
        self.backward_memory += part.self_backward_memory

    @property
    def total_time(self) -> float:
        """Forward and backward together."""
        return self.forward_time + self.backward_time

    def __repr__(self) -> str:
        return f"<ModuleAverage {self.path} forward={self.forward_time:.3f}us backward={self.backward_time:.3f}us>"


class AverageList(list[FunctionEventAvg]):
    """Rows of sums; `table` makes a text of them."""

    def __init__(self, rows: Iterable[FunctionEventAvg], total: FunctionEventAvg, shows_memory: bool) -> None:
        super().__init__(rows)
        self._total, self._shows_memory = total, shows_memory

    def total_average(self) -> FunctionEventAvg:
        """The sum of all rows."""
        return self._total

    @property
    def self_cpu_time_total(self) -> float:
        """The time of all rows."""
        return self._total.self_cpu_time_total

    def table(
        self, sort_by: str | None = None, row_limit: int = 100, max_src_column_width: int = 75,
        max_name_column_width: int = 55, max_shapes_column_width: int = 80, header: str | None = None,
        top_level_events_only: bool = False,
    ) -> str:  # fmt: skip
        """The rows as a text, largest `sort_by` first: "cpu_time", "cpu_time_total", "self_cpu_time_total",
        "cpu_memory_usage", "self_cpu_memory_usage" or "count"; without it in the order of the first calls.

        row_limit: how many rows, -1 for all. top_level_events_only: rows of names first called within nothing else.
        There is no column of sources. Raises ArgumentError for another `sort_by`.
        """
        columns = [c for c in EVENT_COLUMNS if self._shows_memory or "Mem" not in c.title]
        if not any(row.input_shapes for row in self):
            columns = [c for c in columns if c.title != "Input Shapes"]
        widths = {"Name": max_name_column_width, "Input Shapes": max_shapes_column_width}
        rows = [row for row in self if row.cpu_parent is None] if top_level_events_only else self
        return render(rows, columns, self.self_cpu_time_total, sort_by, row_limit, widths, header)


class ModuleList(list[ModuleAverage]):
    """Rows of modules; `table` makes a text of them."""

    def table(self, sort_by: str | None = None, row_limit: int = 100, max_name_column_width: int = 55) -> str:
        """The rows as a text, largest `sort_by`, an attribute of `ModuleAverage`, first; else as they were called."""
        total = sum(row.self_forward_time + row.self_backward_time for row in self)
        return render(self, MODULE_COLUMNS, total, sort_by, row_limit, {"Module": max_name_column_width})


class EventList(list[FunctionEvent]):
    """The events of a recording, in the order in which they began."""

    def __init__(self, events: Iterable[FunctionEvent] = (), shows_memory: bool = False) -> None:
        super().__init__(events)
        self._shows_memory = shows_memory

    @property
    def self_cpu_time_total(self) -> float:
        """The time of all events, in microseconds: the sum of what each took itself."""
        return sum(event.self_cpu_time_total for event in self)

    def key_averages(
        self, group_by_input_shapes: bool = False, group_by_stack_n: int = 0, group_by_overload_name: bool = False
    ) -> AverageList:
        """Sums per name and direction, or with `group_by_input_shapes` per name, direction and shapes.

        The steps of a schedule are one row, `ProfilerStep*`. The other options are accepted and change nothing.
        """
        rows: dict[tuple[str, bool, str], FunctionEventAvg] = {}
        for event in self:
            shapes = event.input_shapes if group_by_input_shapes else []
            name = "ProfilerStep*" if event.name.startswith("ProfilerStep#") else event.name
            key = (name, event.is_backward, str(shapes))
            row = rows.setdefault(key, FunctionEventAvg(name, event.is_backward, shapes))
            row.cpu_parent = row.cpu_parent if row.count else event.cpu_parent
            row.add(event, not _within_same(event))
        return AverageList(rows.values(), self.total_average(), self._shows_memory)

    def by_module(self) -> ModuleList:
        """Sums per module: every event belongs to the module that ran when it began, or made its node."""
        rows: dict[str, ModuleAverage] = {}
        for event in self:
            for path in _prefixes(event.module):
                rows.setdefault(path, ModuleAverage(path))
            rows.setdefault(event.module, ModuleAverage(event.module)).add(event)
        for path, row in rows.items():
            for above in _prefixes(path):
                rows[above].add_total(row)
        return ModuleList(rows.values())

    def total_average(self) -> FunctionEventAvg:
        """The sum of all events."""
        total = FunctionEventAvg("Total")
        for event in self:
            total.add(event, event.cpu_parent is None)
        return total

    def table(
        self, sort_by: str | None = None, row_limit: int = 100, max_src_column_width: int = 75,
        max_name_column_width: int = 55, max_shapes_column_width: int = 80, header: str | None = None,
        top_level_events_only: bool = False,
    ) -> str:  # fmt: skip
        """`key_averages().table`."""
        return self.key_averages().table(
            sort_by, row_limit, max_src_column_width, max_name_column_width, max_shapes_column_width, header,
            top_level_events_only,
        )  # fmt: skip

    def export_chrome_trace(self, path: str | os.PathLike[str], metadata: Mapping[str, object] | None = None) -> None:
        """Write a trace for Perfetto (ui.perfetto.dev) or chrome://tracing; compressed if the path ends in ".gz".

        metadata: further entries of the file, by name.
        """
        write(self, path, metadata)

    def export_stacks(self, path: str | os.PathLike[str], metric: str = "self_cpu_time_total") -> None:
        """Write a line for each way from an outermost event to one within, and what the latter took itself in whole
        microseconds: the form of flame graph tools (`flamegraph.pl`, speedscope.app).

        Raises ArgumentError for another metric.
        """
        if metric != "self_cpu_time_total":
            raise ArgumentError(complaint("export_stacks", 'the metric "self_cpu_time_total"', repr(metric)))
        times: Counter[str] = Counter()
        for event in self:
            times[_way_to(event)] += round(event.self_cpu_time_total)
        Path(path).write_text("".join(f"{way} {time}\n" for way, time in times.items() if time), encoding="utf-8")


def _way_to(event: FunctionEvent) -> str:
    names: list[str] = []
    at: FunctionEvent | None = event
    while at is not None:
        names.append(at.name.replace(";", ",").replace(" ", "_"))
        at = at.cpu_parent
    return ";".join(reversed(names))


def _within_same(event: FunctionEvent) -> bool:
    above = event.cpu_parent
    while above is not None:
        if (above.name, above.is_backward) == (event.name, event.is_backward):
            return True
        above = above.cpu_parent
    return False


def _prefixes(path: str) -> list[str]:
    """The paths of the modules that a module lies in, the outermost first, and its own."""
    parts = path.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]
