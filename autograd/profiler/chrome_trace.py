"""Events as a file in the trace event format of Chrome, which Perfetto and chrome://tracing show."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from autograd.profiler.event import FunctionEvent

_CATEGORIES = {"op": "cpu_op", "backward": "cpu_op", "module": "python_function", "user": "user_annotation"}


def write(
    events: Iterable[FunctionEvent], path: str | os.PathLike[str], metadata: Mapping[str, Any] | None = None
) -> None:
    """Write a JSON file with an event "X" for each, times in microseconds; compressed if the path ends in ".gz".

    metadata: further entries of the file, by name.
    """
    process = os.getpid()
    shown = [_entry(event, process) for event in events]
    threads = {entry["tid"] for entry in shown}
    named: list[dict[str, Any]] = [
        {"ph": "M", "name": "process_name", "pid": process, "tid": 0, "ts": 0, "args": {"name": "python"}},
        *({"ph": "M", "name": "thread_name", "pid": process, "tid": tid, "ts": 0, "args": {"name": f"thread {tid}"}}
          for tid in sorted(threads)),
    ]  # fmt: skip
    text = json.dumps({"schemaVersion": 1, "displayTimeUnit": "ms", "traceEvents": named + shown, **(metadata or {})})
    data = text.encode()
    Path(path).write_bytes(zlib.compress(data, wbits=31) if os.fspath(path).endswith(".gz") else data)


def _entry(event: FunctionEvent, process: int) -> dict[str, Any]:
    args: dict[str, Any] = {
        "pass": "backward" if event.is_backward else "forward",
        "module": event.module,
        "self bytes": event.self_cpu_memory_usage,
        "total bytes": event.cpu_memory_usage,
    }
    if event.input_shapes:
        args["Input Dims"] = event.input_shapes
    if event.stack:
        args["Call stack"] = event.stack[0]
    start, end = event.time_range
    return {
        "ph": "X", "cat": _CATEGORIES[event.kind], "name": event.name, "pid": process, "tid": event.thread,
        "ts": start, "dur": round(end - start, 3), "args": args,
    }  # fmt: skip
