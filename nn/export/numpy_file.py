"""A traced model as one Python file that needs NumPy alone."""

from __future__ import annotations

import base64

import numpy as np

from autograd.typing import Array
from nn.export.graph import Graph, Step

_HEAD = '''"""A trained model as plain NumPy: `predict(x)` with x of shape {input} gives shape {output}, in float32."""

import base64
from math import erf

import numpy as np


def _data(text, dtype, shape):
    return np.frombuffer(base64.b85decode(text), dtype).reshape(shape)


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

_UNARY = {
    "relu": "np.maximum({x}, 0)", "tanh": "np.tanh({x})", "sigmoid": "_sigmoid({x})", "exp": "np.exp({x})",
    "neg": "-{x}", "silu": "{x} * _sigmoid({x})", "leaky_relu": "np.where({x} > 0, {x}, {negative_slope} * {x})",
    "elu": "{scale} * np.where({x} > 0, {x}, {alpha} * np.expm1({input_scale} * np.minimum({x}, 0)))",
    "gelu": "{x} * (1 + _erf({x} * 0.7071067811865476)) / 2",
    "gelu_tanh": "{x} * (1 + np.tanh(0.7978845608028654 * ({x} + 0.044715 * {x} ** 3))) / 2",
}  # fmt: skip
UNARY_DEFAULTS = {"negative_slope": 0.01, "alpha": 1.0, "scale": 1.0, "input_scale": 1.0}
_BINARY = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def source(graph: Graph) -> str:
    """The text of the file."""
    tables, lines = [], []
    for name, array in graph.constants.items():
        tables.append(f"_{name} = {_packed(array)}")
    for number, step in enumerate(graph.steps):
        if step.kind == "gather":
            tables.append(f"_p{number} = {_packed(step.settings['places'].astype(np.int32))}")
        lines.append(f"    {', '.join(step.results)} = {_expression(graph, step, number)}")
    head = _HEAD.replace("{input}", str(graph.shapes["x"])).replace("{output}", str(graph.expected.shape))
    body = "\n".join(lines)
    start = f"    x = np.asarray(x, np.float32).reshape({graph.shapes['x']})"
    return (
        f"{head}\n" + "\n".join(tables) + f"\n\n\ndef predict(x):\n{start}\n{body}\n    return {_name(graph.output)}"
        f".astype(np.float32)\n"
    )


def _packed(array: Array) -> str:
    text = base64.b85encode(array.tobytes()).decode()
    return f"_data({text!r}, np.{array.dtype.name}, {array.shape})"


def _name(name: str) -> str:
    return f"_{name}" if name.startswith("c") else name


def _expression(graph: Graph, step: Step, number: int) -> str:
    inputs, settings, shape = [_name(x) for x in step.inputs], step.settings, graph.shapes[step.results[0]]
    if step.kind == "unary":
        return _UNARY[settings["name"]].format(**{"x": inputs[0], **UNARY_DEFAULTS, **settings})
    if step.kind == "binary":
        return f"{inputs[0]} {_BINARY[settings['name']]} {inputs[1]}"
    if step.kind == "gather":
        return f"_take([{', '.join(inputs)}], _p{number}, {settings['fill']}, {shape})"
    if step.kind == "reduce":
        return f"{inputs[0]}.{settings['name']}(-1).reshape({shape})"
    if step.kind == "matmul":
        return f"{inputs[0]} @ {inputs[1]}.T + {inputs[2]}"
    if step.kind == "softmax":
        return f"_softmax({inputs[0]}, {settings['log']})"
    if step.kind == "conv":
        rest = ", ".join(str(settings[key]) for key in ("stride", "padding", "dilation", "groups"))
        return f"_conv({', '.join(inputs)}, {shape}, {rest})"
    return f"_{settings['cell']}({', '.join(inputs)})"
