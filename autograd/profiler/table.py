"""Rows of sums as a text, in PyTorch's columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from autograd.errors import ArgumentError, complaint


class Column(NamedTuple):
    """A column: its title, and the text of a row given the time of all rows."""

    title: str
    cell: Callable[[Any, float], str]


def time_text(microseconds: float) -> str:
    """A time with its unit."""
    for unit, size in (("s", 1e6), ("ms", 1e3)):
        if microseconds >= size:
            return f"{microseconds / size:.3f}{unit}"
    return f"{microseconds:.3f}us"


def memory_text(size: float) -> str:
    """A size with its unit."""
    for unit, count in (("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        if size >= count:
            return f"{size / count:.2f} {unit}"
    return f"{size:.0f} B"


def _time(title: str, name: str) -> Column:
    return Column(title, lambda row, total: time_text(getattr(row, name)))


def _share(title: str, name: str) -> Column:
    return Column(title, lambda row, total: f"{100 * getattr(row, name) / total if total else 0.0:.2f}%")


def _memory(title: str, name: str) -> Column:
    return Column(title, lambda row, total: memory_text(getattr(row, name)))


EVENT_COLUMNS = (
    Column("Name", lambda row, total: row.key),
    Column("Pass", lambda row, total: "backward" if row.is_backward else "forward"),
    _share("Self CPU %", "self_cpu_time_total"),
    _time("Self CPU", "self_cpu_time_total"),
    _share("CPU total %", "cpu_time_total"),
    _time("CPU total", "cpu_time_total"),
    _time("CPU time avg", "cpu_time"),
    _memory("CPU Mem", "cpu_memory_usage"),
    _memory("Self CPU Mem", "self_cpu_memory_usage"),
    Column("# of Calls", lambda row, total: str(row.count)),
    Column("Input Shapes", lambda row, total: str(row.input_shapes)),
)

MODULE_COLUMNS = (
    Column("Module", lambda row, total: row.path or "(outside modules)"),
    Column("# of Calls", lambda row, total: str(row.count)),
    _share("Total %", "total_time"),
    _time("Forward", "forward_time"),
    _time("Self forward", "self_forward_time"),
    _time("Backward", "backward_time"),
    _time("Self backward", "self_backward_time"),
    _memory("Forward Mem", "forward_memory"),
    _memory("Backward Mem", "backward_memory"),
)


def render(
    rows: Sequence[Any], columns: Sequence[Column], total: float, sort_by: str | None, row_limit: int,
    most: Mapping[str, int], header: str | None = None,
) -> str:  # fmt: skip
    """The rows, the largest first, with a line for the time of all; `most`: the characters of columns, by their title.

    Raises ArgumentError for an unknown `sort_by`.
    """
    shown = _sorted(rows, sort_by)[: None if row_limit < 0 else row_limit]
    titles = [column.title for column in columns]
    cells = [[_shortened(column.cell(row, total), most.get(column.title)) for column in columns] for row in shown]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    rule = "  ".join("-" * width for width in widths)
    lines = [_line(line, widths) for line in cells]
    top = [header.center(len(rule)).rstrip()] if header else []
    return "\n".join(
        [*top, rule, _line(titles, widths), rule, *lines, rule, f"Self CPU time total: {time_text(total)}", ""]
    )


def _shortened(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most or most <= 3 else text[: most - 3] + "..."


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = cells
    return "  ".join([name.ljust(widths[0]), *(x.rjust(w) for x, w in zip(numbers, widths[1:], strict=True))])


def _sorted(rows: Sequence[Any], sort_by: str | None) -> list[Any]:
    if sort_by is None or not rows:
        return list(rows)
    name = sort_by.replace("cuda", "device")
    value = getattr(rows[0], name, None)
    if not isinstance(value, int | float) or isinstance(value, bool):
        known = "cpu_time, cpu_time_total, self_cpu_time_total, cpu_memory_usage, self_cpu_memory_usage or count"
        known = known if hasattr(rows[0], "key") else "total_time, forward_time, self_forward_time, backward_time, ..."
        raise ArgumentError(complaint("table", f"sort_by {known}", repr(sort_by)))
    return sorted(rows, key=lambda row: -getattr(row, name))
