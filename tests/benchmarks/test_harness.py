"""What makes a comparison fair."""

import numpy as np
import pytest

from benchmarks.harness import Comparison, DisagreementError, Rival, Series, compare


def rival(name, result, log=None, **options):
    return Rival(name, lambda: log.append(name) if log is not None else None, lambda: result, **options)


@pytest.mark.parametrize("theirs", [1.001, [1.0, 1.0], np.nan, np.ones((1, 1)), [np.ones(1), np.ones(1)]])
def test_nothing_is_timed_when_results_differ(theirs):
    log = []
    with pytest.raises(DisagreementError, match="sum"):
        compare("sum", [rival("ours", 1.0, log), rival("theirs", theirs, log)])
    assert log == []


def test_small_differences_are_rounding():
    comparison = compare(
        "sum", [rival("ours", [1.0, 0.0]), rival("theirs", [1.00001, 0.0])], rounds=2, sample_seconds=1e-4
    )
    assert [series.name for series in (comparison.ours, *comparison.rivals)] == ["ours", "theirs"]
    assert len(comparison.ours.samples) == len(comparison.rivals[0].samples) == 2


def test_rivals_take_turns_and_a_slow_one_runs_once():
    log = []
    rivals = [rival("ours", 1.0, log), rival("theirs", 1.0, log), rival("loops", 1.0, log, slow=True)]
    comparison = compare("sum", rivals, rounds=4, sample_seconds=1e-6)
    assert log.count("loops") == 1 and len(comparison.rivals[1].samples) == 1
    first_sample = log.index("loops")
    order = [name for name, before in zip(log, [None, *log], strict=False) if name != before]
    assert order[: order.index("loops")] == ["ours", "theirs"] * 2, "warm-up of both, then a sample of each"
    assert log[first_sample + 1] == "theirs", "the next round starts with another rival"


def test_median_spread_and_ratio():
    ours = Series("ours", (1.0, 2.0, 3.0, 4.0, 100.0))
    theirs = Series("theirs", (6.0,), target=2.0)
    assert ours.median == 3.0
    assert ours.spread == pytest.approx(1 / 3)
    assert theirs.spread == 0.0
    assert Comparison("sum", ours, (theirs,)).ratio(theirs) == 2.0
