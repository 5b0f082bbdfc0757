"""Text as a row of characters, for models that guess the next one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from autograd.tensor import Tensor, as_tensor_of
from nn.data.dataset import Dataset


class TextDataset(Dataset):
    """Samples `(characters, next ones)`, both int64 (length,), of a text; sample i begins at character i·stride.

    text: the text itself. vocabulary: the characters in the order of their numbers (default: those of the text,
    sorted); pass a training text's to the validation text. `encoded` is the whole text, int64 (N,).
    Raises ArgumentError for a text not longer than `length`, or characters that the vocabulary lacks.
    """

    def __init__(self, text: str, length: int, stride: int = 1, vocabulary: str | None = None) -> None:
        if length < 1 or stride < 1 or len(text) <= length:
            given = f"{len(text)} characters, length={length}, stride={stride}"
            raise ArgumentError(complaint("TextDataset", "length, stride >= 1 and a text longer than length", given))
        self.length = length
        self.stride = stride
        self.vocabulary = "".join(sorted(set(text))) if vocabulary is None else vocabulary
        self._numbers = {character: number for number, character in enumerate(self.vocabulary)}
        self.encoded = self.encode(text)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str], length: int, **options: Any) -> TextDataset:
        """Of a file in UTF-8, with options as for a text."""
        return cls(Path(path).read_text(encoding="utf-8"), length, **options)

    def encode(self, text: str) -> Tensor:
        """The numbers of characters, int64 (N,)."""
        if missing := sorted(set(text) - self._numbers.keys()):
            raise ArgumentError(complaint("TextDataset", "characters of the vocabulary", repr("".join(missing))))
        return as_tensor_of(np.array([self._numbers[character] for character in text], np.int64))

    def decode(self, numbers: Any) -> str:
        """The characters of numbers."""
        return "".join(self.vocabulary[number] for number in np.asarray(numbers).tolist())

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(complaint("TextDataset", f"an index within {len(self)} samples", str(index)))
        start = position * self.stride
        return self.encoded[start : start + self.length], self.encoded[start + 1 : start + self.length + 1]

    def __len__(self) -> int:
        return (len(self.encoded) - self.length - 1) // self.stride + 1
