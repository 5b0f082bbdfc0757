"""The lines about the machine say what is in force."""

from benchmarks.machine import stamp


def test_steering_variables_show(monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    lines = stamp(2)
    assert "OPENBLAS_CORETYPE=Haswell" in lines["environment"]
    assert "2 threads used" in lines["processor"]


def test_nothing_is_left_out():
    lines = stamp(1)
    assert all(lines.values())
    assert "numpy " in lines["versions"] and "threads" in lines["BLAS"]
