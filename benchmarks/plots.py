"""Bar charts of the ratios."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.harness import Comparison

_FASTER, _SLOWER = "#2a7f62", "#c0504d"
_BAR_HEIGHT = 0.38  # inches


def save_ratios(path: Path, title: str, comparisons: Sequence[Comparison]) -> None:
    """Write one horizontal bar for each rival: how many times as much as ours it takes, on a logarithmic axis."""
    from matplotlib.figure import Figure

    bars = [
        (f"{comparison.title}\nagainst {rival.name}", comparison.ratio(rival), rival.target)
        for comparison in comparisons
        for rival in comparison.rivals
    ]
    labels, ratios, targets = zip(*bars, strict=True)
    figure = Figure(figsize=(8, 1.2 + 1.4 * _BAR_HEIGHT * len(bars)), layout="constrained")
    axes = figure.subplots()
    rows = range(len(bars))
    axes.barh(rows, [ratio - 1 for ratio in ratios], left=1, color=[_FASTER if r >= 1 else _SLOWER for r in ratios])
    for row, ratio, target in zip(rows, ratios, targets, strict=True):
        axes.annotate(f"{ratio:.3g}×", (ratio, row), (4 if ratio >= 1 else -4, 0), textcoords="offset points",
                      va="center", ha="left" if ratio >= 1 else "right")  # fmt: skip
        if target is not None:
            axes.plot([target, target], [row - 0.45, row + 0.45], color="black", linestyle=":", linewidth=1.5)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlim(min(0.8, *ratios) / 1.3, max(2, *ratios) * 1.6)
    axes.set_yticks(rows, labels)
    axes.invert_yaxis()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("rival / ours; dotted: the target")
    axes.set_title(title, loc="left")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
