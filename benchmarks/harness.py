"""Fair timing: rivals agree first, warm up outside the clock, and take turns."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

PAUSE = 0.05  # seconds between samples: the last rival's threads stop spinning (OpenBLAS's do after 2^26 cycles)


class DisagreementError(AssertionError):
    """Two rivals computed different things, so their times cannot be compared."""


@dataclass(frozen=True)
class Rival:
    """One way to do the work.

    run: the work that is timed.
    result: what to compare with the other rivals before anything is timed; arrays, numbers or sequences of them.
    target: the least ratio (this rival's time / ours) that we promise, if any.
    slow: takes seconds and has nothing to warm up, so it is run once, in the first round.
    """

    name: str
    run: Callable[[], Any]
    result: Callable[[], Any]
    target: float | None = None
    slow: bool = False


@dataclass(frozen=True)
class Series:
    """What was measured of one rival: a sample for each round."""

    name: str
    samples: tuple[float, ...]
    target: float | None = None

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, as a part of the median."""
        if len(self.samples) < 2:
            return 0.0
        low, _, high = statistics.quantiles(self.samples, n=4, method="inclusive")
        return (high - low) / 2 / self.median


@dataclass(frozen=True)
class Comparison:
    """The series of our library and those of its rivals, in seconds ("s") or bytes ("B") for one run.

    operations: products and sums of floating-point numbers in one run, if it is worth telling their rate. group: names
    comparisons whose mean is told.
    """

    title: str
    ours: Series
    rivals: tuple[Series, ...]
    unit: str = "s"
    operations: float | None = None
    group: str | None = None

    def ratio(self, rival: Series) -> float:
        """What the rival takes / what we take: above 1 we are better."""
        return rival.median / self.ours.median


def compare(
    title: str, rivals: Sequence[Rival], *, rounds: int = 15, sample_seconds: float = 0.02, rtol: float = 1e-4,
    operations: float | None = None, group: str | None = None,
) -> Comparison:  # fmt: skip
    """Time the rivals; the first is ours.

    rounds: samples of each rival, taken in turn, each round starting with another rival.
    sample_seconds: least length of a sample; a shorter run is repeated to fill it.
    rtol: how far the rivals' results may lie apart, relative to the largest of them in size.
    operations, group: as in Comparison.
    Raises DisagreementError, before any time is taken, if the results differ by more.
    """
    assert_agreement(title, rivals, rtol)
    repeats = [1 if rival.slow else _repeats(rival.run, sample_seconds) for rival in rivals]
    samples: list[list[float]] = [[] for _ in rivals]
    gc.collect()
    gc.freeze()  # what the libraries loaded is not searched in anybody's samples
    try:
        for start in range(rounds):
            for turn in range(len(rivals)):
                number = (start + turn) % len(rivals)
                if rivals[number].slow and start > 0:
                    continue
                samples[number].append(_sample(rivals[number].run, repeats[number]))
    finally:
        gc.unfreeze()
    ours, *others = [Series(r.name, tuple(each), r.target) for r, each in zip(rivals, samples, strict=True)]
    return Comparison(title, ours, tuple(others), operations=operations, group=group)


def _repeats(run: Callable[[], Any], sample_seconds: float) -> int:
    """How many runs fill a sample. This is the warm-up too: compilation and caches are done with afterwards."""
    run()
    repeats = 1
    while (seconds := _time(run, repeats)) < sample_seconds:
        repeats = max(repeats + 1, int(repeats * min(10.0, 1.2 * sample_seconds / seconds)))
    return repeats


def _time(run: Callable[[], Any], repeats: int) -> float:
    begin = time.perf_counter()
    for _ in range(repeats):
        run()
    return time.perf_counter() - begin


def _sample(run: Callable[[], Any], repeats: int) -> float:
    """Mean seconds of one run. The garbage collector runs as it does for a user, but only on garbage made here."""
    gc.collect()
    time.sleep(PAUSE)
    if repeats > 1:
        run()  # wakes the worker threads
    return _time(run, repeats) / repeats


def assert_agreement(title: str, rivals: Sequence[Rival], rtol: float) -> None:
    """Every array of a rival's result equals the first rival's within `rtol` of its largest element."""
    reference, *others = [_arrays(rival.result()) for rival in rivals]
    for rival, arrays in zip(rivals[1:], others, strict=True):
        if len(arrays) != len(reference):
            raise DisagreementError(
                f"{title}: {rival.name} gives {len(arrays)} results, {rivals[0].name} {len(reference)}"
            )
        for expected, given in zip(reference, arrays, strict=True):
            scale = max(float(np.abs(expected).max(initial=0.0)), 1e-30)
            if expected.shape != given.shape or not np.all(np.abs(expected - given) <= rtol * scale):
                raise DisagreementError(
                    f"{title}: {rival.name} gives\n{given}\nwhere {rivals[0].name} gives\n{expected}"
                )


def _arrays(result: Any) -> list[np.ndarray]:
    """The result as arrays; a sequence of numbers, such as the losses of some steps, is one of them."""
    arrays = [_as_array(part) for part in (result if isinstance(result, list | tuple) else [result])]
    return [np.stack(arrays)] if all(array.ndim == 0 for array in arrays) else arrays


def _as_array(part: Any) -> np.ndarray:
    if hasattr(part, "detach"):
        part = part.detach().numpy()
    return np.asarray(part, dtype=np.float64)
