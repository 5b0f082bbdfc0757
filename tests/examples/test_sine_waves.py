"""The time series example: L-BFGS learns sine waves, and the network continues unseen ones on its own."""

from pathlib import Path
from typing import Any

import numpy as np

import autograd
from examples import sine_waves


def test_it_continues_unseen_waves(tmp_path: Path, capsys: Any) -> None:
    picture = tmp_path / "waves.png"
    small = ["--waves", "12", "--length", "60", "--hidden", "16", "--steps", "6"]
    sine_waves.main([*small, "--out", str(picture)])
    losses, errors = capsys.readouterr().out.splitlines()
    first, last = (float(word.rstrip(",")) for word in losses.split() if word[0].isdigit())
    assert last < first / 100
    near, far = (float(word) for word in errors.split() if "e-" in word)
    assert near < 5e-3 and far < 0.1  # the waves' own variance is 0.5
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_waves_repeat_in_double_precision() -> None:
    waves = sine_waves.sines(5, 50, period=10)
    assert waves.dtype == autograd.float64
    np.testing.assert_allclose(waves[:, 10:], waves[:, :-10], atol=1e-12)
