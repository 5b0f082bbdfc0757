"""The worker processes of a loader, seen from the loader's process.

Each worker has a link of its own and shares nothing with the others: no queue, no lock, no shared memory. One that is
killed can therefore neither block nor break another, and its link tells at once that it is gone.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import pickle
import signal
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from multiprocessing import connection
from typing import Any, NoReturn

from autograd.errors import AutogradError, complaint
from autograd.observation import observed
from nn.data.worker import Duty, Exhausted, Failure, serve

_GRACE = 3.0  # seconds that workers have to finish what they are at
_WAIT = "enumerate(DataLoader)#_MultiProcessingDataLoaderIter.__next__"  # PyTorch's name, in a profile


class _Worker:
    """One process and the loader's end of its link."""

    def __init__(self, context: Any, duty: Duty, others: list[Any]) -> None:
        self.number = duty.info.id
        self.link, far_end = context.Pipe()
        copied = [*others, self.link] if context.get_start_method() == "fork" else []
        self.process = context.Process(target=serve, args=(duty, far_end, copied), daemon=True)
        try:
            self.process.start()
        finally:
            far_end.close()

    def ask(self, turn: int, order: Any) -> None:
        """Send a task; a worker that is gone is found out when its answer is waited for."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.link.send((turn, order))

    def answer(self, turn: int, timeout: float | None) -> Any:
        """The next answer of this turn; those of earlier turns, which nobody waits for any more, are dropped."""
        while True:
            if not connection.wait([self.link, self.process.sentinel], timeout):
                given = f"none in {timeout} s"
                cure = "Raise timeout=, or 0 for no limit"
                raise AutogradError(complaint("DataLoader", f"a batch from worker {self.number}", given, cure))
            try:
                if not self.link.poll():
                    self._report_death()
                packed = self.link.recv_bytes()
            except (EOFError, ConnectionResetError):
                self._report_death()
            of_turn, result = pickle.loads(packed)
            if of_turn == turn:
                return result

    def _report_death(self) -> NoReturn:
        self.process.join(_GRACE)
        code = self.process.exitcode
        how = f"killed by {signal.Signals(-code).name}" if code is not None and code < 0 else f"ended with code {code}"
        cure = "The system kills processes when memory runs out; num_workers=0 loads in this process and shows errors"
        given = f"worker {self.number} (pid {self.process.pid}) exited unexpectedly, {how}"
        raise AutogradError(complaint("DataLoader", "its workers alive", given, cure))

    def error_of(self, failure: Failure) -> BaseException:
        """What was raised in the worker, with its traceback as the text."""
        text = f"Caught {failure.kind.__name__} in DataLoader worker process {self.number}.\nOriginal {failure.text}"
        try:
            return failure.kind(_Verbatim(text))
        except (TypeError, ValueError, AttributeError):  # a constructor that wants more than a text
            return RuntimeError(text)


class _Verbatim(str):
    """Text that shows its line breaks even in a KeyError, which prints the `repr` of its argument."""

    def __repr__(self) -> str:
        return str(self)


class WorkerPool:
    """Workers, started together and stopped together: by `stop`, or when nobody holds the pool any more."""

    def __init__(self, duties: list[Duty], context: Any) -> None:
        made = context if hasattr(context, "Process") else multiprocessing.get_context(context)
        self.workers: list[_Worker] = []
        self.turn = 0
        self.stop = weakref.finalize(self, _stop, self.workers)
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self.stop)
            for duty in duties:
                self.workers.append(_Worker(made, duty, [worker.link for worker in self.workers]))
            on_failure.pop_all()


def _stop(workers: list[_Worker]) -> None:
    """Close the links, which a worker takes as the end; whoever does not end in time is made to."""
    for worker in workers:
        worker.link.close()
    deadline = time.monotonic() + _GRACE
    for end in ("join", "terminate", "kill"):
        for worker in workers:
            if end != "join" and worker.process.is_alive():
                getattr(worker.process, end)()
        for worker in workers:
            worker.process.join(max(0.1, deadline - time.monotonic()))


class WorkerIterator:
    """One pass over the data with workers: batches in the order in which they would come without.

    length: gives the number of batches. An error in one batch does not keep the next from coming; where a worker is
    gone or late, all are stopped.
    """

    def __init__(
        self, pool: WorkerPool, orders: Iterator[Any], ahead: int, timeout: float, keep: bool,
        length: Callable[[], int],
    ) -> None:  # fmt: skip
        pool.turn += 1
        self._pool, self._turn, self._keep = pool, pool.turn, keep
        self._orders, self._timeout, self._length = orders, timeout or None, length
        self._rotation = itertools.cycle(pool.workers)
        self._finished: set[_Worker] = set()
        self._asked: deque[_Worker] = deque()
        for _ in range(ahead * len(pool.workers)):
            self._ask_next()

    def __iter__(self) -> WorkerIterator:
        return self

    def __len__(self) -> int:
        return self._length()

    def __next__(self) -> Any:
        if self._asked and not self._pool.stop.alive:
            given = "ones that were stopped after an error"
            raise AutogradError(complaint("DataLoader", "its workers alive", given, "Begin a new pass"))
        if self._turn != self._pool.turn:
            given = "another pass begun over the same persistent workers"
            raise AutogradError(complaint("DataLoader", "one pass at a time", given, "Finish a pass before the next"))
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self._pool.stop)
            worker, batch = self._next_batch()
            if worker is not None or self._keep:
                on_failure.pop_all()
        if worker is None:
            raise StopIteration
        if isinstance(batch, Failure):
            raise worker.error_of(batch)
        return batch

    def _next_batch(self) -> tuple[_Worker | None, Any]:
        """The next batch, or the failure to load it, and the worker that it comes from, None at the end."""
        while self._asked:
            worker = self._asked.popleft()
            if worker in self._finished:
                continue
            batch = observed.call(_WAIT, worker.answer, self._turn, self._timeout)
            if isinstance(batch, Exhausted):
                self._finished.add(worker)
            self._ask_next()
            if not isinstance(batch, Exhausted):
                return worker, batch
        return None, None

    def _ask_next(self) -> None:
        if len(self._finished) == len(self._pool.workers):
            return
        worker = next(worker for worker in self._rotation if worker not in self._finished)
        for order in itertools.islice(self._orders, 1):
            worker.ask(self._turn, order)
            self._asked.append(worker)
