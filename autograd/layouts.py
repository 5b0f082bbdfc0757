"""Names of memory layouts, for scripts that ask for one: elements always lie in row-major order when made anew."""

from __future__ import annotations

from autograd import dtypes

__all__ = [
    "channels_last", "channels_last_3d", "contiguous_format", "layout", "memory_format", "preserve_format",
    "sparse_coo", "strided",
]  # fmt: skip


class _Name:
    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"{dtypes.shown_package()}.{self.name}"


class memory_format(_Name):
    """An order of elements in memory. Arguments of that name are accepted everywhere and change no number."""

    __slots__ = ()


class layout(_Name):
    """Whether all elements are stored, `strided`, or those that are not 0, `sparse_coo`."""

    __slots__ = ()


contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
channels_last_3d = memory_format("channels_last_3d")
strided = layout("strided")
sparse_coo = layout("sparse_coo")
