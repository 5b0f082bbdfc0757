"""The printed text against literals taken from PyTorch 2.13."""

import numpy as np
import pytest

from autograd.printing import format_tensor, set_printoptions

nan, inf = np.nan, np.inf


@pytest.fixture(autouse=True)
def default_options():
    yield
    set_printoptions(profile="default")


def text(values, dtype=None, **options):
    array = np.asarray(values, dtype=dtype)
    return format_tensor(array, dtype_name=f"autograd.{array.dtype}", **options)


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        (3.0, "f4", "tensor(3.)"),
        (3.14159, "f4", "tensor(3.1416)"),
        (-0.0, "f4", "tensor(-0.)"),
        (5, "i8", "tensor(5)"),
        (True, "?", "tensor(True)"),
        ([0.0, 0.0], "f4", "tensor([0., 0.])"),
        ([1.5, -2.25], "f4", "tensor([ 1.5000, -2.2500])"),
        ([1.0, 200.0, -3.0], "f4", "tensor([  1., 200.,  -3.])"),
        ([1, 200, -3], "i8", "tensor([  1, 200,  -3])"),
        ([True, False], "?", "tensor([ True, False])"),
        ([1e-5, 1.0], "f4", "tensor([1.0000e-05, 1.0000e+00])"),
        ([0.5e-4, 0.6e-4], "f4", "tensor([5.0000e-05, 6.0000e-05])"),
        ([1.0, 1001.0], "f4", "tensor([1.0000e+00, 1.0010e+03])"),
        ([1.0, 1000.0], "f4", "tensor([   1., 1000.])"),
        ([2e8, 3e8], "f4", "tensor([2.0000e+08, 3.0000e+08])"),
        ([nan, 1.0, inf], "f4", "tensor([nan, 1., inf])"),
        ([nan, 1.5, -inf], "f4", "tensor([   nan, 1.5000,   -inf])"),
        ([nan, nan], "f4", "tensor([nan, nan])"),
        ([], "f4", "tensor([])"),
        ([], "i8", "tensor([], dtype=autograd.int64)"),
        (np.zeros((0, 3)), "f4", "tensor([], size=(0, 3))"),
        (np.zeros((2, 0)), "f8", "tensor([], size=(2, 0), dtype=autograd.float64)"),
        ([1, 2], "u1", "tensor([1, 2], dtype=autograd.uint8)"),
        ([0.1], "f2", "tensor([0.1000], dtype=autograd.float16)"),
        ([[1, 2], [3, 4]], "i8", "tensor([[1, 2],\n        [3, 4]])"),
        ([[[1, 2]], [[3, 4]]], "i8", "tensor([[[1, 2]],\n\n        [[3, 4]]])"),
    ],
)
def test_elements(values, dtype, expected):
    assert text(values, dtype) == expected


def test_a_long_row_continues_under_its_first_element():
    expected = "tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,\n        18, 19])"
    assert text(np.arange(20)) == expected


def test_more_than_1000_elements_are_abridged():
    assert text(np.zeros(1000), "f4").count("0.") == 1000
    assert text(np.zeros(1001), "f4") == "tensor([0., 0., 0.,  ..., 0., 0., 0.])"
    expected = (
        "tensor([[   0,    1,    2,  ...,   37,   38,   39],\n"
        "        [  40,   41,   42,  ...,   77,   78,   79],\n"
        "        [  80,   81,   82,  ...,  117,  118,  119],\n"
        "        ...,\n"
        "        [1480, 1481, 1482,  ..., 1517, 1518, 1519],\n"
        "        [1520, 1521, 1522,  ..., 1557, 1558, 1559],\n"
        "        [1560, 1561, 1562,  ..., 1597, 1598, 1599]])"
    )
    assert text(np.arange(1600).reshape(40, 40)) == expected


def test_only_shown_elements_decide_the_column():
    values = np.ones(1001, "f4")
    values[500] = 1e-7
    assert text(values) == "tensor([1., 1., 1.,  ..., 1., 1., 1.])"


def test_suffixes():
    assert text([1.0], "f4", requires_grad=True) == "tensor([1.], requires_grad=True)"
    assert text([1.0], "f4", requires_grad=True, grad_fn="<MulBackward0>") == "tensor([1.], grad_fn=<MulBackward0>)"
    assert text([1.0], "f8", requires_grad=True) == "tensor([1.], dtype=autograd.float64, requires_grad=True)"
    assert text([1.0], "f4", default_dtype=np.float64) == "tensor([1.], dtype=autograd.float32)"
    assert text([1.0], "f8", default_dtype=np.float64) == "tensor([1.])"


def test_a_suffix_that_would_pass_the_line_width_starts_a_new_line():
    expected = "tensor([0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000, 0.5000],\n       grad_fn=<AddBackward0>)"
    assert text(np.full(7, 0.5), "f4", grad_fn="<AddBackward0>") == expected


def test_print_options():
    set_printoptions(precision=2)
    assert text([3.14159], "f4") == "tensor([3.14])"
    set_printoptions(sci_mode=True)
    assert text([3.14159], "f4") == "tensor([3.14e+00])"
    set_printoptions(threshold=4, edgeitems=1)
    assert text(np.arange(5)) == "tensor([0,  ..., 4])"
    set_printoptions(edgeitems=0)
    assert text(np.arange(5)) == "tensor([...], size=(5,))"
    set_printoptions(profile="default", linewidth=20)
    assert text(np.arange(6)) == "tensor([0, 1, 2, 3,\n        4, 5])"
    set_printoptions(profile="full")
    assert "..." not in text(np.arange(2000))
    set_printoptions(profile="default")
    assert text([3.14159], "f4") == "tensor([3.1416])"


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="expected profile to be one of default, short, full, got 'tiny'"):
        set_printoptions(profile="tiny")
