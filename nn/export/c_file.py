"""A traced model as one C99 file without dependencies, with a test vector under NUMBAGRAD_TEST."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from nn.export.graph import Graph, Step
from nn.export.numpy_file import UNARY_DEFAULTS

_UNARY = {
    "relu": "t > 0 ? t : 0", "tanh": "tanhf(t)", "sigmoid": "sigmoid(t)", "exp": "expf(t)", "neg": "-t",
    "silu": "t * sigmoid(t)", "leaky_relu": "t > 0 ? t : {negative_slope}f * t",
    "elu": "{scale}f * (t > 0 ? t : {alpha}f * expm1f({input_scale}f * t))",
    "gelu": "t * (1 + erff(t * 0.70710678f)) / 2",
    "gelu_tanh": "t * (1 + tanhf(0.79788456f * (t + 0.044715f * t * t * t))) / 2",
}  # fmt: skip
_BINARY = {"add": "+", "sub": "-", "mul": "*", "div": "/"}

_CONV = """\
    for (int n = 0; n < {N}; n++) for (int o = 0; o < {O}; o++) for (int p = 0; p < {P}; p++)
    for (int q = 0; q < {Q}; q++) {{
        float sum = {b}[o];
        int first = o / {outs} * {ins};
        for (int i = 0; i < {ins}; i++) for (int k = 0; k < {K}; k++) for (int l = 0; l < {L}; l++) {{
            int y = p * {sy} - {py} + k * {dy}, z = q * {sx} - {px} + l * {dx};
            if (y >= 0 && y < {H} && z >= 0 && z < {W})
                sum += {x}[((n * {C} + first + i) * {H} + y) * {W} + z] * {w}[((o * {ins} + i) * {K} + k) * {L} + l];
        }}
        {out}[((n * {O} + o) * {P} + p) * {Q} + q] = sum;
    }}"""

_RECURRENT = """\
    for (int k = 0; k < {S}; k++) {start}
    for (int t = 0; t < {T}; t++) for (int n = 0; n < {N}; n++) {{
        static float a[{G}], b[{G}];
        for (int g = 0; g < {G}; g++) {{
            a[g] = {b_ih}[g];
            b[g] = {b_hh}[g];
            for (int i = 0; i < {I}; i++) a[g] += {x}[(t * {N} + n) * {I} + i] * {w_ih}[g * {I} + i];
            for (int i = 0; i < {H}; i++) b[g] += {h}[n * {H} + i] * {w_hh}[g * {H} + i];
        }}
        for (int i = 0; i < {H}; i++) {{
            float *s = &{h}[n * {H} + i];
            {cell}
            {out}[(t * {N} + n) * {H} + i] = *s;
        }}
    }}"""
_LSTM = """float *m = &{c}[n * {H} + i];
            *m = sigmoid(a[{H} + i] + b[{H} + i]) * *m + sigmoid(a[i] + b[i]) * tanhf(a[2 * {H} + i] + b[2 * {H} + i]);
            *s = sigmoid(a[3 * {H} + i] + b[3 * {H} + i]) * tanhf(*m);"""
_GRU = """float r = sigmoid(a[i] + b[i]), z = sigmoid(a[{H} + i] + b[{H} + i]);
            *s = (1 - z) * tanhf(a[2 * {H} + i] + r * b[2 * {H} + i]) + z * *s;"""

_TEST = """
#ifdef NUMBAGRAD_TEST
#include <stdio.h>
static const float example[] = {{{example}}};
static const float expected[] = {{{expected}}};
int main(void) {{
    static float found[{size}];
    float worst = 0;
    predict(example, found);
    for (int k = 0; k < {size}; k++) {{
        float error = fabsf(found[k] - expected[k]);
        if (!(error <= worst)) worst = error;
    }}
    printf("%g\\n", (double)worst);
    return 0;
}}
#endif
"""


def source(graph: Graph) -> str:
    """The text of the file."""
    tables = [f"static const float {name}[] = {{{_floats(x.ravel())}}};" for name, x in graph.constants.items()]
    lines = []
    for number, step in enumerate(graph.steps):
        tables += [f"static float {name}[{max(prod(graph.shapes[name]), 1)}];" for name in step.results]
        if step.kind == "gather":
            tables.append(f"static const int p{number}[] = {{{', '.join(map(str, step.settings['places']))}}};")
        lines.append(_block(graph, step, number))
    head = (
        f"/* A trained model: predict(x, out) with x of shape {graph.shapes['x']}, out of shape "
        f"{graph.expected.shape}, both row-major. Not for several threads at once. */\n#include <math.h>\n\n"
        "void predict(const float *x, float *result);\n\n"
        "static inline float sigmoid(float t) { return 1 / (1 + expf(-t)); }\n"
    )
    size = graph.expected.size
    copy = f"    for (int k = 0; k < {size}; k++) result[k] = {graph.output}[k];"
    test = _TEST.format(example=_floats(graph.example.ravel()), expected=_floats(graph.expected.ravel()), size=size)
    body = "\n".join([*lines, copy])
    return f"{head}\n" + "\n".join(tables) + f"\n\nvoid predict(const float *x, float *result) {{\n{body}\n}}\n{test}"


def _floats(numbers: Iterable[float]) -> str:
    return ", ".join(f"{float(x):.9g}" for x in numbers)


def _block(graph: Graph, step: Step, number: int) -> str:
    inputs, settings, out = step.inputs, step.settings, step.results[0]
    size = prod(graph.shapes[out])
    loop = f"    for (int k = 0; k < {size}; k++)"
    if step.kind == "unary":
        values = {key: float(x) for key, x in {**UNARY_DEFAULTS, **settings}.items() if key != "name"}
        text = _UNARY[settings["name"]].format(**values)
        return f"{loop} {{ float t = {inputs[0]}[k]; {out}[k] = {text}; }}"
    if step.kind == "binary":
        return f"{loop} {out}[k] = {inputs[0]}[k] {_BINARY[settings['name']]} {inputs[1]}[k];"
    if step.kind == "gather":
        return f"{loop} {{ int p = p{number}[k]; {out}[k] = {_pick(graph, inputs, settings['fill'])}; }}"
    if step.kind == "matmul":
        rows, cols = graph.shapes[inputs[1]]
        return (
            f"{loop} {{\n        float sum = {inputs[2]}[k % {rows}];\n        for (int i = 0; i < {cols}; i++) sum += "
            f"{inputs[0]}[k / {rows} * {cols} + i] * {inputs[1]}[k % {rows} * {cols} + i];\n"
            f"        {out}[k] = sum;\n    }}"
        )
    if step.kind == "conv":
        return _conv(graph, step)
    if step.kind == "recurrent":
        return _recurrent(graph, step)
    return _rows(graph, step)


def _pick(graph: Graph, inputs: list[str], fill: float) -> str:
    """The element `p` of the inputs laid end to end."""
    text, start = f"p < 0 ? {fill!r}f", 0
    for name in inputs[:-1]:
        end = start + prod(graph.shapes[name])
        text += f" : p < {end} ? {name}[p - {start}]"
        start = end
    return f"{text} : {inputs[-1]}[p - {start}]"


def _rows(graph: Graph, step: Step) -> str:
    rows, cols = graph.shapes[step.inputs[0]]
    x, out, kind = step.inputs[0], step.results[0], step.settings.get("name")
    head = f"    for (int r = 0; r < {rows}; r++) {{\n        const float *in = {x} + r * {cols};\n"
    if step.kind == "reduce":
        update = "if (in[i] > sum) sum = in[i];" if kind == "max" else "sum += in[i];"
        start, share = ("in[0]" if kind == "max" else "0"), (f" / {cols}" if kind == "mean" else "")
        return (
            f"{head}        float sum = {start};\n        for (int i = 0; i < {cols}; i++) {update}\n"
            f"        {out}[r] = sum{share};\n    }}"
        )
    last = "in[i] - top - logf(sum)" if step.settings["log"] else "expf(in[i] - top) / sum"
    return (
        f"{head}        float top = in[0], sum = 0;\n"
        f"        for (int i = 0; i < {cols}; i++) if (in[i] > top) top = in[i];\n"
        f"        for (int i = 0; i < {cols}; i++) sum += expf(in[i] - top);\n"
        f"        for (int i = 0; i < {cols}; i++) {out}[r * {cols} + i] = {last};\n    }}"
    )


def _conv(graph: Graph, step: Step) -> str:
    x, w, b = step.inputs
    (n, c, h, width), (o, ins, k, taps) = graph.shapes[x], graph.shapes[w]
    shape, s = graph.shapes[step.results[0]], step.settings
    return _CONV.format(
        x=x, w=w, b=b, out=step.results[0], N=n, C=c, H=h, W=width, O=o, K=k, L=taps, P=shape[2], Q=shape[3],
        ins=ins, outs=o // s["groups"], sy=s["stride"][0], sx=s["stride"][1], py=s["padding"][0][0],
        px=s["padding"][1][0], dy=s["dilation"][0], dx=s["dilation"][1],
    )  # fmt: skip


def _recurrent(graph: Graph, step: Step) -> str:
    """The last states serve as the states of every step."""
    (steps, batch, size), states = graph.shapes[step.inputs[0]], step.results[1:]
    hidden = graph.shapes[states[0]][1]
    w_ih, w_hh, b_ih, b_hh = step.inputs[-4:]
    starts = "".join(f"{last}[k] = {first}[k]; " for last, first in zip(states, step.inputs[1:], strict=False))
    cell = (_LSTM if step.settings["cell"] == "lstm" else _GRU).format(H=hidden, c=states[-1])
    return _RECURRENT.format(
        S=batch * hidden, start=f"{{ {starts}}}", T=steps, N=batch, I=size, H=hidden, G=graph.shapes[w_ih][0],
        x=step.inputs[0], h=states[0], out=step.results[0], w_ih=w_ih, w_hh=w_hh, b_ih=b_ih, b_hh=b_hh, cell=cell,
    )  # fmt: skip
