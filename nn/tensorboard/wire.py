"""Protocol buffers by hand: fields as bytes, a message being the sum of its fields.

Source: protobuf.dev, "Encoding".
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

_EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 1, 2, 5


def varint(value: int) -> bytes:
    """An integer, seven bits a byte, lowest first; a negative one as its 64-bit complement."""
    value &= (1 << 64) - 1
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def integer(number: int, value: int) -> bytes:
    """Field `number` with an integer, a boolean or the number of an enumerated name."""
    return varint(number << 3) + varint(value)


def double(number: int, value: float) -> bytes:
    """Field `number` with a float64."""
    return varint(number << 3 | _EIGHT_BYTES) + struct.pack("<d", value)


def single(number: int, value: float) -> bytes:
    """Field `number` with a float32; a number beyond its range becomes infinite."""
    with np.errstate(over="ignore"):
        return varint(number << 3 | _FOUR_BYTES) + np.float32(value).astype("<f4").tobytes()


def block(number: int, content: bytes | str) -> bytes:
    """Field `number` with a message, bytes or text."""
    raw = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | _LENGTH) + varint(len(raw)) + raw


def doubles(number: int, values: Any) -> bytes:
    """Field `number` with any number of float64, packed."""
    return block(number, np.asarray(values, "<f8").tobytes())
