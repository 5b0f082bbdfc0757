"""Imports and first steps: that processes do what is timed, and that the numbers reach the right rows."""

import pytest

from benchmarks import bench_start


@pytest.mark.parametrize("library", ["numbagrad", "torch"])
def test_a_fresh_process_trains(library):
    if library == "torch":
        pytest.importorskip("torch")
    importing, first, second, losses = bench_start._process(library, cache="")
    assert min(importing, first, second) > 0
    assert losses[1] < losses[0]


def samples(monkeypatch, losses):
    """`_process` as it would be, had its numbers been these: the first call compiles."""
    calls = []

    def process(library, cache):
        calls.append(library)
        cold = 40.0 if len(calls) == 1 else 0.0
        return [1.0, 2.0 + cold, 3.0, losses(library)]

    monkeypatch.setattr(bench_start, "_process", process)
    monkeypatch.setattr(bench_start, "TORCH", bench_start.OURS.__class__("torch", None, None, None, None))
    return calls


def test_each_number_stands_in_its_row(monkeypatch):
    calls = samples(monkeypatch, lambda library: [2.0, 1.0])
    rows = bench_start.measure(3)
    assert calls == ["numbagrad"] + ["numbagrad", "torch"] * 3
    assert [row.ours.median for row in rows] == [1, 2, 42, 3]
    assert [row.rivals[0].median for row in rows] == [1, 2, 2, 3]


def test_different_losses_are_not_compared(monkeypatch):
    samples(monkeypatch, lambda library: [2.0, 1.0 if library == "torch" else 1.1])
    with pytest.raises(AssertionError):
        bench_start.measure(1)
