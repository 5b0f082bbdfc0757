"""Profiles of operations: times that add up, exact counts, bytes of results, traces, and nothing left behind."""

import gzip
import json
import threading
from collections import Counter

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, AutogradError, ShapeError
from autograd.observation import observed
from autograd.profiler import ProfilerAction, profile, record_function, schedule, tensorboard_trace_handler


class Clock:
    """Stands still unless it is told to go on."""

    def __init__(self):
        self.now = 7_000

    def __call__(self):
        return self.now

    def pass_microseconds(self, count):
        self.now += 1000 * count


def leaf(*shape):
    return ag.tensor(np.linspace(0.5, 1.5, int(np.prod(shape))).reshape(shape), requires_grad=True)


def program():
    """A first and a second derivative, nested parts, and an operation of one's own."""
    x = leaf(3, 4)
    with record_function("outer"):
        y = Doubled.apply(x.exp() * x).sum()
        with record_function("derivatives"):
            (first,) = ag.grad(y, x, create_graph=True)
            (first * first).sum().backward()


class Doubled(ag.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2


def counts(prof, backward):
    return {row.key: row.count for row in prof.key_averages() if row.is_backward is backward}


def check_tree(events):
    """Parents contain their children; siblings do not overlap; what each takes itself adds up."""
    for event in events:
        start, end = event.time_range
        inside = [child.time_range for child in event.cpu_children]
        assert all(child.cpu_parent is event for child in event.cpu_children)
        moments = [start, *(moment for times in inside for moment in times), end]
        assert moments == sorted(moments)
        spent = sum(times.elapsed_us() for times in inside)
        assert event.self_cpu_time_total == pytest.approx(event.cpu_time_total - spent, abs=1e-6)
        assert event.self_cpu_time_total >= 0
        within = sum(child.cpu_memory_usage for child in event.cpu_children)
        assert event.cpu_memory_usage == event.self_cpu_memory_usage + within


def test_times_are_those_of_the_clock():
    clock = Clock()
    with profile(clock=clock) as prof:
        clock.pass_microseconds(3)
        for _ in range(2):
            with record_function("outer"):
                clock.pass_microseconds(10)
                with record_function("inner"):
                    clock.pass_microseconds(20)
                clock.pass_microseconds(30)
    outer, inner = prof.key_averages()
    assert (outer.key, outer.count, outer.cpu_time_total, outer.self_cpu_time_total) == ("outer", 2, 120, 80)
    assert (inner.key, inner.count, inner.cpu_time_total, inner.self_cpu_time_total) == ("inner", 2, 40, 40)
    assert outer.cpu_time == 60
    assert prof.self_cpu_time_total == prof.total_average().self_cpu_time_total == 120
    assert prof.total_average().cpu_time_total == 120
    assert prof.events()[0].time_range == (3, 63)


def test_a_name_within_itself_is_counted_once_in_the_total():
    clock = Clock()
    with profile(clock=clock) as prof, record_function("part"), record_function("part"):
        clock.pass_microseconds(5)
    (row,) = prof.key_averages()
    assert (row.count, row.cpu_time_total, row.self_cpu_time_total) == (2, 5, 5)


def test_the_work_of_the_profile_itself_takes_no_time():
    class Ticking(Clock):
        def __call__(self):
            self.pass_microseconds(1)
            return self.now

    with profile(clock=Ticking()) as prof:
        x = leaf(3) * 2
    (event,) = prof.events()
    assert x.shape == (3,) and event.cpu_time_total == 1  # from the reading at its begin to the one at its end


def test_parts_add_up_to_at_most_the_whole():
    whole = Clock()
    ticks = 0

    def clock():
        nonlocal ticks
        ticks += 1
        whole.pass_microseconds(ticks % 7)
        return whole.now

    begin = whole.now
    with profile(clock=clock) as prof:
        program()
    check_tree(prof.events())
    roots = sum(event.cpu_time_total for event in prof.events() if event.cpu_parent is None)
    assert 0 < prof.self_cpu_time_total == pytest.approx(roots)
    assert roots <= (whole.now - begin) / 1000
    assert prof.by_module()[0].total_time == pytest.approx(roots)  # there is no module


def test_calls_are_counted_and_directions_told_apart():
    a, b = leaf(3, 4), leaf(3, 4)
    with profile() as prof:
        (a * b + a).exp().sum().backward()
        (a.detach() @ b.detach().T).sum()
    assert counts(prof, False) == {"mul": 1, "add": 1, "exp": 1, "sum": 2, "matmul": 1, "permute": 1}
    nodes = {name: count for name, count in counts(prof, True).items() if name[0].isupper()}
    assert nodes == {
        "SumBackward0": 1, "ExpBackward0": 1, "AddBackward0": 1, "MulBackward0": 1, "AccumulateGrad": 2,
    }  # fmt: skip


def test_a_double_backward_is_a_backward_pass_throughout():
    with profile() as prof:
        program()
    check_tree(prof.events())
    forward, backward = counts(prof, False), counts(prof, True)
    assert forward["Doubled"] == 1 and backward["DoubledBackward"] == 1
    assert forward["exp"] == 1 and backward["ExpBackward0"] == 2  # of the first pass, and of it again in the second
    assert all(event.is_backward for event in prof.events() if event.name.endswith(("Backward0", "AccumulateGrad")))
    part = next(event for event in prof.events() if event.name == "derivatives")
    assert part.cpu_parent.name == "outer" and "ExpBackward0" in {child.name for child in part.cpu_children}


def test_what_is_computed_stays_the_same():
    def gradients():
        x = leaf(5, 6)
        loss = ((x @ x.T).softmax(1).log() * x[:, :5]).sum() + x.std() + x.reshape(-1)[::2].prod()
        (first,) = ag.grad(loss, x, create_graph=True)
        (first**2).sum().backward()
        return loss.item(), first.detach().numpy(), x.grad.numpy()

    expected = gradients()
    with profile():
        found = gradients()
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_memory_is_that_of_new_results():
    x, y = ag.tensor(np.ones((30, 40))), ag.tensor(np.ones((30, 40), np.float32))
    with profile(profile_memory=True) as prof:
        held = [x + x, y * 2, x.exp(), x.T, x[1:], x.reshape(-1), x.expand(3, 30, 40), y.sum()]
    found = [(event.self_cpu_memory_usage, result.shape) for event, result in zip(
        (e for e in prof.events() if e.cpu_parent is None), held, strict=True)]  # fmt: skip
    assert [size for size, _ in found] == [9600, 4800, 9600, 0, 0, 0, 0, 4]
    assert prof.total_average().self_cpu_memory_usage == prof.total_average().cpu_memory_usage == 24004
    text = prof.key_averages().table(sort_by="self_cpu_memory_usage")
    assert "Self CPU Mem" in text and "9.38 KB" in text


def test_a_buffer_that_passes_through_several_hands_is_counted_once():
    class Handed(ag.Function):
        @staticmethod
        def forward(ctx, x):
            return x.exp().reshape(-1)

    x = ag.tensor(np.ones((30, 40)))
    with profile() as prof:
        result = Handed.apply(x)
    assert result.shape == (1200,)
    by_name = {event.name: event for event in prof.events()}
    assert (by_name["Handed"].self_cpu_memory_usage, by_name["Handed"].cpu_memory_usage) == (0, 9600)
    assert by_name["exp"].self_cpu_memory_usage == 9600


def test_memory_of_a_backward_pass():
    x = leaf(30, 40)
    with profile() as prof:
        (x * 3.0).backward(ag.ones(30, 40, dtype=ag.float64))
    row = next(row for row in prof.key_averages() if row.key == "MulBackward0")
    assert row.cpu_memory_usage == 9600


def test_shapes_and_lines():
    x = leaf(3, 4)
    with profile(record_shapes=True, with_stack=True) as prof:
        for size in (3, 3, 2):
            x[:size] @ x.T.detach()
    rows = {str(row.input_shapes): row.count for row in prof.key_averages(True) if row.key == "matmul"}
    assert rows == {"[[3, 4], [4, 3]]": 2, "[[2, 4], [4, 3]]": 1}
    assert "Input Shapes" in prof.key_averages(group_by_input_shape=True).table()
    assert "Input Shapes" not in prof.key_averages().table()
    assert "test_shapes_and_lines" in next(e for e in prof.events() if e.name == "matmul").stack[0]


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


def assert_nothing_is_watched(prof):
    before = len(prof.events())
    assert observed.observer is None
    program()
    assert len(prof.events()) == before
    assert ag.exp.operation.compute is ag.exp.operation.forward


def test_an_error_in_the_block_leaves_nothing_behind():
    prof = profile()
    with pytest.raises(ZeroDivisionError), prof, record_function("part"):
        leaf(3).exp()
        raise ZeroDivisionError
    assert [event.name for event in prof.events()] == ["part", "exp"]
    assert_nothing_is_watched(prof)


def test_an_operation_that_fails_leaves_no_event():
    with profile() as prof:
        with pytest.raises(ShapeError), record_function("part"):
            leaf(3) + leaf(4)
        with pytest.raises(ShapeError):
            leaf(3, 4) @ leaf(3, 4)
        leaf(3).exp()
    assert [event.name for event in prof.events()] == ["part", "exp"]
    check_tree(prof.events())
    assert_nothing_is_watched(prof)


def test_one_inside_another_is_an_error_and_the_outer_one_goes_on():
    with profile() as outer:
        with pytest.raises(AutogradError, match=r"profile: expected no other profile.*record_function"), profile():
            pass
        with pytest.raises(AutogradError, match="still recording"):
            outer.key_averages()
        leaf(3).exp()
    assert counts(outer, False) == {"exp": 1}
    assert_nothing_is_watched(outer)


def test_switched_off_it_does_nothing():
    with profile(enabled=False) as prof:
        leaf(3).exp()
        with profile() as inner:
            leaf(3).exp()
    assert list(prof.events()) == [] and counts(inner, False) == {"exp": 1}
    assert "Self CPU time total: 0.000us" in prof.key_averages().table(sort_by="count")


def test_other_threads_are_not_watched():
    def work():
        with record_function("elsewhere"):
            program()

    with profile() as prof:
        leaf(3).exp()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert [event.name for event in prof.events()] == ["exp"]


def test_a_part_that_outlives_the_profile_ends_with_it():
    clock = Clock()
    prof, part = profile(clock=clock), record_function("part")
    prof.start()
    with part:
        clock.pass_microseconds(4)
        prof.stop()
        clock.pass_microseconds(4)
    assert [(event.name, event.cpu_time_total) for event in prof.events()] == [("part", 4)]
    assert_nothing_is_watched(prof)


def test_functions_can_be_parts():
    @record_function("named")
    def f(n):
        return f(n - 1) if n else leaf(2).exp()

    f(0)
    with profile() as prof:
        f(2)
    assert counts(prof, False) == {"named": 3, "exp": 1}


def test_a_schedule():
    N, W, R, S = ProfilerAction
    plan = schedule(skip_first=1, wait=1, warmup=1, active=2, repeat=2)
    assert [plan(i) for i in range(11)] == [N, N, W, R, S, N, W, R, S, N, N]
    plan = schedule(skip_first=1, wait=2, warmup=0, active=1, repeat=2, skip_first_wait=1)
    assert [plan(i) for i in range(7)] == [N, S, N, N, S, N, N]
    with pytest.raises(ArgumentError, match=r"schedule: expected active >= 1"):
        schedule(wait=0, warmup=0, active=0)


def test_steps_are_recorded_as_scheduled(tmp_path):
    seen = []

    def ready(prof):
        seen.append(Counter(event.name for event in prof.events()))
        prof.step_num < 6 and tensorboard_trace_handler(str(tmp_path / "log"), "worker")(prof)

    with profile(schedule=schedule(wait=1, warmup=0, active=2, repeat=2), on_trace_ready=ready) as prof:
        for _ in range(8):
            leaf(3).exp()
            prof.step()
    assert seen == [
        {"ProfilerStep#1": 1, "ProfilerStep#2": 1, "exp": 2},
        {"ProfilerStep#4": 1, "ProfilerStep#5": 1, "exp": 2},
    ]
    assert len(list((tmp_path / "log").glob("worker.*.pt.trace.json"))) == 1
    assert_nothing_is_watched(prof)
    prof.step()
    assert_nothing_is_watched(prof)


def test_a_schedule_of_ones_own_ends_a_recording_where_it_says_so():
    heard = []
    with profile(
        schedule=lambda step: ProfilerAction.RECORD if step in (0, 1, 4) else ProfilerAction.NONE,
        on_trace_ready=lambda prof: heard.append(counts(prof, False)),
    ) as prof:
        for _ in range(4):
            leaf(3).exp()
            prof.step()
        leaf(3).sin()
    assert heard == [{"ProfilerStep*": 2, "exp": 2}, {"ProfilerStep*": 1, "sin": 1}]


def test_a_schedule_that_is_left_early_and_steps_without_one():
    with profile(schedule=schedule(wait=0, warmup=0, active=5)) as prof:
        leaf(3).exp()
    assert counts(prof, False) == {"ProfilerStep*": 1, "exp": 1}
    with profile() as prof:
        leaf(3).exp()
        prof.step()
        leaf(3).exp()
    assert counts(prof, False) == {"exp": 2}


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
