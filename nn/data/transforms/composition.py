"""Transforms made of others, and of functions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import ArgumentError, complaint
from nn.data.transforms.drawing import Described, probability, uniform


class Compose:
    """Transforms one after the other."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, image: Any) -> Any:
        for transform in self.transforms:
            image = transform(image)
        return image

    def __repr__(self) -> str:
        lines = "".join(f"    {transform}\n" for transform in self.transforms)
        return f"Compose(\n{lines})"


class Lambda(Described):
    """A function as a transform. Raises ArgumentError for what cannot be called."""

    def __init__(self, lambd: Callable[[Any], Any]) -> None:
        if not callable(lambd):
            raise ArgumentError(complaint("Lambda", "a function", type(lambd).__name__))
        self.lambd = lambd

    def __call__(self, image: Any) -> Any:
        return self.lambd(image)


class RandomApply(Described):
    """Transforms one after the other, all of them with probability `p`, else none."""

    def __init__(self, transforms: Sequence[Callable[[Any], Any]], p: float = 0.5) -> None:
        self.transforms = transforms
        self.p = probability("RandomApply", p)

    def __call__(self, image: Any) -> Any:
        if self.p >= uniform(0.0, 1.0):
            for transform in self.transforms:
                image = transform(image)
        return image


class RandomChoice(Described):
    """One of the transforms, drawn anew for each image by Python's `random`, as torchvision does.

    p: their probabilities or weights; by default all are as likely. Raises ArgumentError for another count of them.
    """

    def __init__(self, transforms: Sequence[Callable[[Any], Any]], p: Sequence[float] | None = None) -> None:
        if p is not None and len(p) != len(transforms):
            raise ArgumentError(complaint("RandomChoice", f"{len(transforms)} weights", str(len(p))))
        self.transforms = transforms
        self.p = p

    def __call__(self, image: Any) -> Any:
        return random.choices(self.transforms, weights=self.p)[0](image)
