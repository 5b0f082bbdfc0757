"""Random numbers in the order in which PyTorch fills a tensor: that of its memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograd.typing import Array, Shape


def drawn_like(array: Array, draw: Callable[[Shape], Array]) -> Array:
    """What `draw(shape)` gives, for an array whose memory may have another order of dimensions."""
    if array.flags.c_contiguous:
        return draw(array.shape)
    order = sorted(range(array.ndim), key=lambda d: -abs(array.strides[d]))
    return draw(tuple([array.shape[d] for d in order])).transpose(np.argsort(order))
