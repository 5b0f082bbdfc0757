"""`torch.onnx.export`, under which scripts of PyTorch write their models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograd.errors import complaint
from nn.export import onnx_file
from nn.export.symbol import ExportError, traced


def export(
    model: Any,
    args: Any = (),
    f: Any = None,
    *_: Any,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    dynamic_axes: Any = None,
    dynamic_shapes: Any = None,
    **__: Any,
) -> None:
    """Write a model as an ONNX file with PyTorch's call, as `to_onnx` does; `args`: the example, alone or in a tuple.

    The model is in evaluation mode for the time of the call, whatever it was in. `f` is a path or an open file. Other
    options are accepted for PyTorch's sake. Raises ExportError for sizes that are to vary, for lack of a place to
    write to, and as `to_c` does. Source: PyTorch, `torch.onnx.export`.
    """
    if f is None:
        raise ExportError(complaint("export", "a path, or an open file", "None", "Pass f"))
    if dynamic_axes or dynamic_shapes:
        cure = "Export a file for each size, or load the weights into PyTorch and export there"
        raise ExportError(complaint("export", "sizes as in the example", "sizes that vary", cure))
    examples = args if isinstance(args, tuple) else (args,)
    if len(examples) != 1:
        cure = "Export a module around it, whose forward takes the one input and holds the rest"
        raise ExportError(complaint("export", "a model of one input", f"{len(examples)} inputs", cure))
    with _evaluating(model):
        graph = traced(model, examples[0])
    contents = onnx_file.encoded(graph, *(input_names or ["x"])[:1], *(output_names or [""])[:1])
    if hasattr(f, "write"):
        f.write(contents)
    else:
        Path(f).write_bytes(contents)


@contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """Put a model into evaluation mode, and each of its modules back into its own."""
    modes = [(module, module.training) for module in model.modules()] if hasattr(model, "modules") else []
    for module, _ in modes:
        module.training = False
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
