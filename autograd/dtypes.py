"""Element types, the default one, and PyTorch's rules of promotion."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.errors import DTypeError, complaint

_CATEGORY = {"b": 0, "u": 1, "i": 1, "f": 2}


class dtype:
    """An element type. One object a type, so that `is` compares; NumPy takes it wherever it takes a dtype."""

    __slots__ = ("dtype", "name")

    def __init__(self, name: str, numpy_name: str) -> None:
        self.name = name
        self.dtype = np.dtype(numpy_name)

    @property
    def is_floating_point(self) -> bool:
        """Whether values of this type are floating-point numbers."""
        return self.dtype.kind == "f"

    @property
    def is_complex(self) -> bool:
        """Always False: complex numbers are not supported."""
        return False

    @property
    def is_signed(self) -> bool:
        """Whether values of this type can be negative."""
        return self.dtype.kind in "if"

    @property
    def itemsize(self) -> int:
        """Bytes that an element takes."""
        return self.dtype.itemsize

    def __repr__(self) -> str:
        return f"{_shown.package}.{self.name}"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, dtype):
            return self is other
        try:
            return other is not None and self.dtype == np.dtype(other)  # type: ignore[call-overload]
        except TypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.dtype)

    def __reduce__(self) -> tuple[Any, ...]:
        return by_name, (self.name,)


class AbsentType(dtype):
    """An element type that exists by name only, for scripts that mention it: using it raises DTypeError."""

    __slots__ = ()

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def dtype(self) -> Any:  # type: ignore[override]
        """Raises DTypeError."""
        raise DTypeError(complaint("dtype", f"one of {', '.join(_BY_NAME)}", self.name, "Use float32"))

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __reduce__(self) -> tuple[Any, ...]:
        return AbsentType, (self.name,)


bfloat16 = AbsentType("bfloat16")
float16 = half = dtype("float16", "float16")
float32 = float_ = dtype("float32", "float32")
float64 = double = dtype("float64", "float64")
int8 = dtype("int8", "int8")
int16 = short = dtype("int16", "int16")
int32 = int_ = dtype("int32", "int32")
int64 = long = dtype("int64", "int64")
uint8 = dtype("uint8", "uint8")
bool_ = dtype("bool", "bool")

ALL = (float16, float32, float64, int8, int16, int32, int64, uint8, bool_)
_BY_NUMPY = {item.dtype: item for item in ALL}
_BY_NAME = {item.name: item for item in ALL}
_OF_SCALAR_TYPE = {bool: 0, int: 1, float: 2}


class _Shown:
    """The package that dtypes are printed with."""

    __slots__ = ("package",)

    def __init__(self) -> None:
        self.package = "autograd"


_shown = _Shown()


def show_package(name: str) -> None:
    """Print dtypes as members of this package (default "autograd"): `torch.float32` in scripts written for PyTorch."""
    _shown.package = name


def shown_package() -> str:
    """The package that names are printed with."""
    return _shown.package


class _Default:
    """The dtype that floating-point data takes where none is asked for."""

    __slots__ = ("dtype",)

    def __init__(self) -> None:
        self.dtype = float32.dtype


_default = _Default()


def by_name(name: str) -> dtype:
    """The dtype of that name; raises KeyError where there is none."""
    return _BY_NAME[name]


def of(numpy_dtype: np.dtype[Any]) -> dtype:
    """Our dtype for a NumPy one. Raises DTypeError for types without a counterpart (complex, strings, objects)."""
    found = _BY_NUMPY.get(numpy_dtype)
    if found is None:
        names = ", ".join(_BY_NAME)
        raise DTypeError(complaint("dtype", f"one of {names}", str(numpy_dtype), "Convert the data with astype first."))
    return found


def to_numpy(wanted: Any) -> np.dtype[Any]:
    """The NumPy dtype for ours, NumPy's own, a name, or Python's float (float64), int (int64) and bool.

    Raises DTypeError where the library has no such type.
    """
    if isinstance(wanted, dtype):
        return wanted.dtype
    try:
        return of(np.dtype(wanted)).dtype
    except TypeError as problem:
        raise DTypeError(complaint("dtype", f"one of {', '.join(_BY_NAME)}", repr(wanted))) from problem


def get_default_dtype() -> dtype:
    """The dtype of new floating-point tensors; float32 unless set otherwise."""
    return _BY_NUMPY[_default.dtype]


def set_default_dtype(wanted: Any) -> None:
    """Make `wanted` (a floating-point dtype) the dtype of new floating-point tensors. Raises DTypeError for others."""
    chosen = to_numpy(wanted)
    if chosen.kind != "f":
        raise DTypeError(complaint("set_default_dtype", "a floating-point dtype", str(chosen)))
    _default.dtype = chosen


def default_float() -> np.dtype[Any]:
    """The default dtype as NumPy's."""
    return _default.dtype


def promote_types(first: Any, second: Any) -> dtype:
    """The smallest dtype that both go into by PyTorch's rules (int64 with float32 is float32)."""
    return of(promote_pair(to_numpy(first), to_numpy(second)))


def promote_pair(first: np.dtype[Any], second: np.dtype[Any]) -> np.dtype[Any]:
    """`promote_types` on NumPy's dtypes: the higher category wins; within one, NumPy's rule."""
    a, b = _CATEGORY[first.kind], _CATEGORY[second.kind]
    if a == b:
        return np.promote_types(first, second)
    return first if a > b else second


def result_dtype(*operands: Any) -> np.dtype[Any]:
    """The dtype of an operation on arrays and Python numbers.

    Arrays with dimensions decide; 0-d arrays and Python numbers widen only to a higher category (bool, int, float).
    Source: PyTorch, "Tensor Attributes: torch.dtype".
    """
    dimensioned: np.dtype[Any] | None = None
    zero_dim: np.dtype[Any] | None = None
    number = -1
    for item in operands:
        if isinstance(item, (np.ndarray, np.generic)):
            if item.dtype.kind not in _CATEGORY:
                of(item.dtype)
            if item.ndim:
                dimensioned = item.dtype if dimensioned is None else promote_pair(dimensioned, item.dtype)
            else:
                zero_dim = item.dtype if zero_dim is None else promote_pair(zero_dim, item.dtype)
        elif item is not None:
            number = max(number, _OF_SCALAR_TYPE.get(type(item), 2))
    result = dimensioned
    if zero_dim is not None and (result is None or _CATEGORY[zero_dim.kind] > _CATEGORY[result.kind]):
        result = zero_dim
    if number >= 0 and (result is None or number > _CATEGORY[result.kind]):
        result = (bool_.dtype, int64.dtype, _default.dtype)[number]
    return _default.dtype if result is None else result


def as_float(found: np.dtype[Any]) -> np.dtype[Any]:
    """`found` if it is a floating-point dtype, else the default one."""
    return found if found.kind == "f" else _default.dtype


def can_cast(source: np.dtype[Any], target: np.dtype[Any]) -> bool:
    """Whether an in-place operation may store `source` values in a `target` tensor: never to a lower category."""
    return _CATEGORY[source.kind] <= _CATEGORY[target.kind]
