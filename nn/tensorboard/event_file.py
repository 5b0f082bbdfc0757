"""Event files: records, each with its length and two checksums, as TensorFlow's record files have them."""

from __future__ import annotations

import io
import itertools
import os
import socket
import struct
import threading
import weakref
from pathlib import Path
from time import monotonic, time

from nn.tensorboard.wire import block, double, integer

_VERSION, _SESSION_START = block(3, "brain.Event:2"), block(7, integer(1, 1))
_POLYNOMIAL = 0x82F63B78  # Castagnoli's, bits reversed
_numbers = itertools.count()


def _table() -> tuple[int, ...]:
    remainders = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
        remainders.append(byte)
    return tuple(remainders)


_REMAINDERS = _table()


def crc32c(data: bytes) -> int:
    """The cyclic redundancy check with Castagnoli's polynomial. Source: RFC 3720, appendix B.4."""
    remainders, crc = _REMAINDERS, 0xFFFFFFFF
    for byte in data:
        crc = remainders[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def record(content: bytes) -> bytes:
    """A record: length, its checksum, content, its checksum. Source: tensorflow.org, "TFRecord"."""
    length = struct.pack("<Q", len(content))
    return length + _masked_crc(length) + content + _masked_crc(content)


def _masked_crc(data: bytes) -> bytes:
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def event(content: bytes, wall_time: float, step: int | None) -> bytes:
    """The message of an event: `content` is its remaining fields, `wall_time` in seconds since 1970."""
    return double(1, wall_time) + (integer(2, step) if step else b"") + content


class EventFile:
    """A new event file in `folder`, which is made if need be.

    Events wait until there are `max_queue`, or until one comes `flush_secs` seconds after the last flush; the rest is
    written when the file is closed, forgotten, or Python ends (not where the system kills it). purge_step: TensorBoard
    forgets what earlier files of the folder hold from that step on.
    """

    def __init__(
        self, folder: Path, max_queue: int, flush_secs: float, suffix: str = "", purge_step: int | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"events.out.tfevents.{int(time()):010d}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}{suffix}"
        self.path = folder / name
        self._max_queue, self._flush_secs = max_queue, flush_secs
        self._pending: list[bytes] = []
        self._turn, self._flushed = threading.Lock(), monotonic()
        file = open(self.path, "xb", buffering=0)  # noqa: SIM115
        self._file = file
        self._end = weakref.finalize(self, _finish, file, self._pending, os.getpid())
        self.add(_VERSION, time(), purge_step)
        if purge_step is not None:
            self.add(_SESSION_START, time(), purge_step)
        self.flush()

    def add(self, content: bytes, wall_time: float, step: int | None) -> None:
        """Add an event, as in `event`."""
        made = record(event(content, wall_time, step))
        with self._turn:
            self._pending.append(made)
        if len(self._pending) >= self._max_queue or monotonic() - self._flushed >= self._flush_secs:
            self.flush()

    def flush(self) -> None:
        """Hand what waits to the operating system."""
        with self._turn:
            _write(self._file, self._pending)
        self._flushed = monotonic()

    def close(self) -> None:
        """Write what waits and close the file."""
        self._end()


def _write(file: io.FileIO, pending: list[bytes]) -> None:
    rest = memoryview(b"".join(pending))
    pending.clear()
    while rest:
        rest = rest[file.write(rest) :]


def _finish(file: io.FileIO, pending: list[bytes], owner: int) -> None:
    """What a forked process inherited is its parent's to write."""
    if os.getpid() == owner:
        _write(file, pending)
    file.close()
