"""Convolutional and recurrent networks recognize sounds that are made here: telephone keys and chirps."""

import math

import numpy as np
import pytest

import autograd as torch
import nn
from tests.lectures.classifiers import Batch, accuracy, train

pytestmark = pytest.mark.usefixtures("one_thread")

RATE = 4000  # samples a second
LOW, HIGH = torch.tensor([697.0, 770.0, 852.0, 941.0]), torch.tensor([1209.0, 1336.0, 1477.0])  # Hz, of rows, columns
KEYS = "123456789*0#"


def tones(frequencies: torch.Tensor, samples: int) -> torch.Tensor:
    """Sines (..., samples) of frequencies (...) in Hz, each from a random phase."""
    time, phase = torch.arange(samples) / RATE, 2 * math.pi * torch.rand(*frequencies.shape, 1)
    return (2 * math.pi * frequencies.unsqueeze(-1) * time + phase).sin()


def keys(numbers: torch.Tensor, samples: int) -> torch.Tensor:
    """The two tones of each telephone key, (..., samples)."""
    return tones(LOW[numbers // 3], samples) + tones(HIGH[numbers % 3], samples)


def chirps(numbers: torch.Tensor, samples: int) -> torch.Tensor:
    """Sounds that fall, 0, stay, 1, or rise, 2, by 300 Hz around random frequencies, (..., samples)."""
    time = (torch.arange(samples) / samples - 0.5) * samples / RATE
    slope = (numbers.float() - 1) * 300 * RATE / samples
    middle = 400 + 800 * torch.rand(*numbers.shape, 1)
    return (2 * math.pi * (middle * time + slope.unsqueeze(-1) * time**2 / 2)).sin()


class Listener(nn.Module):
    """From waves (N, 4·128) to logits (N, 4, classes) of the four sounds in each: an LSTM on convolutions."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.filters = nn.Sequential(
            nn.Conv1d(1, 32, 64, stride=16, padding=24), nn.ReLU(), nn.Conv1d(32, 32, 3, padding=1), nn.ReLU()
        )
        self.lstm = nn.LSTM(32, 48, batch_first=True)
        self.head = nn.Linear(48, classes)

    def forward(self, waves: torch.Tensor) -> torch.Tensor:
        frames = self.filters(waves.unsqueeze(1))  # (N, 32, 4·8)
        outputs, _ = self.lstm(frames.transpose(1, 2))
        return self.head(outputs[:, 7::8])


def labelled(sound: str, seed: int) -> float:
    maker, classes = {"keys": (keys, 12), "chirps": (chirps, 3)}[sound]

    def batch(count: int = 64) -> Batch:
        numbers = torch.randint(0, classes, (count, 4))
        return maker(numbers, 128).flatten(1) + 0.1 * torch.randn(count, 512), numbers

    torch.manual_seed(seed)
    model = Listener(classes)
    train(model, batch, 200, lr=0.005)
    return accuracy(model, *batch(500))


@pytest.mark.parametrize("sound", ["keys", "chirps"])
def test_an_lstm_on_convolutions_labels_a_sequence_of_sounds(sound: str) -> None:
    """A recurrent layer after convolutional ones, on the wave itself (L3-24)."""
    assert labelled(sound, seed=0) >= 0.95


def spectrograms(count: int) -> Batch:
    """Logarithmic power (count, 24 frames, 33 frequencies) of keys pressed at a random time in noise; which keys."""
    numbers = torch.randint(0, len(KEYS), (count,))
    waves, loudness = torch.randn(count, 800), 0.8 + 0.7 * torch.rand(count, 1)
    starts = torch.randint(0, 400, (count, 1)) + torch.arange(400)
    pressed = torch.zeros(count, 800).scatter(1, starts, keys(numbers, 400))
    frames = np.lib.stride_tricks.sliding_window_view((waves + loudness * pressed).numpy(), 64, axis=1)[:, ::32]
    power = np.abs(np.fft.rfft(frames * np.hanning(64), axis=-1)) ** 2
    return torch.tensor(np.log(power + 1.0), dtype=torch.float32), numbers


class LastOutput(nn.Module):
    """From sequences (N, T, F) to the last output of an LSTM, (N, H)."""

    def __init__(self, features: int, hidden: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(features, hidden, batch_first=True)

    def forward(self, sequences: torch.Tensor) -> torch.Tensor:
        return self.lstm(sequences)[0][:, -1]


def recognizer(kind: str) -> nn.Module:
    if kind == "LSTM":
        return nn.Sequential(LastOutput(33, 64), nn.Linear(64, len(KEYS)))
    return nn.Sequential(
        nn.Unflatten(1, (1, -1)),
        nn.Conv2d(1, 16, (3, 5), padding=(1, 2)), nn.ReLU(), nn.MaxPool2d((2, 1)),
        nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d((12, 1)),
        nn.Flatten(), nn.Linear(16 * 33, len(KEYS)),
    )  # fmt: skip


def recognized(kind: str, seed: int) -> float:
    torch.manual_seed(seed)
    model = recognizer(kind)
    train(model, lambda: spectrograms(64), {"LSTM": 450, "convolutions": 150}[kind], lr=0.003)
    return accuracy(model, *spectrograms(500))


@pytest.mark.parametrize("kind", ["LSTM", "convolutions"])
def test_spectrograms_tell_telephone_keys_in_noise(kind: str) -> None:
    """Recognition of sounds by spectra of consecutive fragments (L3-25, L4-12), noise as strong as the tones."""
    assert recognized(kind, seed=0) >= 0.98
