"""Freed memory stays with the process: where that can be had, and only where the user has not said otherwise."""

import os
import subprocess
import sys

import pytest

from autograd import freed_memory

FAULTS_OF_A_ROUND = """
import resource
import numpy as np
import autograd

def turn():
    arrays = [np.ones(300_000, np.float32) for _ in range(12)]
    return sum(float(array[0]) for array in arrays)

for _ in range(3):
    turn()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    turn()
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) / 10)
"""


class Library:
    """A C library that notes what it is asked."""

    def __init__(self, answer=1):
        self.asked = []
        self.answer = answer

    def mallopt(self, option, value):
        self.asked.append((option, value))
        return self.answer


@pytest.fixture
def unsteered(monkeypatch):
    for name in freed_memory.STEERED_BY:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    return monkeypatch


def asked_of(library, monkeypatch):
    monkeypatch.setattr(freed_memory.ctypes, "CDLL", lambda name: library)
    return freed_memory.keep_freed_memory()


def test_both_limits_are_set(unsteered):
    library = Library()
    assert asked_of(library, unsteered)
    assert library.asked == [(-3, 32 * 2**20), (-1, 256 * 2**20)]


@pytest.mark.parametrize("name", freed_memory.STEERED_BY)
def test_what_the_user_has_set_stays(unsteered, name):
    library = Library()
    unsteered.setenv(name, "1")
    assert not asked_of(library, unsteered) and not library.asked


def test_other_systems_and_libraries_are_left_alone(unsteered):
    assert not asked_of(object(), unsteered)
    assert not asked_of(Library(answer=0), unsteered)
    unsteered.setattr(sys, "platform", "darwin")
    library = Library()
    assert not asked_of(library, unsteered) and not library.asked


def test_arrays_come_from_freed_memory():
    environment = {name: value for name, value in os.environ.items() if name not in freed_memory.STEERED_BY}

    def faults(**settings):
        run = [sys.executable, "-c", FAULTS_OF_A_ROUND]
        done = subprocess.run(run, env=environment | settings, capture_output=True, text=True, check=True)
        return float(done.stdout)

    if faults(MALLOC_TRIM_THRESHOLD_="131072") < 1000:
        pytest.skip("this C library keeps freed memory by itself")
    assert faults() < 100
