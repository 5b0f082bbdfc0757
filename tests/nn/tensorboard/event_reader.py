"""An independent reader of event files: checksums bit by bit, fields by number."""

import struct
from pathlib import Path
from typing import NamedTuple


def crc32c(data: bytes) -> int:
    """The remainder of dividing by Castagnoli's polynomial, bit by bit, highest bit first."""
    register = 0xFFFFFFFF
    for byte in data:
        for place in range(8):
            top = (register >> 31) ^ (byte >> place & 1)
            register = (register << 1 & 0xFFFFFFFF) ^ (0x1EDC6F41 if top else 0)
    return int(f"{register:032b}"[::-1], 2) ^ 0xFFFFFFFF


def unmasked(stored: int) -> int:
    """The checksum behind a stored one: take the constant away, turn 17 bits to the right."""
    turned = (stored - 0xA282EAD8) % 2**32
    return turned >> 17 | turned << 15 & 0xFFFFFFFF


def records(path: Path) -> list[bytes]:
    """The records of a file, whose checksums must be right."""
    data, place, found = path.read_bytes(), 0, []
    while place < len(data):
        (length,) = struct.unpack_from("<Q", data, place)
        content = data[place + 12 : place + 12 + length]
        (first,) = struct.unpack_from("<I", data, place + 8)
        (second,) = struct.unpack_from("<I", data, place + 12 + length)
        assert unmasked(first) == crc32c(data[place : place + 8]) and unmasked(second) == crc32c(content)
        found.append(content)
        place += 16 + length
    return found


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[place] & 0x7F) << shift
        shift, place = shift + 7, place + 1
        if not data[place - 1] & 0x80:
            return (value - 2**64 if value >= 2**63 else value), place


class Message(NamedTuple):
    """The fields of a message: number and raw value in the order of the file."""

    fields: list[tuple[int, object]]

    def all(self, number: int) -> list:
        """The values of a field that may come again and again."""
        return [value for each, value in self.fields if each == number]

    def one(self, number: int):
        """The value of a field that is there once."""
        (value,) = self.all(number)
        return value

    def at(self, *numbers: int) -> "Message":
        """The message in a message in a message …"""
        message = self
        for number in numbers:
            message = decoded(message.one(number))
        return message


def decoded(data: bytes) -> Message:
    fields, place = [], 0
    while place < len(data):
        key, place = _varint(data, place)
        if key & 7 == 0:
            value, place = _varint(data, place)
        else:
            size = {1: 8, 5: 4}.get(key & 7)
            if size is None:
                assert key & 7 == 2
                size, place = _varint(data, place)
            value, place = data[place : place + size], place + size
            assert len(value) == size
            if key & 7 in (1, 5):
                (value,) = struct.unpack("<d" if size == 8 else "<f", value)
        fields.append((key >> 3, value))
    return Message(fields)


def events(folder: Path) -> list[Message]:
    """The events of the one event file in a folder."""
    (path,) = folder.glob("events.out.tfevents.*")
    return [decoded(content) for content in records(path)]


def values(folder: Path, tag: str) -> list[Message]:
    """The summary values with a tag, in the order of the file."""
    found = [event.at(5, 1) for event in events(folder) if event.all(5)]
    return [value for value in found if value.one(1).decode() == tag]
