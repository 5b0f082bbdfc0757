"""Trained models as files that run without this library: C, NumPy, ONNX.

A model is traced: it runs once on an example, in evaluation mode, and every operation is noted. The files take inputs
of the example's shape, batch included, float32, or int64 where the example holds integers, and compute in float32.
All layers of `nn` that take one tensor can be exported, but embeddings with max_norm; those that give or take several,
such as LSTM, inside a module that returns the one that is needed and holds the others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nn.export import c_file, numpy_file, onnx_file
from nn.export.pytorch_call import export
from nn.export.symbol import OPERATIONS, ExportError, traced

__all__ = ["OPERATIONS", "ExportError", "export", "to_c", "to_numpy", "to_onnx"]


def to_c(model: Any, example_input: Any, path: Any) -> None:
    """Write a model as one C99 file: `void predict(const float *x, float *result)`; link with -lm.

    `x` is `const int64_t *` for an example of integers. Compiled with -DNUMBAGRAD_TEST the file is a program that
    prints the largest error on the example. Raises ExportError, naming the module, for what cannot be exported:
    operations not among `OPERATIONS`, looks at values, several inputs or results, training mode.
    """
    Path(path).write_text(c_file.source(traced(model, example_input)))


def to_numpy(model: Any, example_input: Any, path: Any) -> None:
    """Write a model as one Python file that needs NumPy alone: `predict(x)`, which raises ValueError for other shapes.

    Raises ExportError as `to_c` does.
    """
    Path(path).write_text(numpy_file.source(traced(model, example_input)))


def to_onnx(model: Any, example_input: Any, path: Any) -> None:
    """Write a model as an ONNX file (opset 20), input "x". Needs the package `onnx`. Raises ExportError as `to_c`."""
    Path(path).write_bytes(onnx_file.encoded(traced(model, example_input)))
