"""Weighted sums of pixels at places that differ from position to position, and the two transposes of that.

Shapes: pixels (N, C, S), samples (N, C, P), places and weights (T, N, P): sample p of every channel has T taps. A
negative place stands for a pixel of value 0. All arrays in row-major order and, but for places (int64), of one dtype.
Every sum is taken by one thread, in one order, so the number of threads changes nothing.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from autograd.kernels import threads
from autograd.kernels.jit import kernel
from autograd.typing import Array

WORTH_A_THREAD = 8_192
"""Products that repay waking one more thread."""

_BLOCK = 256
"""Positions whose places and weights stay in the first-level cache while all channels pass."""


def gather(pixels: Array, weights: Array, places: Array) -> Array:
    """The samples: `out[n, c, p] = sum over t of weights[t, n, p] * pixels[n, c, places[t, n, p]]`."""
    out = np.zeros((*pixels.shape[:2], places.shape[2]), pixels.dtype)
    _run(_gather_part, _gather_shared, pixels, weights, places, out)
    return out


def products(samples: Array, pixels: Array, places: Array) -> Array:
    """For each weight: `out[t, n, p] = sum over c of samples[n, c, p] * pixels[n, c, places[t, n, p]]`."""
    out = np.zeros(places.shape, pixels.dtype)
    _run(_products_part, _products_shared, samples, pixels, places, out)
    return out


def scatter(samples: Array, weights: Array, places: Array, size: int) -> Array:
    """The pixels: `out[n, c, places[t, n, p]] += weights[t, n, p] * samples[n, c, p]`, `size` of them a channel."""
    out = np.zeros((*samples.shape[:2], size), samples.dtype)
    _run(_scatter_part, _scatter_shared, samples, weights, places, out)
    return out


def _run(part, shared, first, second, places, out):
    workers = max(1, places.size * first.shape[1] // WORTH_A_THREAD)
    threads.run(part, shared, workers, first, second, places, out)


@kernel()
def _gather_part(pixels, weights, places, out, worker, workers):
    taps, count, positions = places.shape
    blocks = (positions + _BLOCK - 1) // _BLOCK
    for block in range(worker * count * blocks // workers, (worker + 1) * count * blocks // workers):
        n, first = block // blocks, block % blocks * _BLOCK
        end = min(first + _BLOCK, positions)
        for c in range(pixels.shape[1]):
            source, to = pixels[n, c], out[n, c, first:end]
            for t in range(taps):
                at, shares = places[t, n, first:end], weights[t, n, first:end]
                for p in range(end - first):
                    place = at[p]
                    value = source[np.uint64(max(place, 0))]
                    to[p] += shares[p] * (value if place >= 0 else source.dtype.type(0))


@kernel(parallel=True)
def _gather_shared(pixels, weights, places, out, workers):
    for worker in prange(workers):
        _gather_part(pixels, weights, places, out, np.intp(worker), workers)


@kernel()
def _products_part(samples, pixels, places, out, worker, workers):
    taps, count, positions = places.shape
    blocks = (positions + _BLOCK - 1) // _BLOCK
    for block in range(worker * count * blocks // workers, (worker + 1) * count * blocks // workers):
        n, first = block // blocks, block % blocks * _BLOCK
        end = min(first + _BLOCK, positions)
        for c in range(pixels.shape[1]):
            source, given = pixels[n, c], samples[n, c, first:end]
            for t in range(taps):
                at, to = places[t, n, first:end], out[t, n, first:end]
                for p in range(end - first):
                    if at[p] >= 0:
                        to[p] += given[p] * source[np.uint64(at[p])]


@kernel(parallel=True)
def _products_shared(samples, pixels, places, out, workers):
    for worker in prange(workers):
        _products_part(samples, pixels, places, out, np.intp(worker), workers)


@kernel()
def _scatter_part(samples, weights, places, out, worker, workers):
    taps, count, positions = places.shape
    channels = samples.shape[1]
    for plane in range(worker * count * channels // workers, (worker + 1) * count * channels // workers):
        n, c = plane // channels, plane % channels
        given, to = samples[n, c], out[n, c]
        for t in range(taps):
            at, shares = places[t, n], weights[t, n]
            for p in range(positions):
                if at[p] >= 0:
                    to[np.uint64(at[p])] += shares[p] * given[p]


@kernel(parallel=True)
def _scatter_shared(samples, weights, places, out, workers):
    for worker in prange(workers):
        _scatter_part(samples, weights, places, out, np.intp(worker), workers)
