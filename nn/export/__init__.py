"""Trained models as files that run without this library: C, NumPy, ONNX.

A model is traced: it runs once on an example, in evaluation mode, and every operation is noted. The files compute in
float32 on inputs of the example's shape, batch included.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nn.export import c_file, numpy_file, onnx_file
from nn.export.symbol import ExportError, traced

__all__ = ["ExportError", "to_c", "to_numpy", "to_onnx"]


def to_c(model: Any, example_input: Any, path: Any) -> None:
    """Write a model as one C99 file: `void predict(const float *x, float *result)`; link with -lm.

    Compiled with -DNUMBAGRAD_TEST it prints the largest error on the example. Raises ExportError, naming the module,
    for what cannot be exported.
    """
    Path(path).write_text(c_file.source(traced(model, example_input)))


def to_numpy(model: Any, example_input: Any, path: Any) -> None:
    """Write a model as one Python file that needs NumPy alone: `predict(x)`. Raises ExportError as `to_c` does."""
    Path(path).write_text(numpy_file.source(traced(model, example_input)))


def to_onnx(model: Any, example_input: Any, path: Any) -> None:
    """Write a model as an ONNX file (opset 20), input "x". Needs the package `onnx`. Raises ExportError as `to_c`."""
    Path(path).write_bytes(onnx_file.encoded(traced(model, example_input)))
