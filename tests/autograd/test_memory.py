"""When a buffer was written: shared by everything on it, forgotten with it."""

import gc

import numpy as np

from autograd import memory


def test_views_share_the_record() -> None:
    base = np.zeros((4, 6))
    moment = memory.tick()
    memory.wrote(base[1:, ::2].T)
    assert memory.version(base) == memory.version(base[0]) == 1
    assert memory.written_since(base.reshape(-1), moment)
    assert not memory.written_since(base, memory.tick())


def test_strided_tricks_share_the_record_too() -> None:
    base = np.zeros(10)
    memory.wrote(np.lib.stride_tricks.sliding_window_view(base, 3))
    assert memory.version(base) == 1


def test_versions_of_the_past() -> None:
    base = np.zeros(3)
    memory.wrote(base)
    moment = memory.tick()
    memory.wrote(base)
    memory.wrote(base)
    assert memory.version_at(base, moment) == 1
    assert memory.version(base) == 3


def test_other_buffers_are_untouched() -> None:
    a, b = np.zeros(3), np.zeros(3)
    memory.wrote(a)
    assert memory.version(b) == 0 and memory.version(a.copy()) == 0


def test_the_record_dies_with_the_buffer() -> None:
    gc.collect()
    before = len(memory._writes)
    a = np.zeros(3)
    memory.wrote(a[1:])
    assert len(memory._writes) == before + 1
    del a
    assert len(memory._writes) == before


def test_many_writes_take_little_memory() -> None:
    a = np.zeros(3)
    for _ in range(1000):
        memory.wrote(a)
    assert memory.version(a) == 1000
    assert len(memory._writes[id(a)].recent) == 64
