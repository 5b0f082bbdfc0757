"""A traced model as an ONNX file."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.typing import Array
from nn.export.graph import Graph, Step

_NODES = {
    "relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid", "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "abs": "Abs",
    "neg": "Neg", "sign": "Sign", "sin": "Sin", "cos": "Cos", "tan": "Tan", "asin": "Asin", "acos": "Acos",
    "atan": "Atan", "round": "Round", "erf": "Erf", "floor": "Floor", "ceil": "Ceil",
    "gelu": "Gelu", "add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "pow": "Pow", "maximum": "Max",
    "minimum": "Min",
}  # fmt: skip
_CONDITIONS = {
    "eq": "Equal", "ne": "Equal", "lt": "Less", "le": "LessOrEqual", "gt": "Greater", "ge": "GreaterOrEqual",
}  # fmt: skip
_REDUCE = {"sum": "ReduceSum", "mean": "ReduceMean", "max": "ReduceMax", "min": "ReduceMin", "prod": "ReduceProd"}
_FLOAT, _INT64, _BOOL = 1, 7, 9
"""Numbers of ONNX's dtypes."""


def encoded(graph: Graph, input_name: str = "x", output_name: str = "") -> bytes:
    """The bytes of the file, whose result has a name of ours unless one is given."""
    from onnx import checker, helper

    writer = _Writer(graph)
    for step in graph.steps:
        writer.write(step)
    if output_name:
        writer.nodes.append(helper.make_node("Identity", [graph.output], [output_name]))
    for node in writer.nodes:
        node.input[:] = [input_name if name == "x" else name for name in node.input]
    made = helper.make_graph(
        writer.nodes,
        "model",
        [helper.make_tensor_value_info(input_name, _INT64 if graph.whole else _FLOAT, graph.shapes["x"])],
        [helper.make_tensor_value_info(output_name or graph.output, _FLOAT, graph.expected.shape)],
        writer.tables,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    checker.check_model(model)
    return bytes(model.SerializeToString())


class _Writer:
    """Nodes and constants, as they gather."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: list[Any] = []
        self.tables: list[Any] = []
        for name, array in graph.constants.items():
            self._table(array, name)

    def _table(self, array: Array, name: str = "") -> str:
        from onnx import numpy_helper

        name = name or f"t{len(self.tables)}"
        self.tables.append(numpy_helper.from_array(np.ascontiguousarray(array).reshape(array.shape), name))
        return name

    def _shape(self, shape: Any) -> str:
        return self._table(np.array(shape, np.int64))

    def _node(self, kind: str, inputs: list[str], result: str = "", **settings: Any) -> str:
        from onnx import helper

        result = result or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, result.split(), **settings))
        return result

    def write(self, step: Step) -> None:
        """Add the nodes of a step."""
        settings, out, inputs = step.settings, step.results[0], step.inputs
        shape = self.graph.shapes[out]
        if step.kind == "elementwise":
            self._elementwise(inputs, out, **settings)
        elif step.kind == "reshape":
            self._node("Reshape", [inputs[0], self._shape(shape)], out)
        elif step.kind == "gather":
            self._gather(inputs, out, settings["places"], settings["fill"])
        elif step.kind == "look_up":
            self._node("Gather", [inputs[1], self._node("Cast", [inputs[0]], to=_INT64)], out)
        elif step.kind == "reduce":
            rows = self._node(_REDUCE[settings["name"]], [inputs[0], self._shape([1])], keepdims=0)
            self._node("Reshape", [rows, self._shape(shape)], out)
        elif step.kind == "matmul":
            product = self._node("MatMul", [inputs[0], self._node("Transpose", [inputs[1]], perm=[1, 0])])
            self._node("Add", [product, inputs[2]], out)
        elif step.kind == "product":
            self._node("MatMul", inputs, out)
        elif step.kind == "softmax":
            self._node("LogSoftmax" if settings["log"] else "Softmax", inputs, out, axis=-1)
        elif step.kind == "conv":
            (top, bottom), (left, right) = settings["padding"]
            self._node("Conv", inputs, out, strides=settings["stride"], dilations=settings["dilation"],
                       pads=[top, left, bottom, right], group=settings["groups"])  # fmt: skip
        elif settings["cell"] == "rnn_relu":
            self._rectified(step)
        else:
            self._recurrent(step)

    def _number(self, number: float) -> str:
        return self._table(np.array(number, np.float32))

    def _elementwise(self, inputs: list[str], out: str, name: str, **settings: Any) -> None:
        x = inputs[0]
        if name in _CONDITIONS:
            found = self._node(_CONDITIONS[name], inputs)
            found = self._node("Not", [found]) if name == "ne" else found
            self._node("Cast", [found], out, to=_FLOAT)
        elif name == "where":
            self._node("Where", [self._node("Cast", [x], to=_BOOL), *inputs[1:]], out)
        elif name == "float":
            self._node("Cast", [x], out, to=_FLOAT)
        elif name == "trunc":
            self._node("Mul", [self._node("Floor", [self._node("Abs", [x])]), self._node("Sign", [x])], out)
        elif name == "log1p":
            self._node("Log", [self._node("Add", [x, self._number(1)])], out)
        elif name == "expm1":
            self._node("Sub", [self._node("Exp", [x]), self._number(1)], out)
        elif name == "silu":
            self._node("Mul", [x, self._node("Sigmoid", [x])], out)
        elif name == "leaky_relu":
            self._node("LeakyRelu", [x], out, alpha=float(settings.get("negative_slope", 0.01)))
        elif name == "fmod":
            self._node("Mod", inputs, out, fmod=1)
        elif name == "gelu_tanh":
            self._node("Gelu", [x], out, approximate="tanh")
        elif name == "elu":
            self._elu(x, out, **settings)
        else:
            self._node(_NODES[name], inputs, out)

    def _elu(self, x: str, out: str, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> None:
        below = self._node("Mul", [self._node("Min", [x, self._number(0)]), self._number(input_scale)])
        bent = self._node("Sub", [self._node("Exp", [below]), self._number(1)])
        bent = self._node("Mul", [bent, self._number(alpha)])
        whole = self._node("Add", [self._node("Max", [x, self._number(0)]), bent])
        self._node("Mul", [whole, self._number(scale)], out)

    def _gather(self, inputs: list[str], out: str, places: Array, fill: float) -> None:
        flat = [self._node("Reshape", [x, self._shape([-1])]) for x in inputs]
        last = sum(int(np.prod(self.graph.shapes[x])) for x in inputs)
        joined = self._node("Concat", [*flat, self._table(np.array([fill], np.float32))], axis=0)
        taken = self._node("Gather", [joined, self._table(np.where(places < 0, last, places).astype(np.int64))], axis=0)
        self._node("Reshape", [taken, self._shape(self.graph.shapes[out])], out)

    def _recurrent(self, step: Step) -> None:
        """ONNX's gates are i, o, f, c for the LSTM and z, r, h for the GRU."""
        constants, cell = self.graph.constants, step.settings["cell"].removesuffix("_tanh")
        order = {"lstm": (0, 3, 1, 2), "gru": (1, 0, 2), "rnn": (0,)}[cell]
        weights = [_turned(constants[name], order) for name in step.inputs[-4:]]
        w, r, bias = weights[0][None], weights[1][None], np.concatenate(weights[2:])[None]
        hidden, states = self.graph.shapes[step.results[1]][1], step.inputs[1:-4]
        first = [self._node("Unsqueeze", [state, self._shape([0])]) for state in states]
        made = [f"{name}_{cell}" for name in step.results]
        operands = [step.inputs[0], *(self._table(x) for x in (w, r, bias)), "", *first]
        settings = {"linear_before_reset": 1} if cell == "gru" else {}
        self._node(cell.upper(), operands, " ".join(made), hidden_size=hidden, **settings)
        for name, result in zip(made, step.results, strict=True):
            self._node("Reshape", [name, self._shape(self.graph.shapes[result])], result)

    def _rectified(self, step: Step) -> None:
        """RNN with relu, step by step: ONNX's node need not know any other function than tanh."""
        x, h = step.inputs[:2]
        w_ih, w_hh, b_ih, b_hh = (self.graph.constants[name] for name in step.inputs[2:])
        product = self._node("MatMul", [x, self._table(w_ih.T)])
        shares, turned = self._node("Add", [product, self._table(b_ih + b_hh)]), self._table(w_hh.T)
        outputs = []
        for t in range(self.graph.shapes[x][0]):
            share = self._node("Gather", [shares, self._table(np.array(t))], axis=0)
            h = self._node("Relu", [self._node("Add", [share, self._node("MatMul", [h, turned])])])
            outputs.append(self._node("Unsqueeze", [h, self._shape([0])]))
        self._node("Concat", outputs, step.results[0], axis=0)
        self._node("Identity", [h], step.results[1])


def _turned(weight: Array, order: tuple[int, ...]) -> Array:
    parts = np.split(weight, len(order))
    return np.concatenate([parts[i] for i in order])
