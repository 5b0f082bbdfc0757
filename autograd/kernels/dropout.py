"""Dropout's product with a mask, in one pass on the one pool: the mask stays at one byte an element."""

from __future__ import annotations

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.arguments import flat_readable
from autograd.kernels.jit import kernel
from autograd.typing import Array

WORTH_A_THREAD = 16_384
"""Elements that repay waking one more thread."""


@kernel()
def _masked_part(out, x, mask, scale, worker, workers):
    zero = x.dtype.type(0)
    for i in range(worker * x.size // workers, (worker + 1) * x.size // workers):
        out[i] = x[i] * (scale if mask[i] else zero)


@kernel(parallel=True)
def _masked_shared(out, x, mask, scale, workers):
    for worker in prange(workers):
        _masked_part(out, x, mask, scale, np.intp(worker), workers)


def masked_scale(x: Array, mask: Array, scale: float) -> Array:
    """x, float32 or float64, times `scale` where the booleans `mask` of its shape are true, times 0 elsewhere."""
    out = np.empty(x.size, x.dtype)
    threads.run(
        _masked_part, _masked_shared, x.size // WORTH_A_THREAD,
        out, flat_readable(x), flat_readable(mask), x.dtype.type(scale),
    )  # fmt: skip
    return out.reshape(x.shape)
