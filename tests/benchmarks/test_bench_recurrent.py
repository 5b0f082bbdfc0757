"""What is timed computes the same everywhere: layers, loops, cells, and the geometric mean by hand."""

import numpy as np
import pytest

from benchmarks import bench_recurrent as bench
from benchmarks.harness import Comparison, Rival, Series, assert_agreement
from benchmarks.libraries import INSTALLED, OURS

SMALL = bench.Shape(4, 3, 2, 5)


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_layers_agree_with_small_operations(kind):
    works = [bench.layer_work(library, kind, SMALL)[1] for library in INSTALLED] + [bench.composed_work(kind, SMALL)]
    assert_agreement(kind, [Rival(str(i), work, work) for i, work in enumerate(works)], 1e-4)


@pytest.mark.parametrize("name", list(bench.VARIANTS))
def test_variants_agree_with_loops(name):
    works = [bench.variant_work(name, SMALL), *(bench.variant_loop(library, name, SMALL) for library in INSTALLED)]
    assert_agreement(name, [Rival(str(i), work, work) for i, work in enumerate(works)], 1e-4)


def test_plain_loops_agree():
    works = [bench.layer_work(OURS, "LSTM", SMALL)[1], bench.loop_work(SMALL)]
    assert_agreement("loops", [Rival(str(i), work, work) for i, work in enumerate(works)], 1e-4)


def test_cells_and_the_character_model_agree():
    works = [bench.cell_work(library, SMALL) for library in INSTALLED]
    assert_agreement("cells", [Rival(str(i), work, work) for i, work in enumerate(works)], 1e-4)
    losses = [[step().item() for _ in range(2)] for step in map(bench.character_step, INSTALLED)]
    for found in losses:
        assert found[0] == pytest.approx(np.log(bench.CHARACTERS), abs=0.1)
        assert found[1] < found[0] and found == pytest.approx(losses[0], rel=1e-5)


def test_the_geometric_mean():
    comparisons = [Comparison("", Series("a", (1.0,)), (Series("b", (t,)),)) for t in (2.0, 8.0)]
    mean = bench.geometric_mean("mean", comparisons, 3.0)
    assert mean.ratio(mean.rivals[0]) == pytest.approx(4.0) and mean.rivals[0].target == 3.0
