"""The adding problem: its sequences are what they say, its program trains, draws and compares."""

import numpy as np
import pytest

import autograd as ag
from examples import adding_problem


def test_the_sums_are_of_the_two_marked_numbers():
    ag.manual_seed(0)
    sequences, sums = adding_problem.problems(50, 11)
    numbers, marks = sequences.numpy()[..., 0], sequences.numpy()[..., 1]
    assert sequences.shape == (11, 50, 2) and numbers.min() >= 0 and numbers.max() < 1
    assert (marks[:5].sum(0) == 1).all() and (marks[5:].sum(0) == 1).all() and set(np.unique(marks)) == {0.0, 1.0}
    for column in range(50):
        first, second = np.flatnonzero(marks[:, column])
        assert sums[column].item() == pytest.approx(numbers[first, column] + numbers[second, column])


def test_it_trains_draws_and_compares(tmp_path, capsys):
    picture = tmp_path / "adding.png"
    adding_problem.main(["--steps", "20", "--hidden", "8", "--batch", "16", "--updates", "30", "--out", str(picture)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(adding_problem.MODELS) + 1
    ratios = [float(line.split()[-1]) for line in lines[:-1]]
    assert ratios[0] > 10 * ratios[1] > 100 * ratios[2]
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("option", [["--steps", "1"], ["--updates", "0"], ["--out", "/no/such/place.png"]])
def test_bad_options_are_refused(option, capsys):
    with pytest.raises(SystemExit):
        adding_problem.main(option)
    assert "adding_problem: error" in capsys.readouterr().err
