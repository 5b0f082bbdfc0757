"""The profiler's surface against PyTorch's: schedules, rows and their counts, the trace's form."""

import itertools
import json

import pytest

import autograd as ag
import nn
import optim
from autograd import profiler

torch = pytest.importorskip("torch")


OPTIONS = list(itertools.product((0, 2), (0, 1), (1, 3), (0, 1, 2), (0, 3), (0, 1)))


@pytest.mark.filterwarnings("ignore:Profiler won't be using warmup")
@pytest.mark.parametrize("values", OPTIONS)
def test_schedules(values):
    names = ("wait", "warmup", "active", "repeat", "skip_first", "skip_first_wait")
    options = dict(zip(names, values, strict=True))
    ours, theirs = profiler.schedule(**options), torch.profiler.schedule(**options)
    assert [ours(i).name for i in range(25)] == [theirs(i).name for i in range(25)]


def trained(library, layers, optimizers, profiling, path):
    """A profile of three scheduled steps, and the names of what was ready when."""
    model, heard = layers.Sequential(layers.Linear(3, 4), layers.ReLU(), layers.Linear(4, 1)), []
    optimizer, inputs = optimizers.Adam(model.parameters()), library.ones(2, 3)
    with profiling.profile(
        activities=[profiling.ProfilerActivity.CPU],
        schedule=profiling.schedule(wait=1, warmup=1, active=2, repeat=1),
        on_trace_ready=lambda prof: heard.append(prof.step_num),
        record_shapes=True,
        profile_memory=True,
        with_stack=True,
    ) as prof:
        for _ in range(6):
            with profiling.record_function("model"):
                loss = model(inputs).sum()
            loss.backward()
            optimizer.step()
            prof.step()
    prof.export_chrome_trace(str(path))
    return prof, heard


def test_a_training_loop(tmp_path):
    ours, heard = trained(ag, nn, optim, profiler, tmp_path / "ours.json")
    theirs, heard_there = trained(torch, torch.nn, torch.optim, torch.profiler, tmp_path / "theirs.json")
    assert heard == heard_there
    counts = [{row.key: row.count for row in prof.key_averages()} for prof in (ours, theirs)]
    for name in ("model", "Optimizer.step#Adam.step", "ProfilerStep*"):
        assert counts[0][name] == counts[1][name] > 0
    assert counts[0]["linear"] == counts[1]["aten::linear"] == 4
    assert counts[0]["relu"] == counts[1]["aten::relu"]
    text, text_there = (
        prof.key_averages(group_by_input_shape=True).table(sort_by="self_cpu_time_total", row_limit=5)
        for prof in (ours, theirs)
    )
    for title in ("Self CPU %", "CPU total", "CPU time avg", "Self CPU Mem", "# of Calls", "Input Shapes"):
        assert title in text_there and title in text
    assert "Self CPU time total: " in text_there and "Self CPU time total: " in text
    spans = []
    for name in ("ours.json", "theirs.json"):
        entries = json.loads((tmp_path / name).read_text())["traceEvents"]
        spans.append([e for e in entries if e["ph"] == "X" and e.get("cat") == "user_annotation"])
    for entry in ("model", "Optimizer.step#Adam.step"):
        ours_too, theirs_too = ([e for e in found if e["name"] == entry] for found in spans)
        assert len(ours_too) == len(theirs_too) == 2
        assert theirs_too[0].keys() - ours_too[0].keys() <= {"args"}


def test_the_older_surface():
    for library, profiling in ((ag, profiler), (torch, torch.autograd.profiler)):
        x = library.ones(3, requires_grad=True)
        with profiling.profile(record_shapes=True, profile_memory=True) as prof, profiling.record_function("part"):
            (x * x).sum().backward()
        rows = {row.key.removeprefix("aten::"): row for row in prof.key_averages()}
        assert rows["part"].count == 1 and rows["part"].cpu_time_total >= rows["part"].self_cpu_time_total > 0
        assert rows["mul"].count >= 1 and rows["part"].cpu_time == rows["part"].cpu_time_total
        assert prof.total_average().self_cpu_time_total > 0
        assert isinstance(prof.table(sort_by="cpu_time_total"), str)
        text = prof.table("cpu_time_total", 10, 75, 55, 80, "Title", top_level_events_only=True)
        assert "part" in text and "Title" in text and "mul" not in text
        rows = prof.function_events.key_averages(group_by_input_shapes=True, group_by_overload_name=False)
        shapes = rows.table(max_src_column_width=20, max_shapes_column_width=6)
        assert "Input Shapes" in shapes and "[[3], [3]" not in shapes
