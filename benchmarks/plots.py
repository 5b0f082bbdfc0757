"""Bar charts of the ratios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness import Comparison
from benchmarks.report import factor

_FASTER, _SLOWER = "#2a7f62", "#c0504d"
_BAR_HEIGHT = 0.38  # inches


def save_ratios(path: Path, title: str, comparisons: Sequence[Comparison]) -> None:
    """Write one horizontal bar for each rival: how many times as much as ours it takes, on a logarithmic axis."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

    bars = [
        (f"{comparison.title}\nagainst {rival.name}", comparison.ratio(rival), rival.target)
        for comparison in comparisons
        for rival in comparison.rivals
    ]
    labels, ratios, targets = zip(*bars, strict=True)
    figure = Figure(figsize=(9, 1.2 + 1.4 * _BAR_HEIGHT * len(bars)), layout="constrained")
    axes = figure.subplots()
    rows = range(len(bars))
    axes.barh(rows, [ratio - 1 for ratio in ratios], left=1, color=[_FASTER if r >= 1 else _SLOWER for r in ratios])
    for row, ratio, target in zip(rows, ratios, targets, strict=True):
        number_from = max(1, ratio, target or 0)
        axes.annotate(f"{factor(ratio)}×", (number_from, row), (5, 0), textcoords="offset points", va="center")
        if target is not None:
            axes.plot([target, target], [row - 0.45, row + 0.45], color="black", linestyle=":", linewidth=1.5)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    lowest, highest = min(0.9, *ratios), max(2, *ratios)
    axes.set_xlim(lowest, highest * (highest / lowest) ** 0.2)  # room for the number beside the longest bar
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if highest < 100 * lowest else (1,)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks(rows, labels)
    axes.invert_yaxis()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("rival / ours, above 1 we are better; dotted: the target")
    axes.set_title(title, loc="left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
