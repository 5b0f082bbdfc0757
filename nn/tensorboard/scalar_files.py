"""The scalars of a run as CSV files that `nn.history` reads: one for each tag, a row at a time."""

from __future__ import annotations

import math
import os
from pathlib import Path
from urllib.parse import quote, unquote

from nn.history import History, Table

_FOLDER, _HEADER = "scalars", b"step,wall_time,value\n"
_NAME_LENGTH = 200  # file systems take names of 255 bytes


class ScalarFiles:
    """CSV files with the columns step, wall_time (seconds since 1970) and value in `folder/scalars`.

    Every row reaches its file by one write of the system, so a killed run keeps what it had; no file stays open. Files
    that are there already are gone on with; purge_step: without their rows from that step on.
    """

    def __init__(self, folder: Path, purge_step: int | None = None) -> None:
        self._folder = folder / _FOLDER
        self._purge_step = math.inf if purge_step is None else purge_step
        self._paths: dict[str, Path] = {}

    def add(self, tag: str, step: int | None, wall_time: float, value: float) -> None:
        """Add a row to the file of `tag`; without a step its place says nan."""
        path = self._paths.get(tag)
        if path is None:
            path = self._paths[tag] = self._begun(tag)
        row = f"{'nan' if step is None else step},{wall_time!r},{value!r}\n".encode()
        with open(path, "ab", buffering=0) as file:
            file.write(row)

    def _begun(self, tag: str) -> Path:
        """The file of the tag, ready for its next row."""
        name = quote(tag, safe=" ") + ".csv"
        path = self._folder.joinpath(*(name[i : i + _NAME_LENGTH] for i in range(0, len(name), _NAME_LENGTH)))
        table = Table(path, resume=True)
        if table.names:
            kept = next((i for i, step in enumerate(table["step"]) if step >= self._purge_step), len(table))
            table.truncate(kept)
        else:
            path.write_bytes(_HEADER)
        table.close()
        return path


def read_scalars(log_dir: str | os.PathLike[str]) -> dict[str, History]:
    """The scalars that `SummaryWriter` left in a folder, by tag, also while the run goes on.

    Each is a history with the scalars "step", "wall_time" (seconds since 1970) and "value"; what lies in folders within
    (`add_scalars`, `add_hparams`) has their path and a slash before its tag. Draw them with
    `nn.plotting.plot_runs({tag: found["value"] for tag, found in read_scalars(log_dir).items()})`.
    Raises ArgumentError (FileFormatError) for a damaged file.
    """
    found = {}
    for folder in sorted(Path(log_dir).rglob(_FOLDER)):
        above = folder.parent.relative_to(log_dir).parts
        for path in sorted(folder.rglob("*.csv")):
            tag = unquote("".join(path.relative_to(folder).parts).removesuffix(".csv"))
            found["/".join((*above, tag))] = History.read(path)
    return found
