"""Comparisons as a table for people and as JSON lines for programs."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.harness import Comparison

_HEADERS = ("what", "who", "median", "spread", "GFLOP/s", "ratio", "target")


def table(comparisons: Sequence[Comparison]) -> str:
    """Rows of rivals under their comparison; ratio = what the rival takes / what we take."""
    rows = [_HEADERS]
    for comparison in comparisons:
        for number, series in enumerate((comparison.ours, *comparison.rivals)):
            title, ratio, verdict = comparison.title, "", ""
            if number:
                title, ratio = "", factor(comparison.ratio(series))
                verdict = _verdict(comparison.ratio(series), series.target)
            rate = f"{comparison.operations / series.median / 1e9:.3g}" if comparison.operations else ""
            median = amount(series.median, comparison.unit)
            rows.append((title, series.name, median, f"±{series.spread:.0%}", rate, ratio, verdict))
    kept = [column for column in range(len(_HEADERS)) if column < 2 or any(row[column] for row in rows[1:])]
    widths = [max(len(row[column]) for row in rows) for column in kept]
    lines = [
        "  ".join(row[column].ljust(width) for column, width in zip(kept, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "-" * len(max(lines, key=len)), *lines[1:], *_means(comparisons)])


def _means(comparisons: Sequence[Comparison]) -> list[str]:
    """The geometric mean of the ratios to each rival of each group of comparisons, where there are three or more."""
    ratios: dict[tuple[str, str], list[float]] = {}
    for comparison in comparisons:
        for rival in comparison.rivals:
            if comparison.group:
                ratios.setdefault((comparison.group, rival.name), []).append(comparison.ratio(rival))
    return [
        f"geometric mean, {group}, {name}: {factor(statistics.geometric_mean(values))}"
        for (group, name), values in ratios.items()
        if len(values) >= 3
    ]


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
