"""A traced model as an ONNX file."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.typing import Array
from nn.export.graph import Graph, Step

_UNARY = {"relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid", "exp": "Exp", "neg": "Neg", "gelu": "Gelu"}
_BINARY = {"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div"}
_REDUCE = {"sum": "ReduceSum", "mean": "ReduceMean", "max": "ReduceMax"}


def encoded(graph: Graph) -> bytes:
    """The bytes of the file."""
    from onnx import TensorProto, checker, helper

    writer = _Writer(graph)
    for step in graph.steps:
        writer.write(step)
    made = helper.make_graph(
        writer.nodes,
        "model",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, graph.shapes["x"])],
        [helper.make_tensor_value_info(graph.output, TensorProto.FLOAT, graph.expected.shape)],
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
        if step.kind == "unary":
            self._unary(inputs[0], out, **settings)
        elif step.kind == "binary":
            self._node(_BINARY[settings["name"]], inputs, out)
        elif step.kind == "gather":
            self._gather(inputs, out, settings["places"], settings["fill"])
        elif step.kind == "reduce":
            rows = self._node(_REDUCE[settings["name"]], [inputs[0], self._shape([1])], keepdims=0)
            self._node("Reshape", [rows, self._shape(shape)], out)
        elif step.kind == "matmul":
            product = self._node("MatMul", [inputs[0], self._node("Transpose", [inputs[1]], perm=[1, 0])])
            self._node("Add", [product, inputs[2]], out)
        elif step.kind == "softmax":
            self._node("LogSoftmax" if settings["log"] else "Softmax", inputs, out, axis=-1)
        elif step.kind == "conv":
            (top, bottom), (left, right) = settings["padding"]
            self._node("Conv", inputs, out, strides=settings["stride"], dilations=settings["dilation"],
                       pads=[top, left, bottom, right], group=settings["groups"])  # fmt: skip
        else:
            self._recurrent(step)

    def _unary(self, x: str, out: str, name: str, **settings: Any) -> None:
        if name == "silu":
            self._node("Mul", [x, self._node("Sigmoid", [x])], out)
        elif name == "leaky_relu":
            self._node("LeakyRelu", [x], out, alpha=float(settings.get("negative_slope", 0.01)))
        elif name == "gelu_tanh":
            self._node("Gelu", [x], out, approximate="tanh")
        elif name == "elu":
            self._elu(x, out, **settings)
        else:
            self._node(_UNARY[name], [x], out)

    def _elu(self, x: str, out: str, alpha: float = 1.0, scale: float = 1.0, input_scale: float = 1.0) -> None:
        zero, one = (self._table(np.array(number, np.float32)) for number in (0, 1))
        below = self._node("Mul", [self._node("Min", [x, zero]), self._table(np.array(input_scale, np.float32))])
        bent = self._node("Sub", [self._node("Exp", [below]), one])
        bent = self._node("Mul", [bent, self._table(np.array(alpha, np.float32))])
        whole = self._node("Add", [self._node("Max", [x, zero]), bent])
        self._node("Mul", [whole, self._table(np.array(scale, np.float32))], out)

    def _gather(self, inputs: list[str], out: str, places: Array, fill: float) -> None:
        flat = [self._node("Reshape", [x, self._shape([-1])]) for x in inputs]
        last = sum(int(np.prod(self.graph.shapes[x])) for x in inputs)
        joined = self._node("Concat", [*flat, self._table(np.array([fill], np.float32))], axis=0)
        taken = self._node("Gather", [joined, self._table(np.where(places < 0, last, places).astype(np.int64))], axis=0)
        self._node("Reshape", [taken, self._shape(self.graph.shapes[out])], out)

    def _recurrent(self, step: Step) -> None:
        """ONNX's gates are i, o, f, g for the LSTM and z, r, n for the GRU."""
        constants, cell = self.graph.constants, step.settings["cell"]
        order = (0, 3, 1, 2) if cell == "lstm" else (1, 0, 2)
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


def _turned(weight: Array, order: tuple[int, ...]) -> Array:
    parts = np.split(weight, len(order))
    return np.concatenate([parts[i] for i in order])
