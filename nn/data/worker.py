"""A loader's worker: the process that loads batches and sends them to the loader's."""

from __future__ import annotations

import contextlib
import pickle
import queue
import random
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from types import TracebackType
from typing import Any

import numpy as np

from autograd.random import default_generator
from nn.data.fetch import map_fetcher, stream_batches


@dataclass(frozen=True)
class WorkerInfo:
    """What a worker is told of itself: its number `id` of `num_workers`, its `seed`, and its copy of the `dataset`."""

    id: int
    num_workers: int
    seed: int
    dataset: Any


class _Place:
    """Where this process stands: in a worker, or (None) not."""

    worker: WorkerInfo | None = None


_place = _Place()


def get_worker_info() -> WorkerInfo | None:
    """Which worker of a DataLoader this process is, None outside. An IterableDataset asks it which part is its own."""
    return _place.worker


@dataclass(frozen=True)
class Duty:
    """All that a worker needs to know: what to load, how, and whom to call first."""

    info: WorkerInfo
    collate_fn: Callable[[Any], Any]
    batched: bool
    stream: bool
    batch_size: int | None
    drop_last: bool
    worker_init_fn: Callable[[int], None] | None


@dataclass(frozen=True)
class Failure:
    """An exception in a worker, as text."""

    kind: type[BaseException]
    text: str


class Exhausted:
    """A worker's answer when its iterable dataset has no more samples."""


class _Attempt(contextlib.AbstractContextManager["_Attempt"]):
    """A piece of work whose exception is kept, whatever it is, in place of its result."""

    packed: bytes = b""

    def __init__(self, turn: int) -> None:
        self.turn = turn

    def answer(self, result: Any) -> None:
        self.packed = pickle.dumps((self.turn, result), protocol=5)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if kind is None or not issubclass(kind, Exception):
            return False
        text = "".join(traceback.format_exception(kind, error, trace))
        try:
            self.answer(Failure(kind, text))
        except (pickle.PicklingError, AttributeError, TypeError):  # a class that is not found by its name
            self.answer(Failure(RuntimeError, text))
        return True


def serve(duty: Duty, link: connection.Connection, others: list[connection.Connection]) -> None:
    """Load what is asked for, until the loader's process closes its end of the link or ends.

    others: the ends of the loader's process that a fork has copied into this one.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the loader's process, which then stops this one
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in others:
        other.close()
    _place.worker = duty.info
    _seed(duty.info)
    tasks: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_take, args=(link, tasks), daemon=True).start()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        _answer_all(duty, link, tasks)


def _seed(info: WorkerInfo) -> None:
    """Give each generator numbers of its own, PyTorch's: two of one algorithm must not start from one state."""
    random.seed(info.seed)
    default_generator.manual_seed(info.seed)
    base = info.seed - info.id
    entropy = [info.id, base & 0xFFFFFFFF, base >> 32, 0]
    np.random.seed(np.random.SeedSequence(entropy).generate_state(4))


def _take(link: connection.Connection, tasks: queue.SimpleQueue[Any]) -> None:
    """Take tasks off the link as they come: were both processes to write, neither would read."""
    parent = parent_process()
    sources: list[Any] = [link] if parent is None else [link, parent.sentinel]
    try:
        while link in connection.wait(sources):
            tasks.put(link.recv())
    except (EOFError, OSError):
        pass
    tasks.put(None)


def _answer_all(duty: Duty, link: connection.Connection, tasks: queue.SimpleQueue[Any]) -> None:
    load: Any = None
    current = 0
    while (task := tasks.get()) is not None:
        turn, order = task
        with _Attempt(turn) as attempt:
            if current == 0 and duty.worker_init_fn is not None:
                duty.worker_init_fn(duty.info.id)
            if turn != current:
                current, load = turn, _loader(duty)
            attempt.answer(load(order))
        link.send_bytes(attempt.packed)


def _loader(duty: Duty) -> Callable[[Any], Any]:
    """What answers the tasks of one pass."""
    if not duty.stream:
        return map_fetcher(duty.info.dataset, duty.collate_fn, duty.batched)
    batches = stream_batches(duty.info.dataset, duty.collate_fn, duty.batch_size, duty.drop_last)
    return lambda order: next(batches, Exhausted())
