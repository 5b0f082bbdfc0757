"""A table of what a model is made of: shapes, parameters, multiply-adds, memory kept for the backward pass."""

from __future__ import annotations

import gc
import tracemalloc
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from autograd import memory
from autograd.creation import zeros
from autograd.errors import ArgumentError, OperandError, complaint
from autograd.grad_mode import enable_grad, no_grad
from autograd.kept_memory import kept_buffers
from autograd.multiply_adds import counting
from autograd.random import fork_rng
from autograd.tensor import Tensor
from nn.module import Module
from nn.parameter import is_lazy

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One module: what it does itself, without the modules within it, so that columns add up to the total.

    name: its dotted path, "" for the model. output_shapes: for each call the shapes of the tensors that it returned.
    parameters: elements of its own; tied: of those, the ones that a row above has counted already.
    multiply_adds, kept_bytes: over all calls. same_as: the path of the row that tells of this module, if it stands in
    the model a second time; the numbers are then 0.
    """

    name: str
    kind: str
    output_shapes: tuple[tuple[Shape, ...], ...] = ()
    parameters: int = 0
    tied: int = 0
    multiply_adds: int = 0
    kept_bytes: int = 0
    same_as: str | None = None

    @property
    def calls(self) -> int:
        """How often the model called it."""
        return len(self.output_shapes)


@dataclass(frozen=True)
class Peak:
    """The most bytes that a forward pass held on top of what was there before: with its graph, and without one."""

    recording: int
    not_recording: int


@dataclass(frozen=True)
class Summary:
    """What `summary` found. Its text is the table; numbers are totals; `found["encoder.0"]` is a module's row."""

    rows: tuple[Row, ...]
    parameters: int
    trainable_parameters: int
    parameter_bytes: int
    multiply_adds: int
    kept_bytes: int
    peak: Peak | None = None

    def __getitem__(self, name: str) -> Row:
        for row in self.rows:
            if row.name == name:
                return row
        raise ArgumentError(complaint("Summary", "the dotted path of a module in the model", repr(name)))

    def __str__(self) -> str:
        table = [("Layer", "Output", "Parameters", "Multiply-adds", "Bytes kept"), *map(_cells, self.rows)]
        table.append(("Total", "", *(f"{n:,}" for n in (self.parameters, self.multiply_adds, self.kept_bytes))))
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  ".join(_padded(cell, widths[i], i) for i, cell in enumerate(row)).rstrip() for row in table]
        lines[1:1] = lines[-1:-1] = ["-" * max(map(len, lines))]
        lines.append(f"Trainable parameters: {self.trainable_parameters:,}. All take {self.parameter_bytes:,} bytes.")
        if self.peak is not None:
            lines.append(f"Peak of a forward pass: {self.peak.recording:,} bytes with its graph, "
                         f"{self.peak.not_recording:,} under no_grad.")  # fmt: skip
        return "\n".join(lines)


def summary(model: Module, input: Any, *more: Any, dtype: Any = None, peak: bool = False, **kwargs: Any) -> Summary:
    """Run `model` once, in the mode that it is in, and tell layer by layer what that took.

        print(nn.summary(model, (1, 3, 32, 32)))

    input: a Tensor; a shape, which stands for zeros; or a tuple of both, the positional arguments, which may also be
    given one by one. kwargs: further arguments of the model. dtype: of the zeros; by default that of the first
    floating-point parameter.
    peak: also measure the peak of memory, which takes two more runs, slow ones.
    Multiply-adds are those of matrix products, convolutions and attention wherever they are called, in functions too.
    Bytes kept are what the graph behind the output holds for the backward pass: each buffer once, at the module that
    first kept it; the input counts, parameters and buffers of the model do not. A model whose parameters are frozen
    keeps nothing.
    The model stays as it was: mode, attributes, weights, running statistics, gradients, hooks; so do the input and the
    state of the random generator. Only what its forward pass adds to lists of its own stays there.
    Raises OperandError for other inputs, ArgumentError for a model with lazy layers.
    """
    _check_model(model)
    arguments = _arguments((input, *more) if more else input, _dtype_of(model) if dtype is None else dtype)

    def forward() -> Any:
        args, named = _copied(arguments), _copied(kwargs)
        return model(*args, **named)

    with fork_rng(), _left_as_found(model):
        watch = _Watch(model)
        with enable_grad(), watch:
            output = forward()
        watch.find_kept(output)
        del output
        measured = Peak(_peak(enable_grad(), forward), _peak(no_grad(), forward)) if peak else None
    return _summed(model, watch.rows(), measured)


def _check_model(model: Any) -> None:
    if not isinstance(model, Module):
        raise OperandError(complaint("summary", "a Module", type(model).__name__))
    if any(is_lazy(x) for x in chain(model.parameters(), model.buffers())):
        raise ArgumentError(complaint("summary", "a model whose parameters have shapes", "lazy layers",
                                      "Call model(input) once before"))  # fmt: skip


def _dtype_of(model: Module) -> Any:
    return next((p.dtype for p in model.parameters() if p.is_floating_point()), None)


def _arguments(input: Any, dtype: Any) -> tuple[Any, ...]:
    """The positional arguments that `input` means."""
    if _is_shape(input):
        return (zeros(input, dtype=dtype),)
    if type(input) in (tuple, list):
        return tuple(zeros(x, dtype=dtype) if _is_shape(x) else x for x in input)
    if isinstance(input, Tensor | tuple):
        return (input,)
    expected = "a Tensor, a shape, or a tuple of them"
    raise OperandError(complaint("summary", expected, type(input).__name__, "Make a Tensor of arrays: tensor(array)"))


def _is_shape(item: Any) -> bool:
    return isinstance(item, tuple | list) and bool(item) and all(type(size) is int for size in item)


def _copied(item: Any) -> Any:
    """The same with each Tensor copied, for a model that writes to its input."""
    if isinstance(item, Tensor):
        return item.detach().clone().requires_grad_(item.requires_grad)
    if isinstance(item, Mapping):
        return {name: _copied(value) for name, value in item.items()}
    if type(item) in (tuple, list):
        return type(item)(_copied(part) for part in item)
    return item


@contextmanager
def _left_as_found(model: Module) -> Iterator[None]:
    """Undo what happens inside to the attributes and registers of the modules, to parameters, gradients and buffers."""
    before = [(vars(module), {**vars(module)}) for module in model.modules()]
    registers = [(held, {**held}) for own, _ in before for held in own.values() if type(held) is dict]
    parameters = [(x, x._array, x._array.copy(), x._grad) for x in model.parameters()]
    buffers = [(x, x._array, x._node) for x in model.buffers()]
    for parameter, *_ in parameters:
        parameter._grad = None
    for buffer, array, _ in buffers:
        buffer._array = array.copy()
    moment = memory.tick()
    try:
        yield
    finally:
        for holder, contents in [*before, *registers]:
            holder.clear()
            holder.update(contents)
        for parameter, array, values, gradient in parameters:
            parameter._array, parameter._grad = array, gradient
            if memory.written_since(array, moment):
                np.copyto(array, values)
                memory.wrote(array)
        for buffer, array, node in buffers:
            buffer._array, buffer._node = array, node


class _Watch:
    """Hears of calls of a model's modules and of operations, and notes who made them."""

    def __init__(self, model: Module) -> None:
        self.model = model
        self.paths: dict[Module, str] = {}
        for path, module in model.named_modules():
            self.paths[module] = path
        self.shapes: dict[Module, list[tuple[Shape, ...]]] = {module: [] for module in self.paths}
        self.products: Counter[Module] = Counter()
        self.kept: Counter[Module] = Counter()
        self._running = [model]
        self._moments = [memory.tick()]
        self._turns = [model]
        self._undo = ExitStack()

    def __enter__(self) -> None:
        for module in self.paths:
            for handle in (
                module.register_forward_pre_hook(self._begin, prepend=True),
                module.register_forward_hook(self._end, always_call=True),
            ):
                self._undo.callback(handle.remove)
        self._undo.enter_context(counting(self._count))

    def __exit__(self, *exception: object) -> None:
        self._undo.close()

    def _begin(self, module: Module, args: Any) -> None:
        self._running.append(module)
        self._turn()

    def _end(self, module: Module, args: Any, output: Any) -> None:
        self.shapes[module].append(tuple(tuple(x.shape) for x in _tensors(output)))
        self._running.pop()
        self._turn()

    def _turn(self) -> None:
        self._moments.append(memory.tick())
        self._turns.append(self._running[-1])

    def _count(self, products: int) -> None:
        self.products[self._running[-1]] += products

    def find_kept(self, output: Any) -> None:
        """Share the buffers that the graph behind the output keeps out to the modules whose operations did."""
        apart = chain(self.model.parameters(), self.model.buffers())
        for node, size in kept_buffers(_tensors(output), apart):
            self.kept[self._turns[bisect_right(self._moments, node.birth) - 1]] += size

    def rows(self) -> tuple[Row, ...]:
        """What was found, in the order of the modules' paths."""
        rows, counted = [], set()
        for path, module in self.model.named_modules(remove_duplicate=False):
            kind, first = type(module).__name__, self.paths[module]
            if path != first:
                rows.append(Row(path, kind, same_as=first))
                continue
            own = list(module.parameters(recurse=False))
            tied = sum(p.numel() for p in own if p in counted)
            counted.update(own)
            numbers = sum(p.numel() for p in own), tied, self.products[module], self.kept[module]
            rows.append(Row(path, kind, tuple(self.shapes[module]), *numbers))
        return tuple(rows)


def _tensors(item: Any) -> Iterator[Tensor]:
    """The Tensors in nested tuples, lists and dictionaries."""
    if isinstance(item, Tensor):
        yield item
    elif isinstance(item, Mapping):
        yield from _tensors(list(item.values()))
    elif isinstance(item, tuple | list):
        for part in item:
            yield from _tensors(part)


def _peak(mode: Any, forward: Callable[[], Any]) -> int:
    """The most bytes that were in use at once during a call, beyond those before it."""
    gc.collect()
    traced = tracemalloc.is_tracing()
    if not traced:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        with mode:
            forward()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not traced:
            tracemalloc.stop()


def _summed(model: Module, rows: tuple[Row, ...], peak: Peak | None) -> Summary:
    parameters = list(model.parameters())
    return Summary(
        rows,
        parameters=sum(p.numel() for p in parameters),
        trainable_parameters=sum(p.numel() for p in parameters if p.requires_grad),
        parameter_bytes=sum(p.numel() * p.element_size() for p in parameters),
        multiply_adds=sum(row.multiply_adds for row in rows),
        kept_bytes=sum(row.kept_bytes for row in rows),
        peak=peak,
    )


def _cells(row: Row) -> tuple[str, ...]:
    _, _, own = row.name.rpartition(".")
    title = "  " * (row.name.count(".") + 1) + f"{own} ({row.kind})" if row.name else row.kind
    if row.same_as is not None:
        return title, f"as {row.same_as or 'the model'}", "", "", ""
    shapes = " ".join(map(str, row.output_shapes[0])) if row.calls else "not called"
    if row.calls > 1:
        shapes += f" x{row.calls}"
    parameters = f"{row.parameters:,}" + (f" ({row.tied:,} tied)" if row.tied else "")
    return title, shapes, *("" if text == "0" else text for text in (
        parameters, f"{row.multiply_adds:,}", f"{row.kept_bytes:,}",
    ))  # fmt: skip


def _padded(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column < 2 else cell.rjust(width)
