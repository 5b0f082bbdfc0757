"""Where a recording begins and ends: after errors, in other threads, by a schedule; nothing is left behind."""

import threading
from collections import Counter

import pytest

from autograd.errors import ArgumentError, AutogradError, ShapeError
from autograd.profiler import ProfilerAction, profile, record_function, schedule, tensorboard_trace_handler
from tests.autograd.profiler.programs import Clock, assert_nothing_is_watched, check_tree, counts, leaf, program


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
