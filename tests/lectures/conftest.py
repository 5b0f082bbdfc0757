"""What tests that train small networks share."""

from collections.abc import Iterator

import pytest

import autograd


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Two threads are no faster than one on small networks, and far slower on a machine that is busy."""
    threads = autograd.get_num_threads()
    autograd.set_num_threads(1)
    yield
    autograd.set_num_threads(threads)
