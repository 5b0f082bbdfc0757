"""A traced model as a list of plain steps on flat buffers: what every writer of files has to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from autograd.typing import Array


@dataclass
class Step:
    """One computation. Every writer knows each `kind`; the results are as many as `results` names.

    elementwise(a[, b[, c]]) by `name`, broadcast; reshape(x); gather(x, ...): elements of the inputs laid end to end
    at `places`, -1 for `fill`; look_up(places, table): rows; reduce(x) of rows by `name`; matmul(x (..., I), weight
    (O, I), bias); product(a (B, I, K), b (B, K, J)); conv(x, weight, bias) over two dimensions; softmax(x) of rows;
    recurrent(x (T, N, I), h[, c], weight_ih, weight_hh, bias_ih, bias_hh) gives outputs and last states.
    """

    kind: str
    inputs: list[str]
    results: list[str]
    settings: dict[str, Any]


@dataclass
class Graph:
    """Steps from the input "x" to `output`; the shape of every value by name, the constants, the example's numbers.

    All values are float32, but that of an example of integers: `whole`.
    """

    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    constants: dict[str, Array] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    output: str = ""
    example: Array = field(default_factory=lambda: np.zeros(0, np.float32))
    expected: Array = field(default_factory=lambda: np.zeros(0, np.float32))

    def constant(self, array: Array) -> str:
        """The name of a constant; equal ones are kept once."""
        array = np.ascontiguousarray(array, np.float32).reshape(array.shape)
        for name, other in self.constants.items():
            if other.shape == array.shape and np.array_equal(other, array):
                return name
        name = f"c{len(self.constants)}"
        self.constants[name], self.shapes[name] = array, array.shape
        return name

    def add(self, kind: str, inputs: list[str], shape: tuple[int, ...], **settings: Any) -> str:
        """Add a step with one result and return its name."""
        return self.add_several(kind, inputs, [shape], **settings)[0]

    def add_several(self, kind: str, inputs: list[str], shapes: list[tuple[int, ...]], **settings: Any) -> list[str]:
        """Add a step and return the names of its results."""
        names = [f"v{len(self.shapes) + i}" for i in range(len(shapes))]
        self.shapes.update(zip(names, map(tuple, shapes), strict=True))
        self.steps.append(Step(kind, inputs, names, settings))
        return list(names)

    @property
    def whole(self) -> bool:
        """Whether the model takes integers."""
        return self.example.dtype.kind != "f"

    def elementwise(self, name: str, inputs: list[str], shape: Any = None, **settings: Any) -> str:
        """Add a step on elements; its shape is that of the broadcast inputs."""
        made = np.broadcast_shapes(*(self.shapes[x] for x in inputs)) if shape is None else tuple(shape)
        return self.add("elementwise", inputs, made, name=name, **settings)

    def reshape(self, name: str, shape: Any) -> str:
        """The value in another shape."""
        shape = tuple(shape)
        return name if self.shapes[name] == shape else self.add("reshape", [name], shape)

    def gather(self, inputs: list[str], places: Array, fill: float = 0.0) -> str:
        """The elements of the inputs, laid end to end, at `places`, in its shape."""
        if len(inputs) == 1 and np.array_equal(places.ravel(), np.arange(prod(self.shapes[inputs[0]]))):
            return self.reshape(inputs[0], places.shape)
        return self.add("gather", inputs, places.shape, places=places.ravel(), fill=fill)

    def places(self, *names: str) -> list[Array]:
        """For each value the places of its elements when all are laid end to end."""
        found, start = [], 0
        for name in names:
            size = prod(self.shapes[name])
            found.append(np.arange(start, start + size).reshape(self.shapes[name]))
            start += size
        return found

    def same_as(self, other: Graph) -> bool:
        """Whether both compute with the same constants in the same steps, apart from the settings of these."""
        steps = [[(step.kind, step.inputs, step.results) for step in graph.steps] for graph in (self, other)]
        return (
            steps[0] == steps[1]
            and self.constants.keys() == other.constants.keys()
            and all(np.array_equal(x, other.constants[name], True) for name, x in self.constants.items())
        )

    def prune(self) -> None:
        """Drop the steps and constants that the output does not depend on."""
        needed, steps = {self.output}, []
        for step in reversed(self.steps):
            if needed.intersection(step.results):
                needed.update(step.inputs)
                steps.append(step)
        self.steps = steps[::-1]
        self.constants = {name: array for name, array in self.constants.items() if name in needed}
