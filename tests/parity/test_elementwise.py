"""Elementwise operations against PyTorch: values, dtypes, gradients, in-place twins, at special points and by dtype."""

import math

import numpy as np
import pytest

import autograd as ag

torch = pytest.importorskip("torch")

INF, NAN = math.inf, math.nan
SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.3, -0.7, 1.5, -2.5, 30.0, INF, -INF, NAN]
PAIRS = [np.array(side) for side in zip(*[(a, b) for a in SPECIAL for b in SPECIAL], strict=True)]
DTYPES = ["float64", "float32", "int64", "int32", "int8", "uint8", "bool"]

UNARY_NAMES = """
abs absolute neg negative positive exp exp2 expm1 log log2 log10 log1p sqrt rsqrt square reciprocal sin cos tan asin
acos atan sinh cosh tanh asinh acosh atanh arcsin arccos arctan arcsinh arccosh arctanh sigmoid erf erfc erfinv lgamma
digamma floor ceil round trunc fix frac sign sgn signbit nan_to_num isnan isinf isfinite isposinf isneginf logical_not
bitwise_not sinc logit deg2rad rad2deg relu
"""
BINARY_NAMES = """
add sub subtract rsub mul multiply div divide true_divide floor_divide remainder fmod pow float_power maximum minimum
fmax fmin atan2 arctan2 hypot copysign logaddexp logaddexp2 xlogy eq ne not_equal lt less le less_equal gt greater ge
greater_equal isclose logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor bitwise_left_shift
bitwise_right_shift heaviside nextafter
"""
UNARY, BINARY = UNARY_NAMES.split(), BINARY_NAMES.split()
SAME_DTYPE_ONLY = {"heaviside", "nextafter", "isclose"}
NO_GRADIENT = {"floor_divide", "heaviside", "nextafter", "sgn"}  # PyTorch has none; ours is zero or absent
POLES = {"digamma": [0.0, -0.0, -1.0, -2.0, -INF], "lgamma": [-1.0, -2.0, -INF, 0.0, -0.0], "logit": [-0.0]}
"""Points at or beyond poles, where PyTorch's gradients are rounding errors: left out."""


def both(array, requires_grad=False):
    array = np.asarray(array)
    ours = ag.tensor(array, requires_grad=requires_grad and array.dtype.kind == "f")
    theirs = torch.tensor(array, requires_grad=requires_grad and array.dtype.kind == "f")
    return ours, theirs


def assert_same(ours, theirs, rtol=1e-6, atol=1e-7):
    assert str(ours.dtype).rpartition(".")[2] == str(theirs.dtype).rpartition(".")[2]
    assert tuple(ours.shape) == tuple(theirs.shape)
    np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=rtol, atol=atol)


def assert_same_call(name, *arrays, gradient=True, rtol=1e-6, ours=None, **kwargs):
    """Call `name` of both libraries; compare results, and gradients if the result has them."""
    pairs = [both(a, gradient) if isinstance(a, np.ndarray) else (a, a) for a in arrays]
    result = (ours or getattr(ag, name))(*[p[0] for p in pairs], **kwargs)
    expected = getattr(torch, name)(*[p[1] for p in pairs], **kwargs)
    assert_same(result, expected, rtol)
    leaves = [p for p in pairs if isinstance(p[1], torch.Tensor) and p[1].requires_grad]
    if not gradient or not leaves or not expected.requires_grad:
        return
    seed = (
        np.linspace(0.5, 1.5, result.numel()).reshape(tuple(result.shape)).astype(str(result.dtype).rpartition(".")[2])
    )
    found = ag.grad(result, [p[0] for p in leaves], ag.tensor(seed))
    try:
        wanted = torch.autograd.grad(expected, [p[1] for p in leaves], torch.tensor(seed))
    except (RuntimeError, NotImplementedError):  # PyTorch's rules fail for some mixtures of dtypes
        return
    for got, want in zip(found, wanted, strict=True):
        assert_same(got, want, max(rtol, 1e-5), 1e-6)


def supported(name, *arrays):
    """Whether PyTorch has the operation for these dtypes."""
    try:
        getattr(torch, name)(*[torch.tensor(a) if isinstance(a, np.ndarray) else a for a in arrays])
    except (RuntimeError, NotImplementedError, TypeError):
        return False
    return True


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", UNARY)
def test_unary_at_special_points(name, dtype):
    if not supported(name, np.array([1.0])):
        pytest.skip("not for floats")
    points = [x for x in SPECIAL if x not in POLES.get(name, [])]
    assert_same_call(
        name, np.array(points, dtype), gradient=name not in NO_GRADIENT, rtol=1e-12 if dtype == "float64" else 1e-5
    )


@pytest.mark.parametrize("dtype", ["int64", "int32", "int8", "uint8", "bool"])
@pytest.mark.parametrize("name", UNARY)
def test_unary_of_integers(name, dtype):
    values = np.array([0, 1, 2, 3, 100]).astype(dtype)
    if not supported(name, values):
        pytest.skip("PyTorch has no such operation on these dtypes")
    assert_same_call(name, values, rtol=1e-5)


@pytest.mark.parametrize("name", BINARY)
def test_binary_at_special_points(name):
    if supported(name, np.array([1.0]), np.array([1.0])):
        pairs = [side[np.isfinite(PAIRS[0])] for side in PAIRS] if name == "copysign" else PAIRS
        assert_same_call(name, *pairs, gradient=name not in NO_GRADIENT, rtol=1e-12)


@pytest.mark.parametrize("other", DTYPES)
@pytest.mark.parametrize("one", DTYPES)
@pytest.mark.parametrize("name", BINARY)
def test_binary_of_mixed_dtypes(name, one, other):
    if name in ("atan2", "arctan2") and one == "uint8":
        pytest.skip("PyTorch's gradient negates unsigned integers")
    a, b = np.array([[1, 2, 3], [1, 0, 5]]).astype(one), np.array([2, 1, 1]).astype(other)
    if (one == other or name not in SAME_DTYPE_ONLY) and supported(name, a, b):
        assert_same_call(name, a, b, gradient=name not in NO_GRADIENT, rtol=1e-5)
    if name not in SAME_DTYPE_ONLY and supported(name, a, np.asarray(b[1])):
        assert_same_call(name, a, np.asarray(b[1]), gradient=name not in NO_GRADIENT, rtol=1e-5)


@pytest.mark.parametrize("number", [2, 1.5, True, -3])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", BINARY)
def test_binary_with_a_number(name, dtype, number):
    a = np.array([[1, 2, 3], [1, 0, 5]]).astype(dtype)
    if (dtype == "uint8" and number == -3) or (dtype == "bool" and name == "pow" and number is True):
        pytest.skip("PyTorch compares with 253 instead of −3, and has booleans to boolean powers")
    if name not in SAME_DTYPE_ONLY and supported(name, a, number):
        assert_same_call(name, a, number, gradient=name not in NO_GRADIENT, rtol=1e-5)
    if name in ("pow", "xlogy", "mul", "float_power", "remainder") and supported(name, number, a):
        assert_same_call(name, number, a, rtol=1e-5)


OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "&", "|", "^", "<<", ">>"]


@pytest.mark.parametrize("number", [2, 1.5])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("operator", OPERATORS)
def test_operators(operator, dtype, number):
    """`a op b`, `a op number`, `number op a` and `a op= b`."""
    x, y = both(np.array([[1, 2, 3], [3, 1, 5]]).astype(dtype)), both(np.array([2, 1, 1]).astype(dtype))
    for expression in ("x {} y", "x {} number", "number {} x"):
        code = expression.format(operator)
        try:
            expected = eval(code, {"x": x[1], "y": y[1], "number": number})
        except (RuntimeError, NotImplementedError, TypeError):
            continue
        assert_same(eval(code, {"x": x[0], "y": y[0], "number": number}), expected, rtol=1e-5)
    if operator in ("==", "!=", "<", "<=", ">", ">="):
        return
    try:
        expected = {"x": x[1].clone(), "y": y[1]}
        exec(f"x {operator}= y", expected)
    except (RuntimeError, NotImplementedError, TypeError):
        return
    found = {"x": x[0].clone(), "y": y[0]}
    exec(f"x {operator}= y", found)
    assert_same(found["x"], expected["x"], rtol=1e-5)


INPLACE = [
    *[(name, ()) for name in UNARY if hasattr(torch.Tensor, name + "_")],
    *[(name, ("tensor",)) for name in BINARY if hasattr(torch.Tensor, name + "_")],
    ("clamp", (-0.2, 0.5)), ("clip", (-0.2, 0.5)), ("clamp_min", (0.1,)), ("clamp_max", (0.1,)),
    ("lerp", ("tensor", 0.3)), ("addcmul", ("tensor", "tensor")), ("addcdiv", ("tensor", "tensor")),
    ("polygamma", (1,)), ("pow", (3,)), ("add", (2,)), ("sub", (2.5,)), ("mul", (2,)), ("div", (3,)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), INPLACE, ids=str)
def test_in_place_twins(name, arguments):
    """The method and its twin with an underscore give the same values and gradients as PyTorch's."""
    integral = name.startswith("bitwise")
    start = np.arange(1, 7).reshape(2, 3) if integral else np.linspace(0.1, 0.9, 6).reshape(2, 3)
    operand = np.full((2, 3), 2) if integral else np.linspace(0.9, 0.2, 6).reshape(2, 3)
    results = []
    for library in (ag, torch):
        x = library.tensor(start, requires_grad=not integral)
        given = [library.tensor(operand) if a == "tensor" else a for a in arguments]
        plain = getattr(x.clone(), name)(*given)
        y = x.clone()
        if name in (*NO_GRADIENT, "float_power") or name.startswith("logical"):
            y = y.detach()
        same_one = getattr(y, name + "_")(*given)
        assert same_one is y
        try:
            if y.requires_grad:
                (y * y).sum().backward()
        except NotImplementedError:  # PyTorch's asinh_ and kin
            return
        results.append((plain, y, x.grad))
    assert_same(results[0][1], results[1][1])
    if results[0][0].dtype != ag.bool:
        assert_same(results[0][1], results[0][0])
    if results[0][2] is not None:
        assert_same(results[0][2], results[1][2])
    elif results[1][2] is not None:
        assert not results[1][2].any()


A, B, C = np.array([0.3, -1.2, 2.0]), np.array([[1.5], [-0.4]]), np.array([0.2, 0.5, 0.9])


@pytest.mark.parametrize(
    ("name", "arguments", "kwargs"),
    [
        ("add", (A, B), {"alpha": 2}), ("sub", (A, B), {"alpha": 0.5}), ("rsub", (A, B), {"alpha": 3}),
        ("rsub", (A, 2), {}), ("add", (np.arange(3), np.arange(3)), {"alpha": 3}), ("add", (A, 2.0), {"alpha": 3}),
        ("div", (A, B), {"rounding_mode": "floor"}), ("div", (A, B), {"rounding_mode": "trunc"}),
        ("div", (np.array([7, -7, 6]), np.array([2, 2, -3])), {"rounding_mode": "trunc"}),
        ("div", (np.array([7, -7, 6]), np.array([2, 2, -3])), {"rounding_mode": "floor"}),
        ("div", (np.array([7, -7, 6]), 2), {"rounding_mode": "trunc"}),
        ("lerp", (A, C, 0.3), {}), ("lerp", (A, C, 0.8), {}), ("lerp", (A, C, C), {}), ("lerp", (A, B, C), {}),
        ("addcmul", (A, B, C), {"value": 2}), ("addcdiv", (A, B, C), {"value": -0.5}), ("addcmul", (A, B, C), {}),
        ("clamp", (A, -0.5, 1.0), {}), ("clamp", (A,), {"min": 0.3}), ("clamp", (A,), {"max": 0.3}),
        ("clamp", (A, C - 1, C), {}), ("clamp", (A, B, C), {}), ("clamp", (np.arange(5), 1, 3), {}),
        ("clamp", (np.arange(5), 1.5, 3), {}), ("clamp", (A, NAN, 1.0), {}), ("clamp", (A, 1.0, 0.0), {}),
        ("clamp_min", (A, 0.3), {}), ("clamp_max", (A, 0.3), {}), ("clip", (A, 0.0, 1.0), {}),
        ("round", (A * 1.2345,), {"decimals": 2}), ("round", (A * 1234,), {"decimals": -2}),
        ("logit", (C,), {"eps": 0.3}), ("logit", (np.array([-0.1, 0.1, 0.5, 0.9, 1.1]),), {"eps": 0.1}),
        ("logit", (np.array([-0.1, 0.0, 0.5, 1.1]), None), {}),
        ("nan_to_num", (np.array([NAN, INF, -INF, 1.0]),), {"nan": 2.0, "posinf": 3.0, "neginf": -4.0}),
        ("nan_to_num", (np.array([NAN, INF, -INF, 1.0], np.float32), 1.0), {}),
        ("polygamma", (0, C), {}), ("polygamma", (1, C), {}), ("polygamma", (4, A), {}),
        ("where", (np.array([True, False, True]), A, C), {}), ("where", (np.array([True, False, True]), A, 1), {}),
        ("where", (np.array([True, False, True]), np.arange(3), 1.5), {}),
        ("where", (np.array([True, False, True]), A, B), {}), ("where", (np.array([[True], [False]]), 1.0, 0.0), {}),
        ("where", (np.array([True, False, True]), A.astype(np.float32), C), {}),
        ("isclose", (np.array([1.0, INF, NAN, 1.0]), np.array([1.0 + 1e-9, INF, NAN, 1.1])), {"equal_nan": True}),
        ("isclose", (np.array([1, 2]), np.array([1, 3])), {"atol": 0.5}),
        ("pow", (np.array([2, 1, -1, 0, 3]), np.array([-1, -1, -3, 2, 4])), {}), ("pow", (2, np.array([2, -1, 0])), {}),
        ("pow", (A, 3), {}), ("pow", (A, -2), {}), ("pow", (A, 0), {}), ("pow", (C, 0.5), {}), ("pow", (C, C), {}),
        ("pow", (2.5, A), {}), ("pow", (0, C), {}), ("pow", (np.arange(4), 3), {}), ("pow", (np.arange(4), 0.5), {}),
        ("add", (np.array([250], np.uint8), 10), {}), ("mul", (np.array([100], np.int8), 3), {}),
        ("heaviside", (np.array([0.0, -1.0, 2.0, NAN]), np.array(0.5)), {}),
    ],
    ids=str,
)  # fmt: skip
def test_calls_with_parameters(name, arguments, kwargs):
    assert_same_call(name, *arguments, gradient=name != "heaviside", rtol=1e-12, **kwargs)


def test_where_of_a_condition_alone():
    ours, theirs = both(np.array([[0, 1, 2], [3, 0, 0]]))
    for got, want in zip(ag.where(ours), torch.where(theirs), strict=True):
        assert_same(got, want)


def test_comparison_of_whole_tensors():
    for values in ([1.0, 2.0], [1.0, 2.0 + 1e-9], [1.0, NAN], [1.0]):
        (a, c), (b, d) = both(np.array([1.0, 2.0])), both(np.array(values))
        assert ag.equal(a, b) == torch.equal(c, d)
        if len(values) == 2:
            assert ag.allclose(a, b) == torch.allclose(c, d)


def test_a_tensor_equals_nothing_else():
    assert (ag.ones(2) == None) is False  # noqa: E711
    assert (ag.ones(2) != "text") is True


@pytest.mark.parametrize("name", ["mul", "div", "maximum", "atan2", "pow", "sub", "hypot"])
def test_strided_operands(name):
    base = np.linspace(0.1, 2.0, 24).reshape(2, 3, 4)
    x, y = both(base, True), both(base[::-1].copy(), True)
    assert_same(
        getattr(ag, name)(x[0].permute(2, 0, 1)[::2], y[0].permute(2, 0, 1)[::2]),
        getattr(torch, name)(x[1].permute(2, 0, 1)[::2], y[1].permute(2, 0, 1)[::2]),
    )


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "exp", "lgamma", "sinc", "relu", "clamp"])
def test_second_order(name):
    arguments = (0.2, 0.6) if name == "clamp" else ()
    found = []
    for library in (ag, torch):
        x = library.tensor([0.1, 0.4, 0.9], dtype=library.float64, requires_grad=True)
        grad = library.autograd.grad if library is torch else ag.grad
        (first,) = grad(getattr(library, name)(x, *arguments).sum(), [x], create_graph=True)
        (second,) = grad((first * first + first * x).sum(), [x])
        found.append(second)
    assert_same(*found)
