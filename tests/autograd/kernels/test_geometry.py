from itertools import product

from autograd.kernels.geometry import Window, backward_axis, forward_axis


def windows():
    for size, stride, before, after, dilation in product((1, 2, 3), (1, 2, 4), (0, 1), (0, 2), (1, 2)):
        yield Window((size,), (stride,), ((before, after),), (dilation,))


def test_output_counts_the_windows_that_fit():
    for window, length in product(windows(), range(1, 9)):
        total = length + sum(window.padding[0])
        starts = [s for s in range(0, total, window.stride[0]) if s + window.reach()[0] <= total]
        assert max(window.output((length,))[0], 0) == len(starts)


def test_least_input_is_the_least():
    for window, count in product(windows(), range(1, 5)):
        (length,) = window.least_input((count,))
        assert window.output((length,)) == (count,)
        assert window.output((length - 1,)) == (count - 1,)


def products(axis):
    """All (result, source, tap) that an axis sums, inside both."""
    return {
        (q * axis.out_step + remainder, q * axis.source_step + shift, tap)
        for q in range(axis.count)
        for remainder, taps in enumerate(axis.passes)
        for tap, shift in taps
        if q * axis.out_step + remainder < axis.size and 0 <= q * axis.source_step + shift < axis.source
    }


def test_axes_sum_what_the_definition_says():
    for window, length in product(windows(), range(1, 9)):
        (count,) = window.output((length,))
        if count < 1:
            continue
        (size,), (stride,), ((before, _),), (dilation,) = window.size, window.stride, window.padding, window.dilation
        expected = {
            (at, at * stride + tap * dilation - before, tap)
            for at, tap in product(range(count), range(size))
            if 0 <= at * stride + tap * dilation - before < length
        }
        assert products(forward_axis(window, 0, length, count)) == expected
        turned = {(source, at, tap) for at, source, tap in expected}
        assert products(backward_axis(window, 0, length, count)) == turned
