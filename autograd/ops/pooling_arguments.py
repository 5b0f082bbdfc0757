"""What every kind of pooling asks of its input and of the sizes of its results."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.dtypes import to_numpy
from autograd.errors import DTypeError, ShapeError, complaint
from autograd.kernels.pooling_axes import output_size
from autograd.ops.dimensions import require_planes
from autograd.typing import Shape


def require_input(where: str, dims: int, input: Any) -> None:
    """Raise ShapeError unless the input is (N, C, *size) or (C, *size), only N zero; DTypeError for other floats."""
    shape = tuple(input.shape)
    require_planes(where, shape, dims)
    if 0 in shape[-dims - 1 :]:
        raise ShapeError(complaint(where, "an input whose channels and sizes are not zero", f"shape {shape}"))
    dtype = to_numpy(input.dtype)
    if dtype not in (np.float32, np.float64):
        raise DTypeError(complaint(where, "an input of float32 or float64", str(dtype), "Convert with .to(dtype)"))


def require_results(
    where: str, size: Shape, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape, ceil_mode: bool
) -> None:
    """Raise ShapeError unless every dimension holds a window."""
    settings = zip(size, kernel, stride, padding, dilation, strict=True)
    found = tuple([output_size(*each, ceil_mode) for each in settings])
    if min(found) < 1:
        given = f"{found} from size {size} with kernel_size={kernel}, padding={padding}, dilation={dilation}"
        raise ShapeError(complaint(where, "a result of size 1 at least", given, "Use a smaller kernel or pad more"))
