"""The bulk words of MT19937 against NumPy's."""

import numpy as np

from autograd.kernels import mersenne_twister


def test_words_and_state_are_numpys():
    twister = np.random.MT19937(5)
    state = twister.state["state"]["key"].copy()
    position = int(twister.state["state"]["pos"])
    for count in (0, 1, 226, 227, 228, 623, 624, 625, 1248, 5000, 100_003):
        words = np.empty(count, np.uint32)
        position = mersenne_twister.fill(state, position, words)
        np.testing.assert_array_equal(words, twister.random_raw(count))
        np.testing.assert_array_equal(state, twister.state["state"]["key"])
        assert position == twister.state["state"]["pos"]
