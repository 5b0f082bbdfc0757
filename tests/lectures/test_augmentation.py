"""Examples made of others by changes that keep their class."""

from pathlib import Path

import pytest

import autograd as torch
import nn
from examples.digits_data import mnist
from nn.data.transforms import RandomCrop
from tests.lectures.classifiers import accuracy, drawn, train

MNIST = Path(__file__).parents[3] / "shared" / "data" / "mnist"


def accuracies(seed: int) -> tuple[float, float]:
    """On 2,000 test digits, of a network that saw 1,000 digits as they are, and of one that saw them shifted too."""
    torch.manual_seed(seed)
    (images, labels), (asked, answers) = (data.tensors for data in mnist(MNIST))
    images, asked = (nn.functional.avg_pool2d(each, 2) for each in (images, asked))
    few = torch.randperm(len(images))[:1000]
    images, labels = images[few], labels[few]
    shift = RandomCrop(14, padding=1)
    shifted = [torch.stack([shift(image) for image in images]) for _ in range(9)]
    found = []
    for known in (images, torch.cat([images, *shifted])):
        model = nn.Sequential(nn.Flatten(), nn.Linear(196, 128), nn.ReLU(), nn.Linear(128, 10))
        train(model, drawn(known, labels.repeat(len(known) // 1000), 64), 1500, lr=0.005)
        found.append(accuracy(model, asked, answers))
    return found[0], found[1]


@pytest.mark.usefixtures("one_thread")
@pytest.mark.skipif(not MNIST.is_dir(), reason="MNIST's files are not at hand")
def test_shifted_digits_teach_more() -> None:
    """Lecture row L4-11: two points more with shifts by a pixel of fourteen."""
    plain, augmented = accuracies(seed=1)
    assert augmented >= plain + 0.02, (plain, augmented)
