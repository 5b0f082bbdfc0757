"""Images, sequences and volumes of another size: interpolation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.dtypes import to_numpy
from autograd.errors import ArgumentError, DTypeError, ShapeError, complaint
from autograd.ops.broadcasting import clone
from autograd.ops.dimensions import Sizes, per_dimension
from autograd.ops.indexing import index_select
from autograd.ops.resampling import resample
from autograd.ops.resampling_taps import Taps, taps_of
from autograd.typing import Shape

ANY = (1, 2, 3)
MODES = {
    "nearest": ("nearest", ANY),
    "nearest-exact": ("nearest-exact", ANY),
    "area": ("area", ANY),
    "linear": ("linear", (1,)),
    "bilinear": ("linear", (2,)),
    "trilinear": ("linear", (3,)),
    "bicubic": ("cubic", (2,)),
}
"""For each mode, what is done along each dimension, and for how many dimensions it is meant."""

Factors = float | Sequence[float]


def interpolate(
    input: Any, size: Sizes | None = None, scale_factor: Factors | None = None, mode: str = "nearest",
    align_corners: bool | None = None, recompute_scale_factor: bool | None = None, antialias: bool = False,
) -> Any:  # fmt: skip
    """Resample `input` (N, C, L), (N, C, H, W) or (N, C, D, H, W) to `size`, or by `scale_factor`: (N, C, *size).

    mode: "nearest" (PyTorch's, which takes the lower neighbour), "nearest-exact", "linear" (N, C, L), "bilinear" and
    "bicubic" (N, C, H, W), "trilinear" (N, C, D, H, W), "area" (means, as adaptive average pooling).
    align_corners: positions so that the centres of the corner pixels coincide, else their outer edges; linear and cubic
    modes only. With `scale_factor`, sizes are rounded down; positions follow the factor itself, or, with
    recompute_scale_factor, the quotient of the sizes. antialias: when shrinking, bilinear and bicubic smooth first.
    Raises ArgumentError for arguments that do not go together, ShapeError for sizes that do not fit the input or are
    not positive, DTypeError for integers in modes other than the nearest ones.
    """
    kind = _kind(mode, tuple(input.shape), align_corners, antialias)
    output, scales = _output(input.shape[2:], size, scale_factor, recompute_scale_factor)
    if min((*input.shape[2:], *output)) < 1:
        expected = "input and output of positive sizes"
        raise ShapeError(complaint("interpolate", expected, f"{tuple(input.shape[2:])} to {output}"))
    dtype = to_numpy(input.dtype)
    if dtype.kind != "f" and not kind.startswith("nearest"):
        raise DTypeError(complaint("interpolate", f"floating-point input for mode={mode!r}", str(dtype)))
    weights = np.promote_types(dtype, np.float32) if dtype.kind == "f" else np.dtype(np.float32)
    taps = {
        dim: taps_of(kind, n, m, _scale(mode, input.ndim, n, m, scale), bool(align_corners), antialias, weights)
        for dim, (n, m, scale) in enumerate(zip(input.shape[2:], output, scales, strict=True), 2)
    }
    return _resampled(input, {dim: t for dim, t in taps.items() if not t.is_identity}, dtype.kind == "f")


def _scale(mode: str, ndim: int, size: int, output: int, scale: float | None) -> float | None:
    """For images of the same or twice the size, PyTorch takes the nearest neighbour by the quotient of the sizes."""
    return None if mode == "nearest" and ndim == 4 and output in (size, 2 * size) else scale


def _resampled(input: Any, taps: dict[int, Taps], floating: bool) -> Any:
    """All dimensions, one after the other: those that shrink most first, then the last ones, whose lines are short."""
    result = input
    for dim in sorted(taps, key=lambda dim: (taps[dim].results / taps[dim].sources, -dim)):
        if floating:
            result = resample(result, dim, taps[dim])
        else:
            result = index_select(result, dim, taps[dim].places.astype(np.int64))
    return clone(input) if result is input else result


def _kind(mode: str, shape: Shape, align_corners: bool | None, antialias: bool) -> str:
    if mode not in MODES:
        raise ArgumentError(complaint("interpolate", f"a mode among {', '.join(MODES)}", repr(mode)))
    kind, dims = MODES[mode]
    if len(shape) - 2 not in dims:
        expected = f"input of {' or '.join(str(d + 2) for d in dims)} dimensions for mode={mode!r}"
        raise ShapeError(complaint("interpolate", expected, f"shape {shape}"))
    if align_corners is not None and kind not in ("linear", "cubic"):
        raise ArgumentError(complaint("interpolate", f"no align_corners for mode={mode!r}", str(align_corners)))
    if antialias and mode not in ("bilinear", "bicubic"):
        raise ArgumentError(complaint("interpolate", "antialias with bilinear or bicubic mode", f"mode={mode!r}"))
    return kind


def _output(
    shape: Sequence[int], size: Sizes | None, scale_factor: Factors | None, recompute: bool | None
) -> tuple[Shape, Sequence[float | None]]:
    """The size of the result, and the factors that positions follow, None for the quotient of the sizes."""
    if (size is None) == (scale_factor is None):
        given = f"size={size}, scale_factor={scale_factor}"
        raise ArgumentError(complaint("interpolate", "one of size and scale_factor", given))
    dims = len(shape)
    if scale_factor is None:
        if recompute:
            given = f"size={size} and recompute_scale_factor"
            raise ArgumentError(complaint("interpolate", "a scale_factor to recompute", given))
        if isinstance(size, Sequence) and len(size) != dims:
            raise ArgumentError(complaint("interpolate", f"a size of {dims} numbers, or one", str(tuple(size))))
        return per_dimension("interpolate", "size", size, dims, 1), (None,) * dims  # type: ignore[arg-type]
    factors = tuple(scale_factor) if isinstance(scale_factor, Sequence) else (scale_factor,) * dims
    if len(factors) != dims or min(factors) <= 0:
        expected = f"a positive scale_factor, or {dims} of them"
        raise ArgumentError(complaint("interpolate", expected, str(scale_factor)))
    output = tuple([math.floor(n * factor) for n, factor in zip(shape, factors, strict=True)])
    return output, (None,) * dims if recompute else factors


def upsample(
    input: Any, size: Sizes | None = None, scale_factor: Factors | None = None, mode: str = "nearest",
    align_corners: bool | None = None,
) -> Any:  # fmt: skip
    """`interpolate` under its older name."""
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Any, size: Sizes | None = None, scale_factor: Factors | None = None) -> Any:
    """`interpolate` with mode="nearest"."""
    return interpolate(input, size, scale_factor, "nearest")


def upsample_bilinear(input: Any, size: Sizes | None = None, scale_factor: Factors | None = None) -> Any:
    """`interpolate` with mode="bilinear" and align_corners=True."""
    return interpolate(input, size, scale_factor, "bilinear", align_corners=True)
