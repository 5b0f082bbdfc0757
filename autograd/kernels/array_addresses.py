"""Where many NumPy arrays lie, found by compiled code: a tenth of a microsecond an array, where Python takes one.

The fields of arrays and dtypes that NumPy's headers publish (`PyArrayObject_fields` and `PyArray_Descr` in
ndarraytypes.h) are read where every extension module reads them: after the header that Python gives each object, at the
same places in NumPy 1 and 2.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from autograd.kernels.jit import kernel
from autograd.typing import Array

_HEAD = object.__basicsize__
"""Bytes of the header of a Python object."""

_DATA, _NDIM, _DIMENSIONS, _DTYPE, _FLAGS = 0, 8, 16, 40, 48
"""Bytes from the end of the header to the fields of an array."""

_KIND = 8
"""Bytes from the end of the header of a dtype to its kind, byte order and number, all in 8 bytes."""

_CONTIGUOUS, _ALIGNED, _WRITEABLE = 0x1, 0x100, 0x400


def _reader(bits: int) -> Any:
    """An intrinsic that gives the integer at an address."""

    @intrinsic
    def read(typing_context, address):
        def generate(context: Any, builder: ir.IRBuilder, signature: Any, arguments: list[ir.Value]) -> ir.Value:
            return builder.load(builder.inttoptr(arguments[0], ir.IntType(bits).as_pointer()), align=bits // 8)

        return types.Integer.from_bitwidth(bits)(types.intp), generate

    return read


_long_at, _int_at = _reader(64), _reader(32)


@kernel()
def _fill(table, objects, written, dtype, head):
    """The number of elements of a column, if all arrays have that dtype, the length of their row's first, and layout.

    Else -1. table (rows, columns + 1) takes their addresses and lengths. objects, an array of the arrays, a column
    after the other, and dtype are addresses of Python objects.
    """
    rows, columns = table.shape[0], table.shape[1] - 1
    kind, pointers, total = _long_at(dtype + head + _KIND), _long_at(objects + head + _DATA), 0
    for row in range(rows):
        for column in range(columns):
            array = _long_at(pointers + 8 * (column * rows + row)) + head
            size = 1
            for dim in range(_int_at(array + _NDIM)):
                size *= _long_at(_long_at(array + _DIMENSIONS) + dim * 8)
            needed = _CONTIGUOUS | _ALIGNED | (_WRITEABLE if column < written else 0)
            if column == 0:
                table[row, columns] = size
            if size != table[row, columns] or _long_at(_long_at(array + _DTYPE) + head + _KIND) != kind:
                return -1
            if _int_at(array + _FLAGS) & needed != needed:
                return -1
            table[row, column] = _long_at(array + _DATA)
        total += table[row, columns]
    return total


def addresses(columns: list[list[Array]], written: int, dtype: np.dtype[Any]) -> tuple[Array, int] | None:
    """A table (rows, columns + 1) of addresses, then the number of elements, for columns of as many arrays each.

    With it comes the number of elements of a whole column. None unless the arrays of each row have one size, and all
    are C-contiguous, aligned, of that dtype and, in the first `written` columns, writeable. The caller keeps the arrays
    alive while it uses the addresses.

    It calls NumPy as little as can be: after a pass over large parameters, NumPy's code is in no near cache.
    """
    rows = len(columns[0])
    objects = np.fromiter(chain.from_iterable(columns), object, len(columns) * rows)
    table = np.empty((rows, len(columns) + 1), np.int64)
    total = _fill(table, id(objects), written, id(dtype), _HEAD)
    return None if total < 0 else (table, total)
