"""A convolutional network sees, a recurrent one says what: two digits side by side."""

import pytest

import autograd as torch
import nn
from tests.lectures.classifiers import Batch, right, train

pytestmark = pytest.mark.usefixtures("one_thread")

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
END = len(WORDS)  # the number of the caption's end, and of what stands before its first word


class Captioner(nn.Module):
    """From pictures (N, 1, 8, 16) to logits of three words each, (N, 3, words).

    At each step an LSTM reads what the convolutions saw, and its likeliest word of the step before.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1), nn.BatchNorm2d(12), nn.ReLU(),
            nn.Conv2d(12, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Dropout(0.3), nn.Linear(32 * 4 * 8, 64), nn.ReLU(),
        )  # fmt: skip
        self.vectors = nn.Embedding(len(WORDS) + 1, 16)
        self.lstm = nn.LSTM(16 + 64, 64, batch_first=True)
        self.head = nn.Linear(64, len(WORDS) + 1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        seen = self.seen(pictures).unsqueeze(1)
        states, word, logits = None, torch.full((len(pictures), 1), END), []
        for _ in range(3):
            output, states = self.lstm(torch.cat([self.vectors(word), seen], 2), states)
            logits.append(self.head(output))
            word = logits[-1].argmax(2)
        return torch.cat(logits, 1)


def captions(seed: int) -> float:
    datasets = pytest.importorskip("sklearn.datasets")
    pixels, labels = datasets.load_digits(return_X_y=True)
    torch.manual_seed(seed)
    order = torch.randperm(len(labels))
    images, digits = torch.tensor(pixels / 16).float().view(-1, 1, 8, 8)[order], torch.tensor(labels)[order]

    def pairs(first: int, last: int, count: int) -> Batch:
        left, right_ = torch.randint(first, last, (count,)), torch.randint(first, last, (count,))
        words = torch.stack([digits[left], digits[right_], torch.full((count,), END)], 1)
        return torch.cat([images[left], images[right_]], 3), words

    model = Captioner()
    train(model, lambda: pairs(360, len(order), 64), 400, lr=0.004)
    return right(model, *pairs(0, 360, 500)).all(1).float().mean().item()


def test_an_lstm_says_which_two_digits_a_convolutional_network_saw() -> None:
    """Captions such as "seven three", every word right (L0-45); scikit-learn's digits."""
    assert captions(seed=0) >= 0.9
