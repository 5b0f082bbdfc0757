"""What is timed is forward and backward of what the titles say."""

import numpy as np
import pytest

from benchmarks import bench_layers
from benchmarks.bench_layers import CASES, Case, functional, work
from benchmarks.libraries import OURS


def arrays_of(results):
    return [x.detach().numpy() for x in results]


def test_every_row_of_the_plan_is_there():
    titles = " / ".join(case.title for case in CASES)
    for name in ("cross entropy 64×10000", "cross entropy 1000×1000", "cross entropy 4096×65", "softmax 64×1000",
                 "log_softmax 1024×1024", "layer norm", "batch norm", "dropout", "GELU", "SiLU", "exp", "sigmoid",
                 "embedding", "attention (16, 4, 64, 32)", "attention (4, 8, 256, 64), causal"):  # fmt: skip
        assert name in titles


def test_results_are_value_and_gradients():
    source = np.random.default_rng(0)
    x = source.standard_normal((3, 4)).astype(np.float32)
    seed = source.standard_normal((3, 4)).astype(np.float32)
    y, gradient = arrays_of(work(OURS, Case("exp", bench_layers.method("exp"), ((3, 4),), 1.0))())
    np.testing.assert_allclose(y, np.exp(x), rtol=1e-5)
    np.testing.assert_allclose(gradient, seed * np.exp(x), rtol=1e-5)


def test_labels_and_a_second_run():
    run = work(OURS, Case("cross entropy", functional("cross_entropy"), ((5, 3),), 1.0, 3))
    loss, gradient = arrays_of(run())
    assert loss.shape == () and gradient.shape == (5, 3)
    np.testing.assert_allclose(gradient.sum(1), 0, atol=1e-6)
    np.testing.assert_array_equal(arrays_of(run())[1], gradient)


def test_parameters_of_layers_have_gradients():
    run = work(OURS, Case("layer norm", lambda library: library.nn.LayerNorm(4), ((5, 4),), 1.0))
    assert [x.shape for x in arrays_of(run())] == [(5, 4), (5, 4), (4,), (4,)]


def test_rows_that_come_twice_gather_their_gradients():
    table, gradient = arrays_of(work(OURS, Case("embedding", bench_layers.gathered, ((10_000, 2),), 1.0))())
    chosen = np.random.default_rng(1).integers(0, 10_000, 4096)
    counts = np.bincount(chosen, minlength=10_000)
    assert table.shape == (4096, 2) and counts.max() > 1
    np.testing.assert_array_equal((gradient == 0).all(1), counts == 0)


def test_dropout_begins_alike():
    case = Case("dropout", bench_layers.seeded_dropout, ((1000,),), 1.0)
    first, second = (arrays_of(work(OURS, case)())[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert 400 < (first == 0).sum() < 600


def test_memory_is_that_of_a_fresh_network_and_its_steps(monkeypatch):
    log = []

    def step_of(library, **sizes):
        log.append(("made", library.name, sizes))
        return lambda: log.append("step")

    monkeypatch.setattr(bench_layers, "gpt_step", step_of)
    run = bench_layers.memory_work("numbagrad")
    assert log == [("made", "numbagrad", {"batch": 1, "width": 16}), "step"]
    log.clear()
    run()
    assert log == [("made", "numbagrad", {}), *["step"] * bench_layers.STEPS_IN_MEMORY]


def test_agreement_with_torch(monkeypatch):
    pytest.importorskip("torch")
    small = [case._replace(shapes=tuple((3, 4, 5, 8)[: len(shape)] for shape in case.shapes)) for case in CASES
             if "norm" not in case.title and "embedding" not in case.title and not case.classes]  # fmt: skip
    monkeypatch.setattr(bench_layers, "CASES", small)
    monkeypatch.setattr(bench_layers, "_gpt", lambda rounds, torch: rounds)
    monkeypatch.setattr(bench_layers, "is_measurable", lambda: False)
    monkeypatch.setattr(bench_layers, "compare", lambda title, rivals, rounds: [r.result() for r in rivals])
    *rows, last = bench_layers.measure(2)
    assert last == 2 and len(rows) == len(small)
    for ours, theirs in rows:
        for got, want in zip(arrays_of(ours), arrays_of(theirs), strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)
