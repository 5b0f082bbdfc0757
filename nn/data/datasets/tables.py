"""Tables of numbers in CSV files."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.tensor import as_tensor_of
from nn.data.dataset import TensorDataset


class CSVDataset(TensorDataset):
    """Samples `(features, label)` of a CSV file: float32 features (F,), and the column `label`, or features alone.

    label: name or number of its column (-1: the last); None for none. Labels that are whole numbers are int64, other
    numbers float32, words the number of the word in `classes`, which are sorted.
    header: whether the first row names the columns; by default it does if a cell of it is not a number, the label's
    aside. `columns` are the features' names, where there are any.
    Raises ArgumentError, with the line, for rows of another length and for features that are not numbers.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        label: int | str | None = -1,
        delimiter: str = ",",
        header: bool | None = None,
    ) -> None:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, delimiter=delimiter)
            rows = [(reader.line_num, row) for row in reader if row]
        if not rows:
            raise ArgumentError(complaint(f"CSVDataset, {path}", "a row at least", "an empty file"))
        first = [cell.strip() for cell in rows[0][1]]
        place = _place_of(path, label, first)
        if header is None:
            features = [cell for i, cell in enumerate(first) if i != place]
            header = isinstance(label, str) or not all(map(_is_number, features))
        self.columns = tuple(cell for i, cell in enumerate(first) if i != place) if header else ()
        self.classes: tuple[str, ...] = ()
        cells = [_checked(path, line, row, len(first), place) for line, row in rows[header:]]
        tensors = [as_tensor_of(np.array([row for row, _ in cells], np.float32).reshape(len(cells), -1))]
        if place is not None:
            tensors.append(as_tensor_of(self._labels([word for _, word in cells])))
        super().__init__(*tensors)

    def _labels(self, words: list[str]) -> Any:
        if not all(map(_is_number, words)):
            self.classes = tuple(sorted(set(words)))
            return np.searchsorted(self.classes, words).astype(np.int64)
        numbers = np.array(words, np.float64)
        return numbers.astype(np.int64 if (numbers == np.floor(numbers)).all() else np.float32)


def _place_of(path: Any, label: int | str | None, first: list[str]) -> int | None:
    if label is None:
        return None
    if isinstance(label, str) and label in first:
        return first.index(label)
    if isinstance(label, int) and -len(first) <= label < len(first):
        return label % len(first)
    raise ArgumentError(complaint(f"CSVDataset, {path}", f"a label among the columns {first}", repr(label)))


def _checked(path: Any, line: int, row: list[str], width: int, place: int | None) -> tuple[list[float], str]:
    """Features as numbers, and the label as it is."""
    where = f"CSVDataset, {path}, line {line}"
    if len(row) != width:
        raise ArgumentError(complaint(where, f"{width} cells, as in the first row", str(len(row))))
    features = [cell for i, cell in enumerate(row) if i != place]
    if wrong := [cell for cell in features if not _is_number(cell)]:
        raise ArgumentError(complaint(where, "numbers", repr(wrong[0])))
    return [float(cell) for cell in features], "" if place is None else row[place].strip()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
