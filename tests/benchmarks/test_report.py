"""The table, the JSON lines and the picture of made-up numbers."""

import json

import pytest

from benchmarks.harness import Comparison, Series
from benchmarks.plots import save_ratios
from benchmarks.report import amount, append_json_lines, table

TIMES = Comparison("step", Series("ours", (0.002, 0.002)), (Series("torch", (0.003,), 2.0), Series("loops", (4.0,))))
BYTES = Comparison("memory", Series("ours", (4e6,)), (Series("torch", (8e6,), 1.0),), unit="B")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.0123, "s", "12.3 ms"),
        (123.0, "s", "123 s"),
        (4.5e-6, "s", "4.5 µs"),
        (4.56e6, "B", "4.56 MB"),
        (0, "B", "0 B"),
    ],
)
def test_amount(value, unit, text):
    assert amount(value, unit) == text


def test_table():
    lines = [line.split() for line in table([TIMES, BYTES]).splitlines()]
    assert lines[0] == ["what", "who", "median", "spread", "ratio", "target"]
    assert lines[2] == ["step", "ours", "2", "ms", "±0%"]
    assert lines[3] == ["torch", "3", "ms", "±0%", "1.5", ">=", "2", "MISSED"]
    assert lines[4] == ["loops", "4", "s", "±0%", "2,000"]
    assert lines[6] == ["torch", "8", "MB", "±0%", "2", ">=", "1", "met"]


def test_json_lines_are_appended(tmp_path):
    path = tmp_path / "new" / "step.jsonl"
    append_json_lines(path, {"processor": "any"}, [TIMES])
    append_json_lines(path, {"processor": "any"}, [BYTES])
    first, second = map(json.loads, path.read_text().splitlines())
    assert first["samples"]["ours"] == [0.002, 0.002]
    assert second["unit"] == "B" and second["ratios"] == {"torch": 2.0}
    assert second["machine"] == {"processor": "any"}


def test_the_picture_is_a_png(tmp_path):
    path = tmp_path / "step.png"
    save_ratios(path, "step", [TIMES, BYTES])
    assert path.read_bytes().startswith(b"\x89PNG")


def test_rates_and_the_mean_of_a_group():
    each = [
        Comparison(
            str(ratio), Series("ours", (0.001,)), (Series("torch", (ratio / 1000,)),), operations=2e6, group="all"
        )
        for ratio in (1, 2, 4)
    ]
    lines = table(each).splitlines()
    assert lines[0].split() == ["what", "who", "median", "spread", "GFLOP/s", "ratio"]
    assert lines[2].split() == ["1", "ours", "1", "ms", "±0%", "2"]
    assert lines[5].split() == ["torch", "2", "ms", "±0%", "1", "2"]
    assert lines[-1] == "geometric mean, all, torch: 2"
