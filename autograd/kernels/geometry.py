"""Sliding windows: how sizes, strides, padding and dilation map positions of an output to positions of an input."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Window:
    """A window that slides over the last dimensions of an array; one entry a dimension.

    size: taps of the window. padding: zeros (before, after) the input. dilation: distance between neighbouring taps.
    """

    size: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]

    def reach(self) -> tuple[int, ...]:
        """How many neighbouring positions one window spans."""
        return tuple(dilation * (size - 1) + 1 for size, dilation in zip(self.size, self.dilation, strict=True))

    def output(self, size: tuple[int, ...]) -> tuple[int, ...]:
        """How many windows an input of this size holds; zero or less where it holds none."""
        return tuple(
            (length + before + after - reach) // stride + 1
            for length, (before, after), reach, stride in zip(
                size, self.padding, self.reach(), self.stride, strict=True
            )
        )

    def least_input(self, output: tuple[int, ...]) -> tuple[int, ...]:
        """The smallest input that holds this many windows."""
        return tuple(
            (count - 1) * stride + reach - before - after
            for count, (before, after), reach, stride in zip(
                output, self.padding, self.reach(), self.stride, strict=True
            )
        )


@dataclass(frozen=True)
class Axis:
    """One dimension of a correlation: result position `out_step·q + pass` sums taps at `source_step·q + shift`.

    count: positions q. size: positions of the result, of which the last q may pass the end. source: of the source.
    window: taps of the whole window.
    passes: for each pass its taps, as pairs (place in the window, shift).
    """

    count: int
    out_step: int
    size: int
    source_step: int
    source: int
    window: int
    passes: tuple[tuple[tuple[int, int], ...], ...]


def forward_axis(window: Window, dim: int, source: int, count: int) -> Axis:
    """The windows over an input dimension of size `source`, giving `count` results."""
    stride, dilation, before = window.stride[dim], window.dilation[dim], window.padding[dim][0]
    taps = tuple((tap, tap * dilation - before) for tap in range(window.size[dim]))
    return Axis(count, 1, count, stride, source, window.size[dim], (taps,))


def backward_axis(window: Window, dim: int, size: int, source: int) -> Axis:
    """The transpose: each input position sums over the windows that hold it.

    Positions that differ by the stride are held at the same taps, so each remainder is a pass with taps of its own.
    """
    stride, dilation, before = window.stride[dim], window.dilation[dim], window.padding[dim][0]
    passes = tuple(
        tuple(
            (tap, (remainder + before - tap * dilation) // stride)
            for tap in range(window.size[dim])
            if (remainder + before - tap * dilation) % stride == 0
        )
        for remainder in range(min(stride, size))
    )
    return Axis(-(-size // stride), stride, size, 1, source, window.size[dim], passes)
