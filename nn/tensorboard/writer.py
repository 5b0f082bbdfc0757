"""SummaryWriter: what a training loop tells TensorBoard."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from time import time
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, ShapeError, complaint
from nn.plotting.images import save_image
from nn.tensorboard import summaries
from nn.tensorboard.curves import precision_recall
from nn.tensorboard.event_file import EventFile
from nn.tensorboard.hyperparameters import hyperparameters
from nn.tensorboard.model_graph import model_graph
from nn.tensorboard.projector import write_embedding
from nn.tensorboard.refused import Refused
from nn.tensorboard.scalar_files import ScalarFiles
from nn.tensorboard.values import as_array, checked_tag, one_number


class SummaryWriter(Refused):
    """Writes what is added to it for `tensorboard --logdir`, with PyTorch's methods and arguments.

    log_dir: the folder (default: runs/DATE_HOST with `comment` at its end). purge_step: for a run that goes on from an
    earlier step in the same folder: what was written from that step on is forgotten. max_queue, flush_secs: how many
    events may wait, and how many seconds, until the next one has them written. filename_suffix: the end of the event
    file's name. Scalars are written at once as well, as CSV files that `nn.tensorboard.read_scalars` reads: a run that
    is killed has them all. `add_` methods take global_step, the step that the event belongs to, and walltime, seconds
    since 1970 (default: now). Tags are texts with a letter at least; slashes in them make groups.
    Raises ArgumentError for other tags, values that a method does not take, and events after `close`.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: float = 120,
        filename_suffix: str = "",
    ) -> None:
        begun = f"{datetime.now():%b%d_%H-%M-%S}_{socket.gethostname()}{comment}"
        self.log_dir: str | os.PathLike[str] = log_dir or os.path.join("runs", begun)
        self._settings = (max_queue, flush_secs, filename_suffix, purge_step)
        self._runs: dict[str, tuple[EventFile, ScalarFiles]] = {}
        self._closed = False
        self._run()

    def _run(self, place: str = "") -> tuple[EventFile, ScalarFiles]:
        """The files in the folder `place` within `log_dir`: to TensorBoard every folder is a run."""
        if self._closed:
            raise ArgumentError(complaint("SummaryWriter", "no more events after close()", "one", "Make a new writer"))
        if place not in self._runs:
            folder = Path(self.log_dir, place)
            self._runs[place] = EventFile(folder, *self._settings), ScalarFiles(folder, self._settings[-1])
        return self._runs[place]

    def _add(self, content: bytes, global_step: Any, walltime: float | None) -> None:
        self._run()[0].add(content, time() if walltime is None else walltime, _step(global_step))

    def get_logdir(self) -> str:
        """The folder, as text."""
        return os.fspath(self.log_dir)

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        """Add a number, or a tensor or array with one element; nan and infinities may be added.

        new_style: in the form of TensorFlow 2; double_precision: in float64, which is of that form. The CSV file has
        the number as it is given.
        """
        number = one_number("add_scalar", checked_tag("add_scalar", tag), scalar_value)
        if new_style or double_precision:
            content = summaries.scalar_tensor(tag, number, double_precision)
        else:
            content = summaries.scalar(tag, number)
        self._add_scalar("", tag, number, content, global_step, walltime)

    def _add_scalar(
        self, place: str, tag: str, number: float, content: bytes, global_step: Any, walltime: float | None
    ) -> None:
        events, scalars = self._run(place)
        step, now = _step(global_step), time() if walltime is None else float(walltime)
        scalars.add(tag, step, now, number)
        events.add(content, now, step)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Add numbers that TensorBoard draws in one picture, each in a folder of its own, `MAINTAG_TAG`."""
        checked_tag("add_scalars", main_tag)
        for tag, value in tag_scalar_dict.items():
            number = one_number("add_scalars", checked_tag("add_scalars", tag), value)
            place = f"{main_tag.replace('/', '_')}_{tag}"
            self._add_scalar(place, main_tag, number, summaries.scalar(main_tag, number), global_step, walltime)

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: int | None = None,
        bins: Any = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """Add how often the values of a tensor or array fall into bins.

        bins: "tensorflow" (0 and powers of 1.1 from 1e-12 to 1e20 with either sign), or as `numpy.histogram` takes
        them. max_bins: neighbours are put together until there are no more. Raises ArgumentError for no values, and for
        nan or infinite ones.
        """
        content = summaries.histogram(checked_tag("add_histogram", tag), values, bins, max_bins)
        self._add(content, global_step, walltime)

    def add_text(
        self, tag: str, text_string: str, global_step: int | None = None, walltime: float | None = None
    ) -> None:
        """Add text, which TensorBoard reads as Markdown."""
        if not isinstance(text_string, str):
            raise ArgumentError(complaint("add_text", f"text for {tag!r}", repr(text_string)))
        self._add(summaries.text(checked_tag("add_text", tag), text_string), global_step, walltime)

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        """Add a picture of 1, 3 or 4 channels: uint8 from 0 to 255, other dtypes from 0 to 1.

        dataformats: what the dimensions are, as HW, HWC or, for several pictures side by side, NCHW.
        """
        images = _channels_first(tag, img_tensor, dataformats)
        picture = BytesIO()
        save_image(images, picture, nrow=int(np.ceil(len(images) ** 0.5)), padding=0)
        self._add(summaries.image(checked_tag("add_image", tag), picture.getvalue()), global_step, walltime)

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Add pictures side by side. Otherwise as `add_image`."""
        self.add_image(tag, img_tensor, global_step, walltime, dataformats)

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: int | None = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """Add a Matplotlib figure, or several of one size side by side. close: have pyplot forget them."""
        figures = figure if isinstance(figure, list) else [figure]
        pictures = np.stack([_drawn(each) for each in figures])
        self.add_image(tag, pictures, global_step, walltime, "NHWC")
        pyplot = sys.modules.get("matplotlib.pyplot")
        if close and pyplot is not None:
            for each in figures:
                pyplot.close(each)

    def add_graph(
        self, model: Any, input_to_model: Any = None, verbose: bool = False, use_strict_trace: bool = True
    ) -> None:
        """Add the graph of the operations of `model(*input_to_model)`, run once in evaluation mode.

        input_to_model: a tensor or a tuple of them. verbose prints how many nodes there are; use_strict_trace is there
        for PyTorch's signature. Raises OperandError for a model that is no nn.Module.
        """
        nodes = model_graph(model, input_to_model)
        if verbose:
            print(f"add_graph: {len(nodes)} nodes")
        self._add(summaries.graph(nodes), None, None)

    def add_pr_curve(
        self,
        tag: str,
        labels: Any,
        predictions: Any,
        global_step: int | None = None,
        num_thresholds: int = 127,
        weights: Any = None,
        walltime: float | None = None,
    ) -> None:
        """Add precision and recall by threshold.

        labels: 0 or 1; predictions: probabilities from 0 to 1, as many; weights: how much each counts (default: 1).
        num_thresholds: at most 127. Raises ArgumentError for other values, or other numbers of them.
        """
        thresholds = min(num_thresholds, 127)
        content = precision_recall(checked_tag("add_pr_curve", tag), labels, predictions, thresholds, weights)
        self._add(content, global_step, walltime)

    def add_embedding(
        self,
        mat: Any,
        metadata: Any = None,
        label_img: Any = None,
        global_step: int | None = None,
        tag: str = "default",
        metadata_header: list[str] | None = None,
    ) -> None:
        """Write vectors (N, D) for TensorBoard's projector, at once, into the folder STEP/TAG within `log_dir`.

        metadata: a text for each vector, or with `metadata_header`, the names of columns, a list of texts. label_img:
        a square picture for each, (N, C, S, S): uint8, or from 0 to 1. Raises ArgumentError for other numbers of
        them.
        """
        self._run()
        checked_tag("add_embedding", tag)
        write_embedding(Path(self.log_dir), tag, mat, metadata, label_img, _step(global_step), metadata_header)

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        hparam_domain_discrete: Mapping[str, Iterable[Any]] | None = None,
        run_name: str | None = None,
        global_step: int | None = None,
    ) -> None:
        """Add the hyperparameters of a run (numbers, texts, booleans; None is left out) and what it reached.

        They go into the folder `run_name` (default: the time, in seconds since 1970) within `log_dir`, so that
        TensorBoard can compare runs. hparam_domain_discrete: the values that hyperparameters may take.
        Nothing is written where one of them is refused.
        """
        self._run()
        contents = hyperparameters(hparam_dict, metric_dict, hparam_domain_discrete)
        metrics = {
            tag: one_number("add_hparams", checked_tag("add_hparams", tag), metric_dict[tag]) for tag in metric_dict
        }
        with SummaryWriter(os.path.join(self.log_dir, run_name or str(time()))) as writer:
            for content in contents:
                writer._add(content, global_step, None)
            for tag, value in metrics.items():
                writer.add_scalar(tag, value, global_step)

    def flush(self) -> None:
        """Write what waits to the event files."""
        if not self._closed:
            for events, _ in self._runs.values():
                events.flush()

    def close(self) -> None:
        """Write what waits, and close the files; nothing can be added any more."""
        self._closed = True
        for events, _ in self._runs.values():
            events.close()

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _step(step: Any) -> int | None:
    return None if step is None else int(step)


def _channels_first(tag: str, image: Any, dataformats: str) -> Any:
    """Pictures (N, C, H, W) in float32 from 0 to 1."""
    array, letters = as_array("add_image", tag, image), dataformats.upper()
    channels = array.shape[letters.index("C")] if "C" in letters and array.ndim == len(letters) else 1
    fits = array.ndim == len(letters) and {"H", "W"} <= set(letters) <= set("NCHW") and channels in (1, 3, 4)
    if not fits or len(set(letters)) < len(letters) or not array.size:
        expected = f"a picture of 1, 3 or 4 channels with dimensions {dataformats} for {tag!r}"
        cure = "Name the dimensions: dataformats='HWC'"
        raise ShapeError(complaint("add_image", expected, f"shape {array.shape}", cure))
    scale = 255 if array.dtype == np.uint8 else 1
    array = array.transpose([letters.index(letter) for letter in "NCHW" if letter in letters])
    missing = [place for place, letter in enumerate("NCHW") if letter not in letters]
    return np.expand_dims(array, missing).astype(np.float32) / scale


def _drawn(figure: Any) -> Any:
    """The pixels (H, W, 4) of a figure, in uint8."""
    pixels = BytesIO()
    figure.savefig(pixels, format="rgba", dpi=figure.dpi, bbox_inches=figure.bbox_inches)
    width, height = (int(size) for size in figure.bbox.size)  # cut off, as Matplotlib does
    return np.frombuffer(pixels.getvalue(), np.uint8).reshape(height, width, 4)
