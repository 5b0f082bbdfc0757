"""How results of several tensors are printed: each on lines of its own, as PyTorch's `torch.return_types` are."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd import dtypes


def shown(name: str, result: Any) -> str:
    """The text of a named tuple that the function `name` returns."""
    parts = ",\n".join(f"{field}={value!r}" for field, value in zip(result._fields, result, strict=True))
    return f"{dtypes.shown_package()}.return_types.{name}(\n{parts})"


class Selection(NamedTuple):
    """Elements chosen along a dimension, and their places in it."""

    values: Any
    indices: Any

    def __repr__(self) -> str:
        return shown(type(self).__name__.lower(), self)


class Cummax(Selection):
    """What `cummax` returns."""

    __slots__ = ()


class Cummin(Selection):
    """What `cummin` returns."""

    __slots__ = ()


class Kthvalue(Selection):
    """What `kthvalue` returns."""

    __slots__ = ()


class Max(Selection):
    """What `max` along a dimension returns."""

    __slots__ = ()


class Median(Selection):
    """What `median` along a dimension returns."""

    __slots__ = ()


class Min(Selection):
    """What `min` along a dimension returns."""

    __slots__ = ()


class Mode(Selection):
    """What `mode` returns."""

    __slots__ = ()


class Nanmedian(Selection):
    """What `nanmedian` along a dimension returns."""

    __slots__ = ()


class Sort(Selection):
    """What `sort` returns."""

    __slots__ = ()


class Topk(Selection):
    """What `topk` returns."""

    __slots__ = ()
