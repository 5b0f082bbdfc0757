"""The race of optimizers: rates as theory has them, pictures that hold the race, an ordering by loss."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import optim
from examples import optimizer_race
from nn.plotting import race


@pytest.mark.parametrize(("lr", "factor"), [(0.51, 1.04), (0.49, 0.96), (2 / 4.2, 19 / 21)])
def test_the_bowl_shrinks_or_grows_as_its_curvature_says(lr: float, factor: float) -> None:
    """Lecture row L1-10: the largest curvature, 4, allows rates below 2/4; the best rate gives 19/21 both ways."""
    start = (-5.0, -2.0)
    path = race(optimizer_race.bowl, start, {"SGD": lambda p: optim.SGD(p, lr=lr)}, 40)["SGD"]
    signed = np.array([1 - 0.2 * lr, 1 - 4 * lr])
    np.testing.assert_allclose(path, start * signed ** np.arange(41)[:, None], rtol=1e-12)
    assert abs(signed).max() == pytest.approx(factor, rel=1e-12)


def test_the_race_is_drawn_and_told(tmp_path: Path, capsys: Any) -> None:
    """Lecture rows L1-26 and L1-31."""
    picture = tmp_path / "race.png"
    optimizer_race.main(["--steps", "200", "--frames", "3", "--out", str(picture)])
    bowl, rosenbrock, places = capsys.readouterr().out.splitlines()
    for line in (bowl, rosenbrock):
        entries = [entry.rsplit(" ", 1) for entry in line.split(": ")[1].split(", ")]
        losses = [float(loss) for _, loss in entries]
        assert {name for name, _ in entries} == set(optimizer_race.RACERS) and losses == sorted(losses)
        assert losses[-1] < (0.2 if line is bowl else 10)
    assert bowl.startswith("bowl after 200 steps") and rosenbrock.split(": ")[1].startswith("LBFGS")
    assert picture.read_bytes().startswith(b"\x89PNG") and "race.gif" in places
    with Image.open(tmp_path / "race.gif") as animation:
        assert animation.n_frames == 4
        frames = []
        for number in (0, 3):
            animation.seek(number)
            frames.append(np.asarray(animation.convert("L"), np.float64))
    assert abs(frames[1] - frames[0]).mean() > 1  # the paths have grown


def test_who_leaves_the_surface_comes_last() -> None:
    losses = {"far": [1.0, float("nan")], "low": [1.0, 0.1], "high": [1.0, 0.5], "away": [1.0, float("inf")]}
    assert [name for name, _ in optimizer_race.ranked(losses)] == ["low", "high", "far", "away"]


def test_options_are_checked(tmp_path: Path, capsys: Any) -> None:
    for options in (["--steps", "0"], ["--out", str(tmp_path / "nowhere" / "race.png")]):
        with pytest.raises(SystemExit, match="2"):
            optimizer_race.main(options)
    assert "no directory" in capsys.readouterr().err
