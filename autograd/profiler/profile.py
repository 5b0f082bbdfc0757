"""`profile` and `record_function`: what a program takes, call by call."""

from __future__ import annotations

import functools
import json
import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from autograd.errors import ArgumentError, AutogradError, complaint
from autograd.observation import observed
from autograd.profiler.averages import AverageList, EventList, FunctionEventAvg, ModuleList
from autograd.profiler.event import FunctionEvent
from autograd.profiler.recorder import Recorder
from autograd.profiler.schedule import ProfilerAction

F = TypeVar("F", bound=Callable[..., Any])
_RECORDS = (ProfilerAction.RECORD, ProfilerAction.RECORD_AND_SAVE)


class profile:
    """Context manager: time and memory of every operation, module and named part that runs inside.

        with profile(record_shapes=True) as prof:
            loss = loss_function(model(inputs), targets)
            loss.backward()
        print(prof.key_averages().table(sort_by="self_cpu_time_total", row_limit=10))
        print(prof.by_module().table())
        prof.export_chrome_trace("trace.json")

    Stands for `torch.autograd.profiler.profile` and `torch.profiler.profile`. An operation's time is that of its work
    on arrays; what Tensors and the graph add is time of the surrounding event. Memory is the bytes of results that lie
    in no operand's memory. Events are marked as forward or backward, and with the path of their module. Only the
    thread that begins is watched. Outside, operations are as fast as ever.
    enabled: False switches all off. schedule: which steps to record, see `schedule`; `step()` then ends each step.
    on_trace_ready: called with the profile when a recording ends. record_shapes: of arguments. profile_memory: columns
    for memory in tables. with_stack: the line that called. clock: gives nanoseconds (default: time.perf_counter_ns).
    Other options are accepted and change nothing: one device, one thread, modules are always shown.
    Raises AutogradError where a profile is recording already, or where results are asked for before its end.
    """

    def __init__(
        self,
        enabled: bool = True,
        *,
        activities: Iterable[Any] | None = None,
        schedule: Callable[[int], ProfilerAction] | None = None,
        on_trace_ready: Callable[[profile], Any] | None = None,
        record_shapes: bool = False,
        profile_memory: bool = False,
        with_stack: bool = False,
        with_flops: bool = False,
        with_modules: bool = False,
        experimental_config: Any = None,
        acc_events: bool = False,
        use_cuda: bool | None = None,
        use_device: str | None = None,
        use_kineto: bool = False,
        use_cpu: bool = True,
        clock: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        self.enabled, self.schedule, self.on_trace_ready = enabled, schedule, on_trace_ready
        self.profile_memory = profile_memory
        self.step_num = 0
        self._make = functools.partial(Recorder, clock, record_shapes, with_stack)
        self._recorder: Recorder | None = None
        self._events: EventList | None = None
        self._step: FunctionEvent | None = None
        self._started = False
        self._metadata: dict[str, Any] = {}

    def __enter__(self) -> profile:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin, if the schedule says so."""
        self._started = self.enabled
        self._begin_if_due()

    def stop(self) -> None:
        """End, and hand over what was recorded."""
        self._started = False
        self._finish()

    def step(self) -> None:
        """A step of the training loop ends, another begins: go by the schedule."""
        ends = self._action is ProfilerAction.RECORD_AND_SAVE
        self.step_num += 1
        if ends or self._action not in _RECORDS:
            self._finish()
        if self._recorder is None:
            self._begin_if_due()
        else:
            self._mark_step(self._recorder)

    @property
    def _action(self) -> ProfilerAction:
        return ProfilerAction.RECORD if self.schedule is None else self.schedule(self.step_num)

    def _begin_if_due(self) -> None:
        if not self._started or self._action not in _RECORDS:
            return
        if observed.observer is not None:
            raise AutogradError(
                complaint("profile", "no other profile that is recording", "one inside another, or in another thread",
                          "Use record_function for parts of a profile")
            )  # fmt: skip
        recorder = self._recorder = self._make()
        recorder.start()
        self._mark_step(recorder)

    def _mark_step(self, recorder: Recorder) -> None:
        if self.schedule is None:
            return
        if self._step is not None:
            recorder.end(self._step)
        self._step = recorder.begin(f"ProfilerStep#{self.step_num}")

    def _finish(self) -> None:
        recorder, self._recorder, self._step = self._recorder, None, None
        if recorder is not None:
            recorder.stop()
            self._events = EventList(recorder.events, self.profile_memory)
            if self.on_trace_ready is not None:
                self.on_trace_ready(self)

    def events(self) -> EventList:
        """The events of the last recording, in the order in which they began."""
        if self._events is None:
            if self.enabled and self._recorder is not None:
                raise AutogradError(complaint("profile", "its block to have ended", "one that is still recording"))
            return EventList()
        return self._events

    @property
    def function_events(self) -> EventList:
        """`events()`."""
        return self.events()

    @property
    def self_cpu_time_total(self) -> float:
        """The time of all events, in microseconds."""
        return self.events().self_cpu_time_total

    def key_averages(
        self, group_by_input_shape: bool = False, group_by_stack_n: int = 0, group_by_overload_name: bool = False
    ) -> AverageList:
        """Sums per name; see `EventList.key_averages`."""
        return self.events().key_averages(group_by_input_shape, group_by_stack_n, group_by_overload_name)

    def by_module(self) -> ModuleList:
        """Sums per module, forward and backward."""
        return self.events().by_module()

    def total_average(self) -> FunctionEventAvg:
        """The sum of all events."""
        return self.events().total_average()

    def table(
        self, sort_by: str | None = None, row_limit: int = 100, max_src_column_width: int = 75,
        max_name_column_width: int = 55, max_shapes_column_width: int = 80, header: str | None = None,
        top_level_events_only: bool = False,
    ) -> str:  # fmt: skip
        """`key_averages().table`."""
        return self.events().table(
            sort_by, row_limit, max_src_column_width, max_name_column_width, max_shapes_column_width, header,
            top_level_events_only,
        )  # fmt: skip

    def export_chrome_trace(self, path: str | os.PathLike[str]) -> None:
        """Write the events for Perfetto (ui.perfetto.dev) or chrome://tracing; see `EventList`."""
        self.events().export_chrome_trace(path, self._metadata)

    def export_stacks(self, path: str | os.PathLike[str], metric: str = "self_cpu_time_total") -> None:
        """Write the events for a flame graph; see `EventList`."""
        self.events().export_stacks(path, metric)

    def add_metadata(self, key: str, value: str) -> None:
        """An entry of the trace file: a text."""
        self._metadata[key] = value

    def add_metadata_json(self, key: str, value: str) -> None:
        """An entry of the trace file, given as JSON. Raises ArgumentError for what is none."""
        try:
            self._metadata[key] = json.loads(value)
        except ValueError as error:
            raise ArgumentError(complaint("add_metadata_json", f"JSON for {key!r}", repr(value))) from error


class record_function:
    """Context manager and decorator: the part of the program inside is an event of that name, if a profile records."""

    def __init__(self, name: str, args: str | None = None) -> None:
        self.name, self.args = name, args
        self._open: list[tuple[Any, Any]] = []

    def __enter__(self) -> record_function:
        observer = observed.observer
        self._open.append((observer, None if observer is None else observer.begin(self.name)))
        return self

    def __exit__(self, *exception: object) -> None:
        observer, event = self._open.pop()
        if event is not None:
            observer.end(event)

    def __call__(self, function: F) -> F:
        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with record_function(self.name, self.args):
                return function(*args, **kwargs)

        return run  # type: ignore[return-value]


def tensorboard_trace_handler(
    dir_name: str, worker_name: str | None = None, use_gzip: bool = False
) -> Callable[[profile], None]:
    """For `on_trace_ready`: write each recording as a trace file into that directory, which is made if need be."""

    def handle(prof: profile) -> None:
        Path(dir_name).mkdir(parents=True, exist_ok=True)
        worker = worker_name or f"worker_{os.getpid()}"
        name = f"{worker}.{time.time_ns()}.pt.trace.json" + (".gz" if use_gzip else "")
        prof.export_chrome_trace(Path(dir_name, name))

    return handle
