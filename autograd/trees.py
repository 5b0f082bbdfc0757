"""Nested tuples, lists and dicts: their leaves, and the same nests with other leaves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Tree = Any
"""A leaf, or a tuple, list or dict of trees."""


def leaves(tree: Tree) -> list[Any]:
    """All that is no tuple, list or dict, in order."""
    if isinstance(tree, tuple | list):
        return [leaf for item in tree for leaf in leaves(item)]
    if isinstance(tree, dict):
        return [leaf for item in tree.values() for leaf in leaves(item)]
    return [tree]


def filled(tree: Tree, values: Iterable[Any]) -> Tree:
    """A tree of the same form whose leaves are `values`."""
    return _filled(tree, iter(values))


def _filled(tree: Tree, values: Iterator[Any]) -> Tree:
    if isinstance(tree, dict):
        return type(tree)((key, _filled(item, values)) for key, item in tree.items())
    if isinstance(tree, tuple | list):
        items = [_filled(item, values) for item in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    return next(values)
