"""What an event tells: a summary's value as the fields of an event.

Source: TensorFlow's summary.proto, tensor.proto and event.proto; the numbers are those of their fields.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, complaint
from nn.tensorboard.values import real_numbers
from nn.tensorboard.wire import block, double, doubles, integer, single

_FLOAT, _DOUBLE, _STRING = 1, 2, 7  # tensor dtypes
_SCALARS = 1  # a class of data


def _value(tag: str, content: bytes) -> bytes:
    return block(5, block(1, block(1, tag) + content))


def plugin(tag: str, name: str, content: bytes = b"", data_class: int = 0, tensor: bytes = b"") -> bytes:
    """A value for the plugin of TensorBoard with that name: the plugin's own message, and a tensor's message."""
    metadata = block(1, block(1, name) + (block(2, content) if content else b""))
    return _value(tag, block(9, metadata + (integer(4, data_class) if data_class else b"")) + tensor)


def _tensor(dtype: int, shape: tuple[int, ...], content: bytes) -> bytes:
    return block(8, integer(1, dtype) + block(2, b"".join(block(2, integer(1, size)) for size in shape)) + content)


def float_tensor(values: Any) -> bytes:
    """An array as the message of a tensor, in float32."""
    return _tensor(_FLOAT, values.shape, block(5, np.asarray(values, "<f4").tobytes()))


def scalar(tag: str, number: float) -> bytes:
    """One float32."""
    return _value(tag, single(2, number))


def scalar_tensor(tag: str, number: float, double_precision: bool) -> bytes:
    """One number as a tensor of no dimension, the form of TensorFlow 2."""
    if double_precision:
        content = _tensor(_DOUBLE, (), double(6, number))
    else:
        content = _tensor(_FLOAT, (), single(5, number))
    return plugin(tag, "scalars", data_class=_SCALARS, tensor=content)


def text(tag: str, words: str) -> bytes:
    """Text, which TensorBoard reads as Markdown."""
    return plugin(f"{tag}/text_summary", "text", tensor=_tensor(_STRING, (1,), block(8, words)))


def image(tag: str, png: bytes) -> bytes:
    """A picture with the channels red, green, blue and alpha, as the bytes of a PNG file."""
    width, height = struct.unpack(">II", png[16:24])
    return _value(tag, block(4, integer(1, height) + integer(2, width) + integer(3, 4) + block(4, png)))


def graph(nodes: list[bytes]) -> bytes:
    """The fields of an event that holds a graph."""
    return block(4, b"".join(block(1, node) for node in nodes) + block(4, integer(1, 22)))


def graph_node(name: str, operation: str, inputs: list[str], shape: tuple[int, ...] | None) -> bytes:
    """A node of a graph; slashes in its name are scopes."""
    message = block(1, name) + block(2, operation) + b"".join(block(3, each) for each in inputs)
    if shape is not None:
        sizes = b"".join(block(2, integer(1, size)) for size in shape)
        message += block(5, block(1, "_output_shapes") + block(2, block(1, block(7, sizes))))
    return message


def _default_edges() -> Any:
    """0, and powers of 1.1 from 1e-12 to 1e20 with either sign; beyond them one bin on each side."""
    powers = 1e-12 * 1.1 ** np.arange(774)
    largest = np.finfo(np.float64).max
    return np.concatenate([[-largest], -powers[::-1], [0.0], powers, [largest]])


_DEFAULT_EDGES = _default_edges()


def histogram(tag: str, values: Any, bins: Any = "tensorflow", max_bins: int | None = None) -> bytes:
    """How often values fall into bins. Raises ArgumentError for no values, or some that are not finite."""
    array = real_numbers("add_histogram", tag, values).astype(np.float64).reshape(-1)
    if not np.isfinite(array).all():
        given = f"{np.isnan(array).sum()} nan and {np.isinf(array).sum()} infinite of {array.size}"
        cure = (
            "Look for the step that made them (autograd.detect_anomaly), or leave them out: values[values.isfinite()]"
        )
        raise ArgumentError(complaint("add_histogram", f"finite values for {tag!r}", given, cure))
    counts, edges = _counted(array, bins)
    if max_bins is not None and max_bins < 1:
        raise ArgumentError(complaint("add_histogram", "max_bins of at least 1", str(max_bins)))
    if max_bins is not None and len(counts) > max_bins:
        width = -(-len(counts) // max_bins)
        counts = np.add.reduceat(counts, np.arange(0, len(counts), width))
        edges = np.append(edges[:-1:width], edges[-1])
    used = np.flatnonzero(counts)
    first, last = (used[0], used[-1]) if used.size else (0, 0)
    # A bucket is told by its right limit alone, so an empty one in front tells the left limit of the first.
    limits, heights = edges[first : last + 2], np.append(0, counts[first : last + 1])
    numbers = (array.min(), array.max(), array.size, array.sum(), array @ array)
    told = b"".join(double(number, value) for number, value in enumerate(numbers, 1))
    return _value(tag, block(5, told + doubles(6, limits) + doubles(7, heights)))


def _counted(array: Any, bins: Any) -> Any:
    """How many values are in each bin, and the bins' edges."""
    try:
        return np.histogram(array, _DEFAULT_EDGES if isinstance(bins, str) and bins == "tensorflow" else bins)
    except (ValueError, TypeError) as error:
        expected = (
            'bins as "tensorflow", a number of them from 1 on, their edges in rising order, or a rule of NumPy\'s'
        )
        raise ArgumentError(complaint("add_histogram", expected, f"bins={bins!r}", str(error))) from error
