"""First-order linear recurrences along the middle dimension of a block."""

from __future__ import annotations

from autograd.kernels.jit import kernel


@kernel()
def run(out, weight):
    """`out[:, i + 1] += weight[:, i] * out[:, i]` for each i in order: out (L, M, N), weight (L, M − 1, N)."""
    for block in range(out.shape[0]):
        for i in range(out.shape[1] - 1):
            for j in range(out.shape[2]):
                out[block, i + 1, j] += weight[block, i, j] * out[block, i, j]
