"""The classifier example: it separates the arms of a spiral, draws, and checks its options."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from examples import classifier


def test_it_separates_the_arms_and_draws(tmp_path: Path, capsys: Any) -> None:
    picture = tmp_path / "spiral.png"
    classifier.main(["--epochs", "150", "--points", "100", "--out", str(picture)])
    losses, accuracy = capsys.readouterr().out.splitlines()
    first, last = (float(word.rstrip(",")) for word in losses.split() if word[0].isdigit())
    assert last < first / 20
    assert accuracy.startswith("test accuracy") and float(accuracy.split()[2]) >= 0.97
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("parts", [3, 7])  # 60 points: equal parts, and a smaller last one
def test_small_batches_accumulate_to_one_large_step(parts: int) -> None:
    found = {}
    for accumulate in (1, parts):
        ag.manual_seed(0)
        x, y = classifier.spiral(3, 20, noise=0.2)
        model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 3)).double()
        losses = classifier.train(model, x.double(), y, 5, 0.01, accumulate)
        found[accumulate] = [*losses, *(p.detach().numpy() for p in model.parameters())]
    for large, small in zip(found[1], found[parts], strict=True):
        np.testing.assert_allclose(small, large, rtol=1e-9)


def test_the_step_is_that_of_the_sum_of_gradients() -> None:
    ag.manual_seed(0)
    x, y = classifier.spiral(3, 20, noise=0.2)
    model, twin = nn.Linear(2, 3), nn.Linear(2, 3)
    twin.load_state_dict(model.state_dict())
    (loss,) = classifier.train(model, x, y, 1, 0.01, accumulate=4)
    whole = nn.functional.cross_entropy(twin(x), y)
    whole.backward()
    optim.Adam(twin.parameters(), lr=0.01).step()
    assert loss == pytest.approx(whole.item(), rel=1e-6)
    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-4, atol=1e-7)
        np.testing.assert_allclose(ours.detach().numpy(), theirs.detach().numpy(), rtol=1e-5, atol=1e-6)


def test_options_are_checked(tmp_path: Path, capsys: Any) -> None:
    for options in (["--epochs", "0"], ["--accumulate", "601"], ["--out", str(tmp_path / "nowhere" / "spiral.png")]):
        with pytest.raises(SystemExit, match="2"):
            classifier.main(options)
    assert "no directory" in capsys.readouterr().err
