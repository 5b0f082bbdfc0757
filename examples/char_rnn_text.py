"""A text for `examples.char_rnn`: parallel streams of characters as numbers, read a window at a time."""

from pydoc_data.topics import topics

import autograd as torch

VALIDATION = 0.05  # the part of the text, at its end, that is not trained on


def read(path, batch, steps):
    """The characters of a text, and its numbers in streams (L, batch) for training and for validation.

    path: of a file, or None for Python's help topics. Raises OSError, and ValueError where L is not above `steps`.
    """
    text = path.read_text(encoding="utf-8") if path else "\n".join(topics.values())
    characters = "".join(sorted(set(text)))
    numbers = torch.tensor([characters.index(character) for character in text])
    split, found = int(len(text) * (1 - VALIDATION)), []
    for part in (numbers[:split], numbers[split:]):
        length = len(part) // batch
        if length <= steps:
            raise ValueError(f"{len(text)} characters are too few for --batch {batch} and --steps {steps}")
        found.append(part[: length * batch].reshape(batch, length).T.contiguous())
    return characters, *found


def window(text, number, steps):
    """Characters (steps, N) and those that follow them, from the window of that number, round and round."""
    start = number % ((len(text) - 1) // steps) * steps
    return text[start : start + steps], text[start + 1 : start + steps + 1].flatten()
