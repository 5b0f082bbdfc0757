"""What PyTorch's SummaryWriter has and ours has not: each method says what to use instead."""

from __future__ import annotations

from typing import Any, NoReturn


def _refused(method: str, what: str, instead: str) -> NoReturn:
    raise NotImplementedError(f"{method}: {what} is not written by this library. {instead}")


class Refused:
    """Methods that raise NotImplementedError, which names what to use instead."""

    def add_audio(self, tag: str, *args: Any, **kwargs: Any) -> NoReturn:
        """Sound: write it as a .wav file, or draw it."""
        instead = "Write a .wav file with the standard library's `wave`, or draw the waveform: add_figure"
        _refused("add_audio", "sound", instead)

    def add_video(self, tag: str, *args: Any, **kwargs: Any) -> NoReturn:
        """Films: add the pictures step by step."""
        instead = "Add each picture at a step of its own: add_image(tag, picture, step); TensorBoard has a slider"
        _refused("add_video", "a film", instead)

    def add_mesh(self, tag: str, *args: Any, **kwargs: Any) -> NoReturn:
        """Bodies in space: draw them with Matplotlib."""
        _refused("add_mesh", "a mesh", "Draw it with Matplotlib's 3-d axes (plot_trisurf, scatter): add_figure")

    def add_custom_scalars(self, layout: Any, *args: Any, **kwargs: Any) -> NoReturn:
        """Pages of scalars: group them by tags."""
        instead = "Scalars are grouped by what stands before a slash in their tags; add_scalars draws some together"
        _refused("add_custom_scalars", "a layout of pages", instead)

    def add_custom_scalars_multilinechart(self, tags: Any, *args: Any, **kwargs: Any) -> NoReturn:
        """Several scalars in one picture: `add_scalars`."""
        _refused("add_custom_scalars_multilinechart", "a layout of pages", "add_scalars draws scalars together")

    def add_custom_scalars_marginchart(self, tags: Any, *args: Any, **kwargs: Any) -> NoReturn:
        """A scalar between two others: `add_scalars`, or a figure."""
        instead = "add_scalars draws scalars together; for a band use Matplotlib's fill_between and add_figure"
        _refused("add_custom_scalars_marginchart", "a layout of pages", instead)

    def add_onnx_graph(self, prototxt: Any) -> NoReturn:
        """A graph from an ONNX file: add the model's own."""
        _refused("add_onnx_graph", "the graph of an ONNX file", "Add the model's own: add_graph(model, inputs)")
