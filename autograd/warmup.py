"""`python -m autograd.warmup`: compile all kernels ahead of their first use, and keep them on disk.

Each line of `WORK` runs operations, forward and backward, on arrays large enough for several threads; this is done in
float32 and float64, alone and with all threads, as these are kernels of their own. A kernel that is added gets a line.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograd import kernels
from autograd.creation import tensor
from autograd.grad_mode import enable_grad
from autograd.ops.activation import gelu, gelu_tanh, silu
from autograd.ops.attention import fused_attention
from autograd.ops.convolution import conv2d, conv_transpose2d
from autograd.ops.dropout import masked_scale
from autograd.ops.embedding import embedding
from autograd.ops.exponential import exp, sigmoid
from autograd.ops.grid_sampling import gather_samples
from autograd.ops.linear import linear
from autograd.ops.loss import cross_entropy
from autograd.ops.normalization import batch_norm, group_norm, row_norm
from autograd.ops.pooling import avg_pool2d, max_pool2d_with_indices
from autograd.ops.recurrent import fused_gru, fused_lstm, fused_rnn
from autograd.ops.recurrent_gates import fused_gru_gates, fused_lstm_gates
from autograd.ops.recurrent_variants import fused_original_gru
from autograd.ops.resampling import resample
from autograd.ops.resampling_taps import taps_of
from autograd.ops.scan import cumprod, cumsum
from autograd.ops.scatter import gather, scatter_add
from autograd.ops.selection import relu
from autograd.ops.softmax import log_softmax, softmax
from autograd.ops.sparse import Pattern, sampled_product, spmm
from autograd.ops.special import digamma, erf, erfc, erfinv, lgamma, polygamma
from autograd.ops.trigonometry import tanh
from autograd.ops.unpooling import max_unpool2d
from autograd.random import Generator
from autograd.tensor import Tensor
from autograd.typing import Array

Make = Callable[..., Tensor]
"""A Tensor of the given sizes, with values from 0.25 to 0.75 and a gradient."""

DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


def _convolutions(make: Make) -> Iterator[Tensor]:
    for images, channels, rows, groups in ((16, 1, 32, 1), (16, 8, 8, 8), (16, 8, 4, 1)):
        x, weight = make(images, channels, 24, 24), make(rows, channels // groups, 3, 3)
        for stride in (1, 2):
            yield conv2d(x, weight, make(rows), stride=stride, padding=1, groups=groups)
    yield conv2d(make(2, 128, 8, 8), make(256, 128, 3, 3), make(256), stride=2)
    yield conv2d(make(2, 32, 24, 24), make(32, 32, 3, 3), make(32), padding=1)
    yield conv2d(make(16, 64, 16, 16), make(64, 64, 3, 3), make(64), stride=2, padding=1)
    yield conv_transpose2d(make(16, 8, 12, 12), make(8, 8, 3, 3), make(8), stride=2)


def _products(make: Make) -> Iterator[Tensor]:
    x, weight = make(300, 200), make(300, 200)
    yield linear(x, weight, make(300))
    yield x @ weight.T
    yield make(3, 100, 200) @ make(3, 200, 100)


def _losses(make: Make) -> Iterator[Tensor]:
    target = tensor(np.arange(200) % 300)
    for weight in (None, make(300).detach()):
        for smoothing in (0.0, 0.1):
            yield cross_entropy(make(200, 300), target, weight, "mean", -100, smoothing, [])


def _activations(make: Make) -> Iterator[Tensor]:
    for function in (exp, sigmoid, tanh, gelu, gelu_tanh, silu):
        yield function(make(200, 300))
    yield masked_scale(make(200, 300), np.ones((200, 300), bool), 2.0)
    for rows in (softmax, log_softmax):
        yield rows(make(200, 300), 1)


def _attention(make: Make) -> Iterator[Tensor]:
    for causal in (False, True):
        query, key, value = (make(4, 100, 32) for _ in range(3))
        yield fused_attention(query, key, value, None, causal, 0.2, [])


def _normalization(make: Make) -> Iterator[Tensor]:
    for shape in ((16, 8, 30, 30), (4000, 8)):
        x, weight, bias = make(*shape), make(8), make(8)
        yield batch_norm(x, weight, bias, None, 1e-5, [])
        yield group_norm(x, weight, bias, 2, 1e-5, [])
    yield row_norm(make(200, 300), make(300), make(300), True, 1e-5, [])


def _sequences(make: Make) -> Iterator[Tensor]:
    x, h = make(130, 16, 32), make(16, 32)
    for gates in (1, 3, 4):
        weights = make(32 * gates, 32), make(32 * gates, 32), make(32 * gates), make(32 * gates)
        if gates == 1:
            yield fused_rnn(x, h, *weights, "tanh", None, False, [])[0]
        elif gates == 3:
            yield fused_gru(x, h, *weights, None, False, [])[0]
            yield fused_original_gru(x, h, *weights, None, False, [])[0]
            yield fused_gru_gates(make(200, 96), make(200, 96), make(200, 32), [])
        else:
            yield fused_lstm_gates(make(200, 128), make(200, 128), make(200, 32), [])[0]
            yield fused_lstm(x, h, h, *weights, None, False, [])[0]


def _places(make: Make) -> Iterator[Tensor]:
    for shape in ((400, 100), (400, 100, 2)):
        index = tensor(np.zeros(shape, np.int64))
        yield gather(make(*shape), 1, index)
        yield scatter_add(make(*shape), 1, index, make(*shape))
    yield embedding(tensor(np.arange(300) % 100), make(100, 300))
    yield make(100, 300)[tensor(np.arange(300) % 100)]


def _resampling(make: Make) -> Iterator[Tensor]:
    taps = taps_of("linear", 40, 60, None, False, False, make(1).detach().numpy().dtype)
    for dim in (2, 3):
        yield resample(make(8, 16, 40, 40), dim, taps)


def _pooling(make: Make) -> Iterator[Tensor]:
    largest, indices = max_pool2d_with_indices(make(16, 8, 64, 64), 2)
    yield max_unpool2d(largest, indices, 2)
    yield avg_pool2d(make(16, 8, 64, 64), 2)


def _grid_samples(make: Make) -> Iterator[Tensor]:
    places = np.arange(4 * 8 * 1600).reshape(4, 8, 1600) % 1600
    yield gather_samples(make(8, 16, 1600), make(4, 8, 1600), places)


def _scans(make: Make) -> Iterator[Tensor]:
    yield cumsum(make(200, 300), 0)
    yield cumprod(make(200, 300), 0)


def _sparse_products(make: Make) -> Iterator[Tensor]:
    pattern = Pattern.of(np.arange(400) % 200, np.arange(400) % 300, (200, 300))
    yield spmm(make(400), make(300, 200), pattern)
    yield sampled_product(make(200, 200), make(300, 200), pattern)


def _sums(make: Make) -> Iterator[Tensor]:
    for dim in (0, 1):
        yield make(300, 300).sum(dim)
    yield make(400, 400) + make(400, 400)


def _special(make: Make) -> Iterator[Tensor]:
    for function in (erf, erfc, erfinv, lgamma, digamma):
        yield function(make(200, 300))
    yield polygamma(2, make(200, 300))


def _random(make: Make) -> Iterator[Tensor]:
    generator, dtype = Generator(), make(1).dtype
    generator.permutation(1 << 17)
    yield tensor(generator.normal((1 << 17,), dtype))
    yield tensor(generator.log_normal((1 << 17,), dtype))


def _updates(make: Make) -> Iterator[Tensor]:
    update = kernels.parameter_updates
    param, first, second, largest, grad = ([make(200, 300).detach().numpy()] for _ in range(5))
    options: dict[str, Any] = {"lr": 0.1, "beta1": 0.9, "beta2": 0.99, "eps": 1e-8}
    counts = update.count_steps([np.zeros((), np.float32)])
    update.adam(param, grad, first, second, largest, counts=counts, **options)
    yield tensor(param[0])


WORK: dict[str, Callable[[Make], Iterator[Tensor]]] = {
    "matrix products": _products,
    "convolutions": _convolutions,
    "rectifier": lambda make: iter([relu(make(200, 300))]),
    "activations": _activations,
    "attention": _attention,
    "normalization": _normalization,
    "recurrent sequences": _sequences,
    "cross entropy": _losses,
    "parameter updates": _updates,
    "indexed places": _places,
    "sparse products": _sparse_products,
    "pooling": _pooling,
    "grid samples": _grid_samples,
    "resampling": _resampling,
    "running sums": _scans,
    "sums, arithmetic": _sums,
    "special functions": _special,
    "random numbers": _random,
}


def run(report: Callable[[str], None]) -> None:
    """Do all work in each dtype, with one thread and with all; `report` is told each piece before it starts."""
    with _threads_given_back() as threads:
        for count in sorted({1, threads}):
            kernels.threads.set_num_threads(count)
            for dtype in DTYPES:
                for name, work in WORK.items():
                    report(f"{name}, {dtype}, {'one thread' if count == 1 else 'all threads'}")
                    _run_backward(work, dtype)


@contextmanager
def _threads_given_back() -> Iterator[int]:
    before = kernels.threads.get_num_threads()
    try:
        yield before
    finally:
        kernels.threads.set_num_threads(before)


def _run_backward(work: Callable[[Make], Iterator[Tensor]], dtype: np.dtype) -> None:
    def make(*sizes: int) -> Tensor:
        values: Array = np.linspace(0.25, 0.75, int(np.prod(sizes)), dtype=dtype).reshape(sizes)
        return tensor(values, requires_grad=True)

    with enable_grad():
        for result in work(make):
            if result.requires_grad:
                result.sum().backward()


def steps() -> int:
    """How often `run` reports."""
    return len(WORK) * len(DTYPES) * (1 if kernels.threads.get_num_threads() == 1 else 2)


def main() -> int:
    """Compile what is not kept yet, print what was done; 0 if all is kept, else 1."""
    jit = kernels.jit
    place = jit.cache_place()
    if place is None:
        print(_cannot_keep("no directory can be written"), file=sys.stderr)
        return 1
    jit.compile_notice.silent = True
    begin = time.perf_counter()
    _with_progress()
    seconds = time.perf_counter() - begin
    compiled = sum(sum(kernel.stats.cache_misses.values()) for kernel in jit.KERNELS)
    kept = sum(sum(kernel.stats.cache_hits.values()) for kernel in jit.KERNELS)
    print(f"compiled {compiled} kernels, found {kept} compiled before, in {seconds:.1f} s\nkept in {place}")
    if jit.cache_failures:
        print(_cannot_keep(str(jit.cache_failures[0])), file=sys.stderr)
        return 1
    return 0


def _cannot_keep(reason: str) -> str:
    return f"autograd.warmup: compiled kernels cannot be kept: {reason}. Set NUMBA_CACHE_DIR to a directory with space"


def _with_progress() -> None:
    from tqdm import tqdm

    with tqdm(total=steps(), disable=not sys.stderr.isatty(), bar_format="{percentage:3.0f}% {elapsed} {desc}") as bar:

        def show(piece: str) -> None:
            bar.set_description_str(piece)
            bar.update()

        run(show)


if __name__ == "__main__":
    sys.exit(main())
