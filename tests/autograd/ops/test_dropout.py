"""The operation behind dropout, and its mask."""

import numpy as np

import autograd as ag
from autograd.ops import dropout
from tests.conformance import OpCase, conforms

MASK = np.array([[True, False, True], [False, True, True]])

CASES = [
    OpCase(dropout.masked_scale, lambda x, mask, scale: np.where(mask, x * scale, 0), [(2, 3), MASK], {"scale": 1.25}),
    OpCase(
        dropout.masked_scale, lambda x, mask, scale: np.where(mask, x * scale, 0), [(0,), MASK[0, :0]], {"scale": 2}
    ),
]

test_cases = conforms(CASES)


def test_mask_keeps_the_share():
    mask = dropout.keep_mask(ag.zeros(300, 300), 0.3, ag.Generator().manual_seed(0))
    assert mask.dtype == bool and mask.shape == (300, 300)
    assert abs(mask.mean() - 0.7) < 0.01
