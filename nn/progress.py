"""A progress bar over the batches of an epoch, with the mean of what is measured so far."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sized
from time import monotonic
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Progress(Generic[T]):
    """Iterates over `iterable` and draws how far it got, with the running means of the numbers that it is told.

        for x, y in (bar := Progress(loader, "epoch 1")):
            ...
            bar.update(loss=loss)

    description: the text before the bar. total: how many items there are (default: `len(iterable)`, unknown if it has
    none). disable: True draws nothing, False draws always, None (default) draws where standard error is a terminal.
    interval: seconds between two drawings. The bar is tqdm's, imported when the first one is drawn.
    """

    def __init__(
        self,
        iterable: Iterable[T],
        description: str = "",
        *,
        total: int | None = None,
        disable: bool | None = None,
        interval: float = 0.1,
    ) -> None:
        self.iterable = iterable
        self.description = description
        self.total = total
        self.disable = disable
        self.interval = interval
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    def update(self, **scalars: float) -> None:
        """Take note of numbers measured on the present item: Python numbers or tensors with one element."""
        sums, counts = self._sums, self._counts
        for name, value in scalars.items():
            sums[name] = sums.get(name, 0.0) + float(value)
            counts[name] = counts.get(name, 0) + 1

    @property
    def means(self) -> dict[str, float]:
        """The means, over the items since the loop began, of the numbers told."""
        return {name: total / self._counts[name] for name, total in self._sums.items()}

    def __len__(self) -> int:
        return len(self.iterable) if self.total is None else self.total  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[T]:
        self._sums, self._counts = {}, {}
        quiet = not sys.stderr.isatty() if self.disable is None else self.disable
        return iter(self.iterable) if quiet else self._drawn()

    def _drawn(self) -> Iterator[T]:
        from tqdm import tqdm

        total = self.total
        if total is None and isinstance(self.iterable, Sized):
            total = len(self.iterable)
        done, drawn = 0, monotonic()
        with tqdm(desc=self.description or None, total=total, mininterval=0) as bar:
            try:
                for item in self.iterable:
                    yield item
                    done += 1
                    if (now := monotonic()) - drawn >= self.interval:
                        self._draw(bar, done)
                        drawn = now
            finally:
                self._draw(bar, done)

    def _draw(self, bar: Any, done: int) -> None:
        bar.set_postfix_str(", ".join(f"{name}={value:.4g}" for name, value in self.means.items()), refresh=False)
        bar.update(done - bar.n)
        bar.refresh()
