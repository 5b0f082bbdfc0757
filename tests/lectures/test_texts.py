"""Networks tell who speaks by a fragment of the text."""

from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

import autograd as torch
import nn
from tests.lectures.classifiers import Batch, accuracy, drawn, train

pytestmark = pytest.mark.usefixtures("one_thread")

TEXT = Path(__file__).parents[3] / "shared" / "data" / "text" / "tinyshakespeare.txt"  # not part of the repository
WORDS = 100  # in a fragment


def fragments(speakers: int) -> tuple[Batch, Batch]:
    """Fragments (N, WORDS) of the most talkative speakers as numbers of words, and who speaks: training and test.

    Every fifth stretch of 300 words is for the test; training fragments overlap. Numbers of words: 0 what is not among
    the 600 most frequent of the training fragments.
    """
    said: dict[str, list[str]] = {}
    for speech in TEXT.read_text(encoding="utf-8").split("\n\n"):
        speaker, _, words = speech.partition(":\n")
        said.setdefault(speaker, []).extend("".join(c if c.isalpha() else f" {c} " for c in words.lower()).split())
    parts: tuple[list[tuple[list[str], int]], list[tuple[list[str], int]]] = [], []
    for label, words in enumerate(sorted(said.values(), key=len)[-speakers:]):
        for start in range(0, len(words) - WORDS, WORDS // 10):
            first, last = start // 300, (start + WORDS - 1) // 300
            if first == last:
                parts[first % 5 == 4].append((words[start : start + WORDS], label))
    frequent = Counter(chain.from_iterable(fragment for fragment, _ in parts[0])).most_common(600)
    numbers = {word: number for number, (word, _) in enumerate(frequent, 1)}
    train_set, test_set = (
        (torch.tensor([[numbers.get(word, 0) for word in fragment] for fragment, _ in part]),
         torch.tensor([label for _, label in part]))
        for part in parts
    )  # fmt: skip
    return train_set, test_set


class SentenceCNN(nn.Module):
    """Convolutions over 3, 4 and 5 word vectors, the largest of each over time; Kim (2014). (N, T) to (N, classes)."""

    def __init__(self, words: int, classes: int) -> None:
        super().__init__()
        self.vectors = nn.Embedding(words, 32)
        self.convolutions = nn.ModuleList(nn.Conv1d(32, 32, width) for width in (3, 4, 5))
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(96, classes))

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        vectors = self.vectors(text).transpose(1, 2)
        return self.head(torch.cat([each(vectors).relu().amax(2) for each in self.convolutions], 1))


class SentenceLSTM(nn.Module):
    """An LSTM in both directions over word vectors, its mean output. (N, T) to (N, classes)."""

    def __init__(self, words: int, classes: int) -> None:
        super().__init__()
        self.vectors = nn.Sequential(nn.Embedding(words, 32), nn.Dropout(0.5))
        self.lstm = nn.LSTM(32, 32, batch_first=True, bidirectional=True)
        self.head = nn.Sequential(nn.Dropout(0.5), nn.Linear(64, classes))

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(self.vectors(text))[0].mean(1))


def gain(model: type[nn.Module], seed: int) -> float:
    """Test accuracy above that of naming always whoever speaks most."""
    (texts, speakers), (test_texts, test_speakers) = fragments(4)
    torch.manual_seed(seed)
    network = model(601, 4)
    train(network, drawn(texts, speakers, 32), 200, lr=0.006)
    return accuracy(network, test_texts, test_speakers) - (test_speakers.bincount().max() / len(test_speakers)).item()


@pytest.mark.skipif(not TEXT.exists(), reason="the tiny Shakespeare text is not at hand")
@pytest.mark.parametrize("model", [SentenceCNN, SentenceLSTM])
def test_word_vectors_tell_four_speakers(model: type[nn.Module]) -> None:
    """Classification of texts by convolutions and recurrent networks (L3-26, L4-13), of the four who speak most."""
    assert gain(model, seed=0) >= 0.15
