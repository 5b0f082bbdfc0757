"""What is asked for is given already: exact products, the same numbers in each run, denormal numbers."""

import pytest

import autograd as ag
from autograd.errors import ArgumentError


def test_products_stay_of_the_highest_precision() -> None:
    ag.set_float32_matmul_precision("medium")
    assert ag.get_float32_matmul_precision() == "highest"
    with pytest.raises(ArgumentError, match="'highest', 'high' or 'medium', got 'low'"):
        ag.set_float32_matmul_precision("low")


def test_denormal_numbers_are_kept() -> None:
    ag.use_deterministic_algorithms(True, warn_only=True)
    assert ag.set_flush_denormal(True) is False and (ag.tensor(1e-42) / 1).item() > 0
