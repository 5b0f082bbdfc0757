"""Features from pictures without labels: where in its picture does a patch lie?"""

from pathlib import Path

import pytest

import autograd as torch
import nn
from examples.digits_data import mnist
from nn.data import TensorDataset
from tests.lectures.classifiers import Batch, accuracy, train

MNIST = Path(__file__).parents[3] / "shared" / "data" / "mnist"
SIDE, APART, FEATURES = 8, 9, 8  # a patch's side, how far one begins after another, numbers that tell of one
PLACES = torch.cartesian_prod(torch.arange(3), torch.arange(3))  # nine patches: row and column
AROUND = PLACES[torch.arange(9) != 4]


def patches(images: torch.Tensor, places: torch.Tensor, moved: int = 0) -> torch.Tensor:
    """One patch (N, 1, 8, 8) of each image (N, 1, 28, 28), at a place (N, 2), up to `moved` pixels away."""
    corners = APART * places + 1 + torch.randint(-moved, moved + 1, places.shape)
    rows, columns = (corner.clamp(0, 28 - SIDE) + torch.arange(SIDE) for corner in corners.split(1, dim=1))
    return images[torch.arange(len(images)).view(-1, 1, 1), 0, rows.unsqueeze(2), columns.unsqueeze(1)].unsqueeze(1)


def encoder() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, FEATURES), nn.ReLU(),
    )  # fmt: skip


class PlaceOfOther(nn.Module):
    """From two patches (N, 2, 1, 8, 8) to logits of which of the eight places round the first the other has."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = encoder()
        self.head = nn.Sequential(nn.Linear(2 * FEATURES, 64), nn.ReLU(), nn.Linear(64, len(AROUND)))

    def forward(self, pairs: torch.Tensor) -> torch.Tensor:
        return self.head(self.encoder(pairs.flatten(0, 1)).view(len(pairs), 2 * FEATURES))


def patch_pairs(images: torch.Tensor, count: int) -> Batch:
    """The middle patch and one round it, of images drawn anew, and which one it is."""
    chosen = images[torch.randint(len(images), (count,))]
    other = torch.randint(len(AROUND), (count,))
    middle = torch.ones(count, 2, dtype=torch.int64)
    return torch.stack([patches(chosen, middle, 1), patches(chosen, AROUND[other], 1)], dim=1), other


def read_from_features(encoder: nn.Module, learning: TensorDataset, test: TensorDataset, draws: int = 5) -> float:
    """Mean test accuracy of linear classifiers of digits, each from 100 labels, on an encoder's features."""

    def features(images: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            found = [encoder(patches(images, place.expand(len(images), 2))) for place in PLACES]
        return torch.cat(found, dim=1)

    known, asked = features(learning.tensors[0][: 100 * draws]), features(test.tensors[0][:1000])
    middle, spread = known.mean(dim=0), known.std(dim=0) + 1e-3
    right = 0.0
    for draw in range(draws):
        few = slice(100 * draw, 100 * (draw + 1))
        head, batch = nn.Linear(9 * FEATURES, 10), ((known[few] - middle) / spread, learning.tensors[1][few])
        train(head, lambda batch=batch: batch, 100)
        right += accuracy(head, (asked - middle) / spread, test.tensors[1][:1000]) / draws
    return right


@pytest.mark.usefixtures("one_thread")
@pytest.mark.skipif(not MNIST.is_dir(), reason="MNIST's files are not at hand")
def test_the_place_of_a_patch_teaches_features() -> None:
    """Lecture row L4-31: right 2.5 times as often as chance; then a linear classifier reads digits from the features.

    It does so better than from those of a random encoder, neither being trained any more. Source: Doersch, Gupta,
    Efros, "Unsupervised visual representation learning by context prediction" (2015).
    """
    torch.manual_seed(0)
    learning, test = mnist(MNIST)
    model = PlaceOfOther()
    train(model, lambda: patch_pairs(learning.tensors[0], 64), 400)
    right = accuracy(model, *patch_pairs(test.tensors[0], 2000))
    learnt, untaught = (read_from_features(each, learning, test) for each in (model.encoder, encoder()))
    assert right >= 2.5 / len(AROUND) and learnt >= untaught + 0.02, (right, learnt, untaught)
