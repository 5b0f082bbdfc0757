"""What a profile is written as: a table, and a trace for browsers."""

import gzip
import json
from collections import Counter

import pytest

from autograd.errors import ArgumentError
from autograd.profiler import ProfilerActivity, profile, record_function, supported_activities
from tests.autograd.profiler.programs import Clock, program


def test_the_table():
    clock = Clock()
    with profile(clock=clock) as prof:
        for name, duration in (("short", 1), ("a" * 70, 3_000_000), ("middle", 2_500)):
            with record_function(name):
                clock.pass_microseconds(duration)
    rows = prof.key_averages()
    lines = rows.table(sort_by="self_cpu_time_total", row_limit=2, header="Title").splitlines()
    assert lines[0].strip() == "Title" and "# of Calls" in lines[2] and "Mem" not in lines[2]
    assert lines[4].startswith("a" * 52 + "...") and "3.000s" in lines[4]
    assert lines[5].split()[:4] == ["middle", "forward", "0.08%", "2.500ms"]
    assert lines[7] == "Self CPU time total: 3.003s"
    assert [line.split()[0] for line in rows.table(row_limit=-1, max_name_column_width=80).splitlines()[3:6]] == [
        "short", "a" * 70, "middle",
    ]  # fmt: skip
    assert rows.table(sort_by="self_cuda_time_total").count("forward") == 3
    with pytest.raises(ArgumentError, match=r"table: expected sort_by cpu_time, .*got 'speed'"):
        rows.table(sort_by="speed")


def test_the_trace_nests(tmp_path):
    with profile(record_shapes=True) as prof:
        program()
    for name, opened in (("trace.json", open), ("trace.json.gz", gzip.open)):
        prof.export_chrome_trace(tmp_path / name)
        with opened(tmp_path / name, "rt") as file:
            trace = json.load(file)
        entries = [entry for entry in trace["traceEvents"] if entry["ph"] == "X"]
        assert Counter(e["name"] for e in entries) == Counter(event.name for event in prof.events())
        assert len({(e["pid"], e["tid"]) for e in entries}) == 1
        ends = []  # of the entries that are open
        for entry in entries:
            begin, end = entry["ts"], entry["ts"] + entry["dur"]
            while ends and ends[-1] <= begin + 1e-6:
                ends.pop()
            assert entry["dur"] >= 0 and (not ends or end <= ends[-1] + 1e-6)
            ends.append(end)
        own = {e["name"]: e for e in entries}
        assert own["outer"]["cat"] == "user_annotation" and own["exp"]["args"]["pass"] == "forward"
        assert own["ExpBackward0"]["args"]["pass"] == "backward" and own["ExpBackward0"]["cat"] == "cpu_op"
        assert own["Doubled"]["dur"] == pytest.approx(
            next(event for event in prof.events() if event.name == "Doubled").cpu_time_total, abs=1e-3
        )


def test_stacks_for_a_flame_graph(tmp_path):
    clock = Clock()
    with profile(clock=clock) as prof:
        for _ in range(2):
            with record_function("outer part"):
                clock.pass_microseconds(5)
                with record_function("a;b"):
                    clock.pass_microseconds(7)
        with record_function("nothing"):
            pass
    prof.export_stacks(tmp_path / "stacks.txt", "self_cpu_time_total")
    assert (tmp_path / "stacks.txt").read_text() == "outer_part 10\nouter_part;a,b 14\n"
    with pytest.raises(ArgumentError, match="self_cpu_time_total"):
        prof.export_stacks(tmp_path / "stacks.txt", "cpu_time")


def test_a_trace_has_what_is_told_of_it(tmp_path):
    with profile() as prof:
        prof.add_metadata("model", "small")
        prof.add_metadata_json("sizes", "[1, 2]")
        program()
    with pytest.raises(ArgumentError, match="JSON for 'sizes', got '{'"):
        prof.add_metadata_json("sizes", "{")
    prof.export_chrome_trace(tmp_path / "trace.json")
    trace = json.loads((tmp_path / "trace.json").read_text())
    assert (trace["model"], trace["sizes"]) == ("small", [1, 2]) and supported_activities() == {ProfilerActivity.CPU}
