"""What a profile records of operations: times that add up, exact counts, bytes of results, shapes and lines."""

import numpy as np
import pytest

import autograd as ag
from autograd.profiler import profile, record_function
from tests.autograd.profiler.programs import Clock, check_tree, counts, leaf, program


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
