"""The variational autoencoder: its bound on unseen digits beats that of a model which ignores the image."""

from pathlib import Path
from typing import Any

import pytest

import autograd
from examples import vae
from examples.digits_data import sklearn_digits

pytest.importorskip("sklearn")


def test_codes_tell_something_of_the_image(tmp_path: Path, capsys: Any) -> None:
    picture = tmp_path / "vae.png"
    vae.main(["--epochs", "8", "--out", str(picture)])
    losses, test = capsys.readouterr().out.splitlines()
    first, last = (float(word.rstrip(",")) for word in losses.split() if word[0].isdigit())
    pixels = sklearn_digits()[0].tensors[0].double().mean(dim=0).clamp(1e-4, 1 - 1e-4)
    images = sklearn_digits()[1].tensors[0].double()
    average = -(images * pixels.log() + (1 - images) * (1 - pixels).log()).flatten(1).sum(dim=1).mean().item()
    assert last < 0.65 * first
    assert float(test.split()[2]) < average - 1
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_divergence_is_that_of_two_normal_distributions() -> None:
    x = autograd.full((1, 3), 0.5, dtype=autograd.float64)
    mu, sigma = 0.7, 0.4
    code = autograd.tensor([[mu]], dtype=autograd.float64), autograd.tensor([[sigma]], dtype=autograd.float64).log() * 2
    step = autograd.linspace(-8, 8, 20001, dtype=autograd.float64)
    density = (-0.5 * ((step - mu) / sigma) ** 2).exp() / (sigma * (2 * autograd.pi) ** 0.5)
    logs = -0.5 * ((step - mu) / sigma) ** 2 - autograd.tensor(sigma).double().log() + 0.5 * step**2
    divergence = (density * logs).sum().item() * 16 / 20000
    cross_entropy = 3 * autograd.tensor(2.0).double().log().item()
    assert vae.loss_function(x, x, *code).item() == pytest.approx(cross_entropy + divergence, rel=1e-6)


def test_a_missing_folder_is_told(tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit, match="2"):
        vae.main(["--mnist", str(tmp_path / "nowhere"), "--out", str(tmp_path / "vae.png")])
    assert "t10k-images" in capsys.readouterr().err
