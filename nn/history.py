"""History: the numbers of a training run, step by step and epoch by epoch, on disk as they come."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from autograd.errors import ArgumentError, complaint
from autograd.files.errors import FileFormatError

FilePath = str | os.PathLike[str]


class Table:
    """Named columns of numbers, a row at a time: `table.add(loss=0.3)`, then `table["loss"]`.

    path: a CSV file that gets every row as soon as it is added, by one write of the system: a process that is killed
    loses no row. With `resume` the rows of the file are read first, and a last line that was cut off is removed;
    without it the file begins anew. Raises ArgumentError (FileFormatError) for a file that is no such table.
    """

    def __init__(self, path: FilePath | None = None, *, resume: bool = False) -> None:
        self._file: io.FileIO | None = None
        self._columns: dict[str, list[float]] = {}
        self.path = None if path is None else Path(path)
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(self.path, "ab", buffering=0)  # noqa: SIM115
        self._file.truncate(_length_of_whole_lines(self.path) if resume else 0)
        self._columns = _read(self.path)

    def add(self, **scalars: float) -> None:
        """Record one row. Values may be Python numbers or tensors with one element.

        Every row must have the same names: another set raises ArgumentError.
        """
        columns = self._columns
        if columns and scalars.keys() != columns.keys():
            where, expected = f"{type(self).__name__}.add", f"the scalars {', '.join(columns)}"
            raise ArgumentError(complaint(where, expected, ", ".join(scalars) or "none"))
        row = {name: float(value) for name, value in scalars.items()}
        if self._file is not None and row:
            line = ",".join([repr(row[name]) for name in columns or row]) + "\n"
            self._file.write((line if columns else _header(row) + line).encode())
        for name, value in row.items():
            columns.setdefault(name, []).append(value)

    def truncate(self, length: int) -> None:
        """Forget all rows but the first `length`, in the file too: for a run resumed from an older checkpoint.

        Raises ArgumentError where there are fewer rows.
        """
        if not 0 <= length <= len(self):
            raise ArgumentError(complaint(f"{type(self).__name__}.truncate", f"0 to {len(self)} rows", str(length)))
        for values in self._columns.values():
            del values[length:]
        if self.path is not None and self._file is not None and self._columns:
            with open(self.path, "rb") as file:
                kept = sum(len(file.readline()) for _ in range(length + 1))
            self._file.truncate(kept)

    def close(self) -> None:
        """Close the file; rows added later stay in memory alone."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __del__(self) -> None:
        Table.close(self)

    def __getitem__(self, name: str) -> list[float]:
        if name not in self._columns:
            known = ", ".join(self._columns) or "none"
            raise KeyError(f"{type(self).__name__}: no scalar {name!r}; there are {known}")
        return self._columns[name]

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), []))

    @property
    def names(self) -> list[str]:
        """The names of the recorded scalars, in the order of their first appearance."""
        return list(self._columns)


class History(Table):
    """Records scalars per epoch, `history.add(train_loss=0.3, val_loss=0.4)`, and per step, `history.step(loss=0.5)`.

    `history["train_loss"]` is the list of an epoch's scalar, `history.steps["loss"]` that of a step's.
    path: the CSV file of the epochs; that of the steps stands beside it, `run.steps.csv` beside `run.csv`. Rows reach
    the files as they come, whatever happens to the process. `History("run.csv", resume=True)` goes on with the files
    that are there, `History.read("run.csv")` only looks at them. Default: in memory alone.
    """

    def __init__(self, path: FilePath | None = None, *, resume: bool = False) -> None:
        super().__init__(path, resume=resume)
        self.steps = Table(None if path is None else _steps_beside(Path(path)), resume=resume)

    def step(self, **scalars: float) -> None:
        """Record one step. Otherwise as `add`."""
        self.steps.add(**scalars)

    def close(self) -> None:
        """Close both files; what is added later stays in memory alone."""
        super().close()
        self.steps.close()

    def __enter__(self) -> History:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @classmethod
    def read(cls, path: FilePath) -> History:
        """What the files of a run hold, also while it goes on: they are not changed. A line cut off is left out.

        Raises FileNotFoundError where there is no such file, ArgumentError (FileFormatError) for one that is no table.
        """
        history, beside = cls(), _steps_beside(Path(path))
        history._columns = _read(Path(path))
        if beside.exists():
            history.steps._columns = _read(beside)
        return history


def _steps_beside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.steps{path.suffix}")


def _header(row: dict[str, float]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue()


def _length_of_whole_lines(path: Path) -> int:
    return path.read_bytes().rfind(b"\n") + 1


def _read(path: Path) -> dict[str, list[float]]:
    text = path.read_bytes()
    rows = csv.reader(io.StringIO(text[: text.rfind(b"\n") + 1].decode()))
    names = next(rows, [])
    columns: dict[str, list[float]] = {name: [] for name in names}
    for number, row in enumerate(rows, 2):
        try:
            for name, value in zip(names, row, strict=True):
                columns[name].append(float(value))
        except ValueError as problem:
            expected = f"{len(names)} numbers in line {number} of {path}"
            raise FileFormatError(complaint("History", expected, ",".join(row))) from problem
    return columns
