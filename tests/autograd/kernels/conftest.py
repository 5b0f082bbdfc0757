"""What the tests of kernels share."""

import pytest

from autograd.kernels import threads


@pytest.fixture
def restore_threads():
    """The number of threads, given back after a test that changes it."""
    before = threads.get_num_threads()
    yield before
    threads.set_num_threads(before)
