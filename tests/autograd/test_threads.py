"""The number of threads, as users set it."""

from collections.abc import Iterator

import pytest

import autograd as ag
from autograd.errors import ArgumentError


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    before = ag.get_num_threads()
    yield
    ag.set_num_threads(before)


def test_one_thread_gives_the_same_bits() -> None:
    a, b = ag.randn(150, 130), ag.randn(130, 170)
    expected = (a @ b).tolist()
    ag.set_num_threads(1)
    assert ag.get_num_threads() == 1
    assert (a @ b).tolist() == expected


@pytest.mark.parametrize("threads", [0, -1, 10_000])
def test_impossible_numbers_are_refused(threads: int) -> None:
    with pytest.raises(ArgumentError, match=f"set_num_threads.*got {threads}"):
        ag.set_num_threads(threads)
