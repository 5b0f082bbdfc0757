"""The growth of a process that is known beforehand."""

import subprocess

import pytest

from benchmarks.resident_memory import is_measurable, peak_growth

pytestmark = pytest.mark.skipif(not is_measurable(), reason="this system does not tell a process its peak")

MEGABYTE = 1 << 20


def touch(megabytes):
    """Work for the fresh process: hold that much for a moment."""
    big_before = bytearray(100 * MEGABYTE)
    del big_before

    def work():
        bytearray(b"x") * (int(megabytes) * MEGABYTE)

    return work


@pytest.mark.parametrize("megabytes", [10, 80])
def test_the_peak_of_the_work_counts_and_what_came_before_does_not(megabytes):
    growth = peak_growth(__name__, "touch", str(megabytes))
    assert growth == pytest.approx(megabytes * MEGABYTE, abs=4 * MEGABYTE)


def test_a_failure_of_the_process_is_not_hidden():
    with pytest.raises(subprocess.CalledProcessError):
        peak_growth(__name__, "no_such_function")
