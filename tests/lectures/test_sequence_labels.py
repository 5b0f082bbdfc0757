"""Recurrent and convolutional networks give labels to sequences: wholes, parts and single elements."""

import pytest

import autograd as torch
import nn
from tests.lectures.classifiers import Batch, accuracy, drawn, train

pytestmark = pytest.mark.usefixtures("one_thread")


class Recurrent(nn.Module):
    """From (N, T, F) to logits, of the last state (N, classes), or of each step (N, T, classes)."""

    def __init__(self, layer: nn.Module, classes: int, each_step: bool = False) -> None:
        super().__init__()
        self.layer = layer
        self.head = nn.Linear(layer.hidden_size * (2 if layer.bidirectional else 1), classes)
        self.each_step = each_step

    def forward(self, sequences: torch.Tensor) -> torch.Tensor:
        outputs, _ = self.layer(sequences)
        return self.head(outputs if self.each_step else outputs[:, -1])


def parities(count: int, length: int) -> Batch:
    """Bits (count, length, 1), and whether the number of ones so far is odd, (count, length)."""
    bits = torch.randint(0, 2, (count, length))
    return bits.unsqueeze(-1).float(), bits.cumsum(1) % 2


def counts_parity(seed: int) -> float:
    torch.manual_seed(seed)
    model = Recurrent(nn.RNN(1, 64, batch_first=True), 2, each_step=True)
    for length in range(2, 13, 2):
        train(model, lambda length=length: parities(64, length), 200, lr=0.003)
    return accuracy(model, *parities(500, 20))  # longer ones than it was trained on


def test_an_rnn_remembers_the_parity() -> None:
    """A recurrent network keeps what it has seen (L0-41)."""
    assert counts_parity(seed=0) >= 0.99


def copying(count: int, length: int) -> Batch:
    """Symbols 1 to 8, one hot (count, 2·length, 9), then as many blanks, during which the symbols are to be repeated.

    The labels (count, 2·length) are blanks, 0, while symbols are shown.
    """
    symbols, blanks = torch.randint(1, 9, (count, length)), torch.zeros(count, length, dtype=torch.int64)
    return nn.functional.one_hot(torch.cat([symbols, blanks], 1), 9).float(), torch.cat([blanks, symbols], 1)


def copies(seed: int) -> float:
    torch.manual_seed(seed)
    model = Recurrent(nn.GRU(9, 64, batch_first=True), 9, each_step=True)
    train(model, lambda: copying(64, 4), 800, lr=0.01)
    return accuracy(model, *copying(500, 4))


def test_a_gru_repeats_symbols_after_it_saw_them_all() -> None:
    """The other half of L0-41."""
    assert copies(seed=0) >= 0.99


def genomes(count: int, motif: torch.Tensor, length: int = 40) -> Batch:
    """Random bases, one hot (count, length, 4), half of them with the motif at a random place, and which."""
    bases, planted = torch.randint(0, 4, (count, length)), torch.arange(count) % 2
    starts = torch.randint(0, length - len(motif), (count, 1))
    places = starts + torch.arange(len(motif))
    bases[::2] = bases[::2].scatter(1, places[::2], torch.randint(0, 4, (1, len(motif))).expand(len(bases[::2]), -1))
    bases[1::2] = bases[1::2].scatter(1, places[1::2], motif.expand(len(bases[1::2]), -1))
    return nn.functional.one_hot(bases, 4).float(), planted


def finds_a_motif(seed: int) -> float:
    torch.manual_seed(seed)
    motif = torch.tensor([3, 0, 3, 0, 0, 2, 1, 2])  # TATAAGCG
    model = Recurrent(nn.LSTM(4, 32, batch_first=True), 2)
    train(model, lambda: genomes(64, motif), 400, lr=0.01)
    return accuracy(model, *genomes(1000, motif))


def test_an_lstm_finds_a_motif_in_a_genome() -> None:
    """The genome among the uses of L4-19."""
    assert finds_a_motif(seed=0) >= 0.95


def reads_digits(seed: int) -> float:
    datasets = pytest.importorskip("sklearn.datasets")
    pixels, labels = datasets.load_digits(return_X_y=True)
    torch.manual_seed(seed)
    order = torch.randperm(len(labels))
    images, classes = torch.tensor(pixels / 16).float().view(-1, 8, 8)[order], torch.tensor(labels)[order]
    model = Recurrent(nn.GRU(8, 64, batch_first=True), 10)
    train(model, drawn(images[360:], classes[360:], 64), 600, lr=0.01)
    return accuracy(model, images[:360], classes[:360])


def test_a_gru_reads_digits_row_by_row() -> None:
    """The handwriting among the uses of L4-19: a row of 8 pixels at a step."""
    assert reads_digits(seed=0) >= 0.95
