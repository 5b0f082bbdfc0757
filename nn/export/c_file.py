"""A traced model as one C99 file without dependencies, with a test vector under NUMBAGRAD_TEST."""

from __future__ import annotations

from math import isfinite, isnan, prod

from autograd.typing import Array
from nn.export.graph import Graph, Step
from nn.export.numpy_file import SETTINGS

_FORMULAS = {
    "float": "a", "relu": "a > 0 ? a : 0", "tanh": "tanhf(a)", "sigmoid": "sigmoid(a)", "exp": "expf(a)",
    "expm1": "expm1f(a)", "log": "logf(a)", "log1p": "log1pf(a)", "sqrt": "sqrtf(a)", "abs": "fabsf(a)", "neg": "-a",
    "sign": "(float)((a > 0) - (a < 0))", "sin": "sinf(a)", "cos": "cosf(a)", "tan": "tanf(a)", "asin": "asinf(a)",
    "acos": "acosf(a)", "atan": "atanf(a)", "round": "rintf(a)", "fmod": "fmodf(a, b)",
    "erf": "erff(a)", "floor": "floorf(a)",
    "ceil": "ceilf(a)", "trunc": "truncf(a)", "silu": "a * sigmoid(a)",
    "leaky_relu": "a > 0 ? a : {negative_slope}f * a",
    "elu": "{scale}f * (a > 0 ? a : {alpha}f * expm1f({input_scale}f * a))",
    "gelu": "a * (1 + erff(a * 0.70710678f)) / 2",
    "gelu_tanh": "a * (1 + tanhf(0.79788456f * (a + 0.044715f * a * a * a))) / 2",
    "add": "a + b", "sub": "a - b", "mul": "a * b", "div": "a / b", "pow": "powf(a, b)",
    "maximum": "a > b ? a : b", "minimum": "a < b ? a : b", "eq": "(float)(a == b)", "ne": "(float)(a != b)",
    "lt": "(float)(a < b)", "le": "(float)(a <= b)", "gt": "(float)(a > b)", "ge": "(float)(a >= b)",
    "where": "a != 0 ? b : c",
}  # fmt: skip

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

_CELLS = {
    "lstm": _LSTM, "gru": _GRU, "rnn_tanh": "*s = tanhf(a[i] + b[i]);",
    "rnn_relu": "*s = a[i] + b[i] > 0 ? a[i] + b[i] : 0;",
}  # fmt: skip

_MATMUL = """\
    for (int k = 0; k < {size}; k++) {{
        float sum = {b}[k % {O}];
        for (int i = 0; i < {I}; i++) sum += {x}[k / {O} * {I} + i] * {w}[k % {O} * {I} + i];
        {out}[k] = sum;
    }}"""
_PRODUCT = """\
    for (int k = 0; k < {size}; k++) {{
        const float *row = {x} + k / {J} * {K}, *column = {y} + k / {IJ} * {KJ} + k % {J};
        float sum = 0;
        for (int i = 0; i < {K}; i++) sum += row[i] * column[i * {J}];
        {out}[k] = sum;
    }}"""

_TEST = """
#ifdef NUMBAGRAD_TEST
#include <stdio.h>
static const {dtype} example[] = {{{example}}};
static const float expected[] = {{{expected}}};
int main(void) {{
    static float found[{size}];
    float worst = 0;
    predict(example, found);
    for (int k = 0; k < {size}; k++) {{
        float a = found[k], b = expected[k], error = a == b || (isnan(a) && isnan(b)) ? 0 : fabsf(a - b);
        if (error > worst || isnan(error)) worst = error;
    }}
    printf("%g\\n", (double)worst);
    return 0;
}}
#endif
"""


def source(graph: Graph) -> str:
    """The text of the file."""
    buffers = _buffers(graph)
    tables = [f"static const float {name}[] = {{{_numbers(x)}}};" for name, x in graph.constants.items()]
    lines = []
    for number, step in enumerate(graph.steps):
        if step.kind == "reshape":
            continue
        tables += [f"static float {name}[{max(prod(graph.shapes[name]), 1)}];" for name in step.results]
        if step.kind == "gather":
            tables.append(f"static const int p{number}[] = {{{', '.join(map(str, step.settings['places']))}}};")
        lines.append(_block(graph, step, [buffers[x] for x in step.inputs], number))
    size, dtype = graph.expected.size, "int64_t" if graph.whole else "float"
    lines.append(f"    for (int k = 0; k < {size}; k++) result[k] = {buffers[graph.output]}[k];")
    body = "\n".join(lines)
    return (
        f"{_head(graph, dtype, body)}\n" + "\n".join(tables)
        + f"\n\nvoid predict(const {dtype} *x, float *result) {{\n{body}\n}}\n"
        + _TEST.format(example=_numbers(graph.example), expected=_numbers(graph.expected), size=size, dtype=dtype)
    )  # fmt: skip


def _head(graph: Graph, dtype: str, body: str) -> str:
    header = "#include <math.h>\n" + ("#include <stdint.h>\n" if graph.whole else "")
    sigmoid = "\nstatic float sigmoid(float a) { return 1 / (1 + expf(-a)); }\n" if "sigmoid(" in body else ""
    return (
        f"/* A trained model: predict(x, result) with x of shape {graph.shapes['x']}, result of shape "
        f"{graph.expected.shape}, both row-major. Not for several threads at once. */\n{header}\n"
        f"void predict(const {dtype} *x, float *result);\n{sigmoid}"
    )


def _buffers(graph: Graph) -> dict[str, str]:
    """For each value the buffer that it lies in: a reshaped value lies in that of the original."""
    found = {name: name for name in graph.shapes}
    for step in graph.steps:
        if step.kind == "reshape":
            found[step.results[0]] = found[step.inputs[0]]
    return found


def _literal(number: float) -> str:
    number = float(number)
    if isfinite(number):
        return f"{number:.9g}"
    return "NAN" if isnan(number) else "INFINITY" if number > 0 else "-INFINITY"


def _numbers(array: Array) -> str:
    return ", ".join(_literal(x) if array.dtype.kind == "f" else str(int(x)) for x in array.ravel())


def _block(graph: Graph, step: Step, inputs: list[str], number: int) -> str:
    """The statements of a step whose inputs lie in those buffers."""
    out, shape = step.results[0], graph.shapes[step.results[0]]
    if step.kind == "elementwise":
        return _elementwise(graph, step, inputs)
    loop = f"    for (int k = 0; k < {prod(shape)}; k++)"
    if step.kind == "gather":
        chosen = _pick(graph, step, inputs)
        return f"{loop} {{ int p = p{number}[k]; {out}[k] = {chosen}; }}"
    if step.kind == "look_up":
        columns = shape[-1]
        return f"{loop} {out}[k] = {inputs[1]}[(int){inputs[0]}[k / {columns}] * {columns} + k % {columns}];"
    if step.kind == "matmul":
        rows, cols = graph.shapes[step.inputs[1]]
        return _MATMUL.format(size=prod(shape), O=rows, I=cols, x=inputs[0], w=inputs[1], b=inputs[2], out=out)
    if step.kind == "product":
        (_, i, k), j = graph.shapes[step.inputs[0]], shape[-1]
        return _PRODUCT.format(size=prod(shape), J=j, K=k, IJ=i * j, KJ=k * j, x=inputs[0], y=inputs[1], out=out)
    write = {"conv": _conv, "recurrent": _recurrent, "reduce": _reduce, "softmax": _softmax}[step.kind]
    return write(graph, step, inputs)


def _elementwise(graph: Graph, step: Step, inputs: list[str]) -> str:
    out, settings = step.results[0], {**SETTINGS, **step.settings}
    shape = graph.shapes[out]
    parts = [
        f"{variable} = {buffer}[{_at(graph.shapes[name], shape)}]"
        for variable, buffer, name in zip("abc", inputs, step.inputs, strict=False)
    ]
    formula = _FORMULAS[settings.pop("name")].format(**{key: float(x) for key, x in settings.items()})
    return f"    for (int k = 0; k < {prod(shape)}; k++) {{ float {', '.join(parts)}; {out}[k] = {formula}; }}"


def _at(shape: tuple[int, ...], whole: tuple[int, ...]) -> str:
    """Where the element `k` of a whole lies in a value that is broadcast to it."""
    shape = (1,) * (len(whole) - len(shape)) + shape
    if shape == whole:
        return "k"
    terms, inner, step = [], 1, 1
    run = 1  # elements of neighbouring dimensions that are not broadcast, which one term serves
    for size, full in [*zip(shape[::-1], whole[::-1], strict=True), (1, 0)]:
        if size == full:
            run *= size
            continue
        if run > 1:
            within = "" if inner * run == prod(whole) else f" % {run}"
            terms.append("k" + f" / {inner}" * (inner > 1) + within + f" * {step}" * (step > 1))
        inner, step, run = inner * run * full, step * run, 1
    return " + ".join(terms) or "0"


def _pick(graph: Graph, step: Step, inputs: list[str]) -> str:
    """The element `p` of the inputs laid end to end."""
    text, start, fill = "", 0, step.settings["fill"]
    if (step.settings["places"] < 0).any():
        text = f"p < 0 ? {_literal(fill)} : "
    for name, buffer in zip(step.inputs[:-1], inputs, strict=False):
        end = start + prod(graph.shapes[name])
        text += f"p < {end} ? {buffer}[p - {start}] : "
        start = end
    return f"{text}{inputs[-1]}[p - {start}]"


def _row_loop(graph: Graph, step: Step, inputs: list[str]) -> str:
    rows, cols = graph.shapes[step.inputs[0]]
    return f"    for (int r = 0; r < {rows}; r++) {{\n        const float *in = {inputs[0]} + r * {cols};\n"


def _reduce(graph: Graph, step: Step, inputs: list[str]) -> str:
    kind, cols = step.settings["name"], graph.shapes[step.inputs[0]][1]
    compared = {"max": ">", "min": "<"}.get(kind)
    update = f"if (in[i] {compared} sum) sum = in[i];" if compared else f"sum {'*' if kind == 'prod' else '+'}= in[i];"
    start, share = ("in[0]" if compared else f"{kind == 'prod':d}"), (f" / {cols}" if kind == "mean" else "")
    return (
        f"{_row_loop(graph, step, inputs)}        float sum = {start};\n"
        f"        for (int i = 0; i < {cols}; i++) {update}\n        {step.results[0]}[r] = sum{share};\n    }}"
    )


def _softmax(graph: Graph, step: Step, inputs: list[str]) -> str:
    cols = graph.shapes[step.inputs[0]][1]
    last = "in[i] - top - logf(sum)" if step.settings["log"] else "expf(in[i] - top) / sum"
    each = f"for (int i = 0; i < {cols}; i++)"
    return (
        f"{_row_loop(graph, step, inputs)}        float top = in[0], sum = 0;\n"
        f"        {each} if (in[i] > top) top = in[i];\n        {each} sum += expf(in[i] - top);\n"
        f"        {each} {step.results[0]}[r * {cols} + i] = {last};\n    }}"
    )


def _conv(graph: Graph, step: Step, inputs: list[str]) -> str:
    x, w, b = inputs
    (n, c, h, width), (o, ins, k, taps) = (graph.shapes[name] for name in step.inputs[:2])
    shape, s = graph.shapes[step.results[0]], step.settings
    return _CONV.format(
        x=x, w=w, b=b, out=step.results[0], N=n, C=c, H=h, W=width, O=o, K=k, L=taps, P=shape[2], Q=shape[3],
        ins=ins, outs=o // s["groups"], sy=s["stride"][0], sx=s["stride"][1], py=s["padding"][0][0],
        px=s["padding"][1][0], dy=s["dilation"][0], dx=s["dilation"][1],
    )  # fmt: skip


def _recurrent(graph: Graph, step: Step, inputs: list[str]) -> str:
    """The last states serve as the states of every step."""
    (steps, batch, size), states = graph.shapes[step.inputs[0]], step.results[1:]
    hidden = graph.shapes[states[0]][1]
    w_ih, w_hh, b_ih, b_hh = inputs[-4:]
    starts = "".join(f"{last}[k] = {first}[k]; " for last, first in zip(states, inputs[1:], strict=False))
    cell = _CELLS[step.settings["cell"]].format(H=hidden, c=states[-1])
    return _RECURRENT.format(
        S=batch * hidden, start=f"{{ {starts}}}", T=steps, N=batch, I=size, H=hidden,
        G=graph.shapes[step.inputs[-4]][0], x=inputs[0], h=states[0], out=step.results[0], w_ih=w_ih, w_hh=w_hh,
        b_ih=b_ih, b_hh=b_hh, cell=cell,
    )  # fmt: skip
