"""Recurrent networks forecast and generate: a share's price, a sound."""

import math
from collections.abc import Callable

import numpy as np
import pytest

import autograd as torch
import nn
import nn.functional as F
import optim
from nn.utils import clip_grad_norm_

pytestmark = pytest.mark.usefixtures("one_thread")


class Forecaster(nn.Module):
    """From values (N, T, F) to the next of each first value, (N, T)."""

    def __init__(self, features: int, hidden: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(features, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(values)[0]).squeeze(2)


def train(model: Forecaster, values: torch.Tensor, following: torch.Tensor, updates: int, lr: float) -> None:
    optimizer = optim.Adam(model.parameters(), lr=lr)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, updates)
    for _ in range(updates):
        chosen = torch.randint(0, len(values), (16,))
        optimizer.zero_grad()
        F.mse_loss(model(values[chosen]), following[chosen]).backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()


def price_errors(seed: int) -> tuple[float, float]:
    """Root mean squared errors of tomorrow's logarithmic price: of the network, and of saying that nothing changes."""
    samples = pytest.importorskip("matplotlib.cbook")
    prices = samples.get_sample_data("goog.npz")["price_data"]["adj_close"]
    changes = torch.tensor(np.diff(np.log(prices.astype(np.float64))), dtype=torch.float32)
    cut, spread = len(changes) * 4 // 5, changes[: len(changes) * 4 // 5].std()
    torch.manual_seed(seed)
    model = Forecaster(1, 8)
    windows = (changes[:cut] / spread).unfold(0, 41, 5)
    train(model, windows[:, :-1].unsqueeze(2), windows[:, 1:], 150, lr=0.003)
    with torch.no_grad():
        forecast = model((changes[:-1] / spread).view(1, -1, 1))[0] * spread
    error = (forecast - changes[1:])[cut - 1 :].pow(2).mean().sqrt().item()
    return error, changes[cut:].pow(2).mean().sqrt().item()


def test_a_share_is_forecast_about_as_well_as_by_its_last_price(record_property: Callable[[str, object], None]) -> None:
    """One day ahead (L3-22). Prices are close to a random walk: no network is expected to beat the last price."""
    error, persistence = price_errors(seed=0)
    record_property("error over that of the last price", error / persistence)
    assert 0.9 < error / persistence < 1.05


def sounds(count: int, samples: int) -> torch.Tensor:
    """Frequency modulated waves (count, samples), carrier of 16 samples, modulator of 32, random phase."""
    angle = 2 * math.pi * (torch.arange(samples) / 16 + torch.rand(count, 1))
    return (angle + 2.0 * (angle / 2).sin()).sin()


def generated_error(seed: int) -> float:
    """Mean squared error of three periods of a wave continued from the network's own values."""
    torch.manual_seed(seed)
    waves = sounds(64, 81)
    model = Forecaster(1, 32)
    train(model, (waves + 0.01 * torch.randn(64, 81))[:, :-1].unsqueeze(2), waves[:, 1:], 1000, lr=0.01)
    wave = sounds(8, 128)
    with torch.no_grad():
        outputs, states = model.lstm(wave[:, :32].unsqueeze(2))
        made = []
        for _ in range(96):
            made.append(model.head(outputs[:, -1:]))
            outputs, states = model.lstm(made[-1], states)
    return F.mse_loss(torch.cat(made, 1).squeeze(2), wave[:, 32:]).item()


def test_an_lstm_generates_a_frequency_modulated_sound() -> None:
    """Synthesis of sound, in small (L4-19): three periods from 32 samples heard, against a power of 0.5."""
    assert generated_error(seed=0) < 0.02
