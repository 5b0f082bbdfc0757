"""Recorder: hears of every call in one thread while it is in force, and makes events of them."""

from __future__ import annotations

import functools
import os
import threading
import weakref
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import memory
from autograd.anomaly import calling_line
from autograd.kept_memory import arrays_in, held_by
from autograd.node import Node
from autograd.observation import observed
from autograd.operands import DECLARED
from autograd.profiler.event import FunctionEvent
from autograd.tensor_base import TensorBase


class Recorder:
    """The events of one recording, in the order in which they began.

    clock: gives the time in nanoseconds. Threads other than the one that starts it are ignored. A call that raises
    leaves no event, nor do the calls within it: their time is the surrounding event's own. The time of the recorder's
    own work is left out: its clock stands still meanwhile.
    """

    def __init__(self, clock: Callable[[], int], record_shapes: bool, with_stack: bool) -> None:
        self.events: list[FunctionEvent] = []
        self.running = False
        self._clock, self._shapes, self._lines = clock, record_shapes, with_stack
        self._thread = threading.get_ident()
        self._origin = clock()
        self._open: list[FunctionEvent] = []
        self._paths: weakref.WeakKeyDictionary[Any, list[str]] = weakref.WeakKeyDictionary()
        self._births = [0]
        self._modules = [""]
        self._known: dict[int, weakref.ref[Any]] = {}

    def start(self) -> None:
        """Take the place of every operation's computation, and be found by the rest."""
        for operation in DECLARED:
            operation.compute_with(self.timed(operation.name, operation.forward, "op"))
        self.running = True
        observed.observer = self

    def stop(self) -> None:
        """Give everything back; what is still open ends now."""
        observed.observer = None
        for operation in DECLARED:
            operation.compute_with(operation.forward)
        while self._open:
            self.end(self._open[-1])
        self.running = False

    @property
    def _here(self) -> bool:
        return self.running and threading.get_ident() == self._thread

    def timed(self, name: str, function: Callable[..., Any], kind: str = "user") -> Callable[..., Any]:
        """`function`, each call of which is an event."""

        def run(*args: Any, **kwargs: Any) -> Any:
            if not self._here:
                return function(*args, **kwargs)
            event = self._opened(name, kind, self._open[-1].module if self._open else "")
            return self._run(event, function, args, kwargs)

        return run

    def module(self, module: Any, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, a call of the module, as an event that has the module's path."""

        def run(*args: Any, **kwargs: Any) -> Any:
            if not self._here:
                return function(*args, **kwargs)
            path = self._path_of(module)
            return self._run(self._opened(f"nn.Module: {path}", "module", path), function, args, kwargs)

        return run

    def backward(self, node: Node, function: Callable[..., Any], *args: Any) -> Any:
        """Call `function` as the backward event of a node, which belongs to the module that made the node."""
        if not self._here:
            return function(*args)
        module = self._modules[bisect_right(self._births, node.birth) - 1]
        return self._run(self._opened(node.name(), "backward", module), function, args, {}, held_by(node))

    def begin(self, name: str) -> FunctionEvent | None:
        """Begin a part of the program; None in another thread."""
        return self._opened(name, "user", self._open[-1].module if self._open else "") if self._here else None

    def end(self, event: FunctionEvent) -> None:
        """End it, and what was begun in it and is still open; nothing if it has ended."""
        now = self._clock()
        self._end_at(event, now)
        self._origin += self._clock() - now

    def _end_at(self, event: FunctionEvent, now: int) -> None:
        while event in self._open:
            last = self._open.pop()
            last.finish(now - self._origin)
            last.pass_on()
        self._note_module()

    def _opened(self, name: str, kind: str, module: str) -> FunctionEvent:
        entered = self._clock()
        parent = self._open[-1] if self._open else None
        is_backward = kind == "backward" or (parent is not None and parent.is_backward)
        event = FunctionEvent(name, kind, parent, is_backward, module, len(self.events), self._thread)
        if self._lines:
            event.stack = [calling_line()]
        if parent is not None:
            parent.cpu_children.append(event)
        self.events.append(event)
        self._open.append(event)
        self._note_module()
        now = self._clock()
        self._origin += now - entered
        event.begin(now - self._origin)
        return event

    def _run(
        self, event: FunctionEvent, function: Callable[..., Any], args: Any, kwargs: dict[str, Any], kept: Any = None
    ) -> Any:
        done = False
        try:
            result = function(*args, **kwargs)
            done = True
        finally:
            if not done:
                self._drop(event)
        now = self._clock()
        if event in self._open:
            if self._shapes and event.kind in ("op", "module"):
                event.input_shapes = [list(x.shape) if isinstance(x, _HAVE_SHAPES) else [] for x in args]
            if event.kind in ("op", "backward"):
                self._count(event, (args, kwargs, kept), result)
            self._end_at(event, now)
            self._origin += self._clock() - now
        return result

    def _drop(self, event: FunctionEvent) -> None:
        """Forget an event and all that began since."""
        if event in self._open:
            del self.events[event.position :]
            del self._open[self._open.index(event) :]
            if event.cpu_parent is not None:
                event.cpu_parent.cpu_children.pop()
            self._note_module()

    def _count(self, event: FunctionEvent, given: Any, result: Any) -> None:
        """Count the buffers of the result that are neither the operands' nor counted before."""
        if isinstance(result, np.generic) and not event.cpu_children:
            event.allocate(result.nbytes)
        known = self._known
        homes = {id(home): home for x in arrays_in(result) if isinstance(home := memory.owner(x), np.ndarray)}
        if homes.keys() - known.keys():
            inputs = {id(memory.owner(x)) for x in arrays_in(given)}
            for key in homes.keys() - known.keys() - inputs:
                known[key] = weakref.ref(homes[key], functools.partial(_forget, known, key))
                event.allocate(homes[key].nbytes)

    def _note_module(self) -> None:
        """Note to which module the nodes belong that are made from now on, if that is another than before."""
        now = self._open[-1].module if self._open else ""
        if now != self._modules[-1]:
            self._births.append(memory.tick())
            self._modules.append(now)

    def _path_of(self, module: Any) -> str:
        """The module's dotted path from the outermost module that was called, whose path is the name of its class.

        A part of several such modules, or one that was called by itself too, has the path within the one that runs.
        """
        running = self._open[-1].module if self._open else ""
        if module not in self._paths:
            self._name_parts(module, running)
        known, within = self._paths[module], running.partition(".")[0] + "."
        return next((path for path in known if path.startswith(within)), known[0])

    def _name_parts(self, module: Any, running: str) -> None:
        """Give a module that has no path one of its own, and its parts theirs below it.

        The paths of a module that is gone are free again: one made anew at every call stays one row.
        """
        kind = type(module).__name__
        root = f"{running}.{kind}" if running else kind
        taken = {path for known in self._paths.values() for path in known}
        if root in taken:
            root = next(name for i in range(1, len(taken) + 1) if (name := f"{root}_{i}") not in taken)
        for path, part in module.named_modules():
            known, own = self._paths.setdefault(part, []), f"{root}.{path}" if path else root
            if own not in known:
                known.append(own)


_HAVE_SHAPES = (np.ndarray, np.generic, TensorBase)


def _forget(known: dict[int, weakref.ref[Any]], key: int, gone: Any) -> None:
    known.pop(key, None)


def _stop_in_child() -> None:
    """A process that is forked, such as a worker of a loader, records nothing."""
    if isinstance(observed.observer, Recorder):
        observed.observer.stop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_stop_in_child)
