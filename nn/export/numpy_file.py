"""A traced model as one Python file that needs NumPy alone."""

from __future__ import annotations

import base64

import numpy as np

from autograd.typing import Array
from nn.export.graph import Graph, Step

_HEAD = '''"""A trained model as plain NumPy: `predict(x)` of {dtype} {input} gives float32 {output}."""

import base64
from math import erf

import numpy as np


def _data(text, dtype, shape):
    return np.frombuffer(base64.b85decode(text), dtype).reshape(shape)


def _given(x, dtype, shape):
    x = np.asarray(x)
    if x.shape != shape:
        raise ValueError(f"predict: expected x of shape {shape}, got {x.shape}; export the model for each shape")
    if not np.can_cast(x.dtype, dtype, "same_kind"):
        raise TypeError(f"predict: expected x of {np.dtype(dtype)}, got {x.dtype}")
    return x.astype(dtype)


def _take(values, places, fill, shape):
    flat = np.concatenate([*(x.ravel() for x in values), np.array([fill], np.float32)])
    return flat[places].reshape(shape)


def _sigmoid(x):
    return np.float32(0.5) * (np.tanh(np.float32(0.5) * x) + 1)


def _softmax(x, log):
    x = x - x.max(-1, keepdims=True)
    if log:
        return x - np.log(np.exp(x).sum(-1, keepdims=True))
    x = np.exp(x)
    return x / x.sum(-1, keepdims=True)


def _conv(x, weight, bias, shape, stride, padding, dilation, groups):
    x = np.pad(x, ((0, 0), (0, 0), *padding))
    out = np.zeros(shape, np.float32)
    ins, outs = x.shape[1] // groups, shape[1] // groups
    for g in range(groups):
        for i in range(weight.shape[2]):
            for j in range(weight.shape[3]):
                rows = slice(i * dilation[0], i * dilation[0] + (shape[2] - 1) * stride[0] + 1, stride[0])
                cols = slice(j * dilation[1], j * dilation[1] + (shape[3] - 1) * stride[1] + 1, stride[1])
                part, taps = x[:, g * ins : (g + 1) * ins, rows, cols], weight[g * outs : (g + 1) * outs, :, i, j]
                out[:, g * outs : (g + 1) * outs] += np.einsum("nihw,oi->nohw", part, taps)
    return out + bias[:, None, None]


def _rnn_tanh(x, h, w_ih, w_hh, b_ih, b_hh, bend=np.tanh):
    out = []
    for step in x:
        h = bend(step @ w_ih.T + b_ih + h @ w_hh.T + b_hh)
        out.append(h)
    return np.stack(out), h


def _rnn_relu(*values):
    return _rnn_tanh(*values, bend=lambda x: np.maximum(x, 0))


def _lstm(x, h, c, w_ih, w_hh, b_ih, b_hh):
    out = []
    for step in x:
        i, f, g, o = np.split(step @ w_ih.T + b_ih + h @ w_hh.T + b_hh, 4, -1)
        c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
        h = _sigmoid(o) * np.tanh(c)
        out.append(h)
    return np.stack(out), h, c


def _gru(x, h, w_ih, w_hh, b_ih, b_hh):
    out = []
    for step in x:
        (r, z, n), (hr, hz, hn) = np.split(step @ w_ih.T + b_ih, 3, -1), np.split(h @ w_hh.T + b_hh, 3, -1)
        r, z = _sigmoid(r + hr), _sigmoid(z + hz)
        n = np.tanh(n + r * hn)
        h = (1 - z) * n + z * h
        out.append(h)
    return np.stack(out), h


_erf = np.vectorize(erf, otypes=[np.float32])
'''

_FORMULAS = {
    "float": "{a}.astype(np.float32)", "relu": "np.maximum({a}, 0)", "tanh": "np.tanh({a})",
    "sigmoid": "_sigmoid({a})", "exp": "np.exp({a})", "expm1": "np.expm1({a})", "log": "np.log({a})",
    "log1p": "np.log1p({a})", "sqrt": "np.sqrt({a})", "abs": "np.abs({a})", "neg": "-{a}", "sign": "np.sign({a})",
    "sin": "np.sin({a})", "cos": "np.cos({a})", "erf": "_erf({a})", "floor": "np.floor({a})", "ceil": "np.ceil({a})",
    "tan": "np.tan({a})", "asin": "np.arcsin({a})", "acos": "np.arccos({a})", "atan": "np.arctan({a})",
    "round": "np.round({a})", "fmod": "np.fmod({a}, {b})",
    "trunc": "np.trunc({a})", "silu": "{a} * _sigmoid({a})",
    "leaky_relu": "np.where({a} > 0, {a}, {negative_slope} * {a})",
    "elu": "{scale} * np.where({a} > 0, {a}, {alpha} * np.expm1({input_scale} * np.minimum({a}, 0)))",
    "gelu": "{a} * (1 + _erf({a} * 0.7071067811865476)) / 2",
    "gelu_tanh": "{a} * (1 + np.tanh(0.7978845608028654 * ({a} + 0.044715 * {a} ** 3))) / 2",
    "add": "{a} + {b}", "sub": "{a} - {b}", "mul": "{a} * {b}", "div": "{a} / {b}", "pow": "np.power({a}, {b})",
    "maximum": "np.maximum({a}, {b})", "minimum": "np.minimum({a}, {b})", "eq": "({a} == {b}).astype(np.float32)",
    "ne": "({a} != {b}).astype(np.float32)", "lt": "({a} < {b}).astype(np.float32)",
    "le": "({a} <= {b}).astype(np.float32)", "gt": "({a} > {b}).astype(np.float32)",
    "ge": "({a} >= {b}).astype(np.float32)", "where": "np.where({a} != 0, {b}, {c})",
}  # fmt: skip
SETTINGS = {"negative_slope": 0.01, "alpha": 1.0, "scale": 1.0, "input_scale": 1.0}
"""Parameters of elementwise steps where they are not given."""


def source(graph: Graph) -> str:
    """The text of the file."""
    tables, lines = [], []
    for name, array in graph.constants.items():
        tables.append(f"_{name} = {_packed(array)}")
    for number, step in enumerate(graph.steps):
        if step.kind == "gather":
            tables.append(f"_p{number} = {_packed(step.settings['places'].astype(np.int32))}")
        lines.append(f"    {', '.join(step.results)} = {_expression(graph, step, number)}")
    dtype = "int64" if graph.whole else "float32"
    head = _HEAD.replace("{input}", str(graph.shapes["x"])).replace("{output}", str(graph.expected.shape))
    body = "\n".join([f"    x = _given(x, np.{dtype}, {graph.shapes['x']})", *lines])
    data = "\n".join(tables)
    return (
        f"{head.replace('{dtype}', dtype)}\n{data}\n\n\ndef predict(x):\n{body}\n"
        f"    return {_name(graph.output)}.astype(np.float32)\n"
    )


def _packed(array: Array) -> str:
    text = base64.b85encode(array.tobytes()).decode()
    return f"_data({text!r}, np.{array.dtype.name}, {array.shape})"


def _name(name: str) -> str:
    return f"_{name}" if name.startswith("c") else name


def _expression(graph: Graph, step: Step, number: int) -> str:
    inputs, settings, shape = [_name(x) for x in step.inputs], step.settings, graph.shapes[step.results[0]]
    if step.kind == "elementwise":
        operands = dict(zip("abc", inputs, strict=False))
        return _FORMULAS[settings["name"]].format(**{**SETTINGS, **settings, **operands})
    if step.kind == "conv":
        rest = ", ".join(str(settings[key]) for key in ("stride", "padding", "dilation", "groups"))
        return f"_conv({', '.join(inputs)}, {shape}, {rest})"
    if step.kind == "recurrent":
        return f"_{settings['cell']}({', '.join(inputs)})"
    forms = {
        "reshape": "{0}.reshape({shape})", "gather": "_take([{all}], _p{number}, {fill}, {shape})",
        "look_up": "{1}[{0}.astype(np.int64)]", "reduce": "{0}.{name}(-1).reshape({shape})",
        "matmul": "{0} @ {1}.T + {2}", "product": "{0} @ {1}", "softmax": "_softmax({0}, {log})",
    }  # fmt: skip
    fill = f'float("{settings["fill"]}")' if "fill" in settings else ""
    given = {**settings, "all": ", ".join(inputs), "number": number, "shape": shape, "fill": fill}
    return forms[step.kind].format(*inputs, **given)
