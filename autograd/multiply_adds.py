"""How many multiplications, each with an addition, the products of matrices and convolutions of a program make.

Counted where operations are called, so that functions count as layers do. Elementwise work, sums, biases, normalization
and solving of systems are left out, as is usual; what a mask hides is not deducted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from autograd.grad_mode import mode


@contextmanager
def counting(add: Callable[[int], None]) -> Iterator[None]:
    """Call `add(n)` for each operation on Tensors that this thread calls inside and that makes n multiply-adds."""

    def listen(name: str, arguments: dict[str, Any], result: Any) -> None:
        if before is not None:
            before(name, arguments, result)
        count = _COUNTS.get(name)
        if count is not None:
            add(count(arguments, result))

    before, mode.listener = mode.listener, listen
    try:
        yield
    finally:
        mode.listener = before


def _each_result(operand: str, first: int) -> Callable[[dict[str, Any], Any], int]:
    """Each element of the result costs as many as the operand has elements along its dimensions from `first` on."""
    return lambda given, out: int(out.size) * math.prod(given[operand].shape[first:])


def _of_correlate_input(given: dict[str, Any], out: Any) -> int:
    return int(given["input"].size) * math.prod(given["weight"].shape[1:])


def _of_contract(given: dict[str, Any], out: Any) -> int:
    sizes = dict(zip(given["first"], given["a"].shape, strict=True))
    sizes.update(zip(given["second"], given["b"].shape, strict=True))
    return math.prod(sizes.values())


def _of_attention(given: dict[str, Any], out: Any) -> int:
    pairs = math.prod(given["query"].shape[:-1]) * given["key"].shape[-2]
    return pairs * (given["query"].shape[-1] + given["value"].shape[-1])


def _of_recurrence(given: dict[str, Any], out: Any) -> int:
    """Both products for each step of each sequence that lasts so long."""
    length, batch = given["input"].shape[:2]
    reached = length * batch if given["sizes"] is None else sum(given["sizes"])
    return reached * (given["weight_ih"].size + given["weight_hh"].size)


def _of_sparse_product(given: dict[str, Any], out: Any) -> int:
    return len(given["pattern"].rows.numbers) * given["dense"].shape[1]


def _of_sampled_product(given: dict[str, Any], out: Any) -> int:
    return int(out.size) * given["left"].shape[1]


_COUNTS: dict[str, Callable[[dict[str, Any], Any], int]] = {
    "matmul": _each_result("input", -1),
    "linear": _each_result("weight", 1),
    "add_product": _each_result("a", -1),
    "correlate": _each_result("weight", 1),
    "correlate_input": _of_correlate_input,
    "contract": _of_contract,
    "fused_attention": _of_attention,
    "fused_rnn": _of_recurrence,
    "fused_gru": _of_recurrence,
    "fused_lstm": _of_recurrence,
    "fused_peephole_lstm": _of_recurrence,
    "fused_original_gru": _of_recurrence,
    "euclidean": _each_result("x1", -1),
    "spmm": _of_sparse_product,
    "sampled_product": _of_sampled_product,
}
