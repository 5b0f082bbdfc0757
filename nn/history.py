"""History: the numbers of a training run, epoch by epoch."""

from __future__ import annotations

from autograd.errors import ArgumentError, complaint


class History:
    """Records scalars per epoch: `history.add(train_loss=0.3, val_loss=0.4)`, then `history["train_loss"]`.

    Every epoch must record the same names: another set raises ArgumentError.
    """

    def __init__(self) -> None:
        self._columns: dict[str, list[float]] = {}

    def add(self, **scalars: float) -> None:
        """Record one epoch. Values may be Python numbers or tensors with one element."""
        if self._columns and scalars.keys() != self._columns.keys():
            raise ArgumentError(
                complaint("History.add", f"the scalars {', '.join(self._columns)}", ", ".join(scalars) or "none")
            )
        for name, value in scalars.items():
            self._columns.setdefault(name, []).append(float(value))

    def __getitem__(self, name: str) -> list[float]:
        if name not in self._columns:
            raise KeyError(f"History: no scalar {name!r}; there are {', '.join(self._columns) or 'none'}")
        return self._columns[name]

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), []))

    @property
    def names(self) -> list[str]:
        """The names of the recorded scalars, in the order of their first appearance."""
        return list(self._columns)
