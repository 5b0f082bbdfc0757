"""Comparisons as a table for people and as JSON lines for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.harness import Comparison

_HEADERS = ("what", "who", "median", "spread", "ratio", "target")


def table(comparisons: Iterable[Comparison]) -> str:
    """Rows of rivals under their comparison; ratio = what the rival takes / what we take."""
    rows = [_HEADERS]
    for comparison in comparisons:
        ours = comparison.ours
        rows.append((comparison.title, ours.name, amount(ours.median, comparison.unit), f"±{ours.spread:.0%}", "", ""))
        for rival in comparison.rivals:
            ratio = comparison.ratio(rival)
            median, spread = amount(rival.median, comparison.unit), f"±{rival.spread:.0%}"
            rows.append(("", rival.name, median, spread, factor(ratio), _verdict(ratio, rival.target)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADERS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(max(lines, key=len)), *lines[1:]])


def _verdict(ratio: float, target: float | None) -> str:
    if target is None:
        return ""
    return f">= {target:g} {'met' if ratio >= target else 'MISSED'}"


def factor(ratio: float) -> str:
    """A ratio with three digits or all its whole ones: `1.28`, `3,120`."""
    return f"{ratio:,.0f}" if ratio >= 1000 else f"{ratio:.3g}"


def amount(value: float, unit: str) -> str:
    """Seconds or bytes with three digits: `12.3 ms`, `4.56 MB`."""
    prefixes = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
    usable = [each for each in prefixes if each[0] <= 1.0] if unit == "s" else prefixes[:4]
    scale, prefix = next((each for each in usable if value >= each[0]), usable[-1])
    return f"{value / scale:.3g} {prefix}{unit}"


def append_json_lines(path: Path, machine: dict[str, str], comparisons: Iterable[Comparison]) -> None:
    """One line a comparison, with every sample, the machine and the time of day."""
    path.parent.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with path.open("a", encoding="utf-8") as file:
        for comparison in comparisons:
            entry = {
                "time": now,
                "what": comparison.title,
                "unit": comparison.unit,
                "samples": {series.name: series.samples for series in (comparison.ours, *comparison.rivals)},
                "ratios": {rival.name: comparison.ratio(rival) for rival in comparison.rivals},
                "machine": machine,
            }
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
