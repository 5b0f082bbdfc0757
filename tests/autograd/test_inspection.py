"""Questions about a value, and the constants beside them."""

import math

import numpy as np

import autograd as ag
import nn


def test_what_a_value_is():
    assert ag.is_tensor(ag.ones(2)) and ag.is_tensor(nn.Parameter(ag.ones(2))) and not ag.is_tensor(np.ones(2))
    assert ag.is_floating_point(ag.ones(2, dtype=ag.float16)) and not ag.is_floating_point(ag.arange(2))
    assert ag.numel(ag.ones(2, 3)) == 6 and ag.numel(ag.tensor(1)) == 1


def test_constants():
    assert (ag.pi, ag.e, ag.inf) == (math.pi, math.e, math.inf) and math.isnan(ag.nan)
    assert ag.arange(3)[:, ag.newaxis].shape == (3, 1)
