"""What the lectures say of learning from handwritten digits: initial values, heuristics, few examples, neighbours."""

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

import autograd as torch
import nn
import nn.functional as F
import optim
from examples.digits_data import mnist, sklearn_digits
from nn.data import DataLoader, RandomSampler, Subset, TensorDataset

pytest.importorskip("sklearn")
pytestmark = pytest.mark.usefixtures("one_thread")
MNIST = Path(__file__).parents[3] / "shared" / "data" / "mnist"
needs_mnist = pytest.mark.skipif(not MNIST.is_dir(), reason="MNIST's files are not at hand")
Init = Callable[[torch.Tensor], object]


def accuracy(model: nn.Module, data: TensorDataset) -> float:
    images, labels = data.tensors
    model.eval()
    with torch.no_grad():
        return (model(images).argmax(1) == labels).float().mean().item()


def train_epoch(model: nn.Module, batches: DataLoader, optimizer: optim.Optimizer) -> None:
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()


def epochs_needed(init: Init, seed: int, most: int = 4) -> int:
    """Until 90 % of test digits are read right, by two hidden layers whose weights begin as `init` fills them."""
    torch.manual_seed(seed)
    train, test = mnist(MNIST)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.Tanh(), nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 10))
    for layer in model:
        if isinstance(layer, nn.Linear):
            init(layer.weight)
            nn.init.zeros_(layer.bias)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    batches = DataLoader(train, batch_size=50, shuffle=True)
    for epoch in range(1, most + 1):
        train_epoch(model, batches, optimizer)
        if accuracy(model, test) >= 0.9:
            return epoch
    return most + 1


@needs_mnist
def test_weights_of_variance_one_over_n_learn_in_fewer_epochs() -> None:
    """The comparison of initial values (L1-36): N(0, 1/n) against N(0, 1) and U(-1, 1)."""
    scaled = epochs_needed(nn.init.lecun_normal_, seed=0)
    normal = epochs_needed(nn.init.normal_, seed=0)
    uniform = epochs_needed(lambda weight: nn.init.uniform_(weight, -1, 1), seed=0)
    assert 2 * scaled <= min(normal, uniform)


def precision_of_neighbours(seed: int) -> float:
    """The share of the same class among the five nearest of 8,000 digits, by the angle between features, for 2,000."""
    torch.manual_seed(seed)
    train, test = mnist(MNIST)
    features = nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(32 * 49, 64),
    )  # fmt: skip
    model = nn.Sequential(features, nn.ReLU(), nn.Linear(64, 10))
    optimizer = optim.Adam(model.parameters(), lr=2e-3)
    train_epoch(model, DataLoader(train, batch_size=64, shuffle=True), optimizer)
    (images, labels), (others, other_labels) = test.tensors, train.tensors
    with torch.no_grad():
        cosines = F.normalize(features(images)) @ F.normalize(features(others)).T
    nearest = cosines.topk(5, dim=1).indices
    return (other_labels[nearest] == labels.unsqueeze(1)).float().mean().item()


@needs_mnist
def test_similar_images_are_found_by_features() -> None:
    """Search for similar images (L0-39)."""
    assert precision_of_neighbours(seed=0) >= 0.9


def accuracy_from_a_fifth(seed: int) -> float:
    """On test digits, of a network that learnt from a fifth of the training digits."""
    torch.manual_seed(seed)
    train, test = sklearn_digits()
    fifth = Subset(train, list(RandomSampler(train, num_samples=len(train) // 5)))
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    batches = DataLoader(fifth, batch_size=32, shuffle=True)
    for _ in range(30):
        train_epoch(model, batches, optimizer)
    return accuracy(model, test)


def test_a_fifth_of_the_examples_may_be_enough() -> None:
    """Not all examples need be taken (L0-24)."""
    assert accuracy_from_a_fifth(seed=0) >= 0.9


def hidden_layers() -> nn.Sequential:
    return nn.Sequential(*(nn.Sequential(nn.Linear(64, 64), nn.ReLU()) for _ in range(5)))


def pretrain(layers: nn.Sequential, inputs: torch.Tensor) -> None:
    """One layer after the other learns to give back its input, of which a third is hidden from it."""
    for layer in layers:
        decoder = nn.Linear(64, 64)
        optimizer = optim.Adam([*layer.parameters(), *decoder.parameters()], lr=3e-3)
        for _ in range(500):
            batch = inputs[torch.randint(0, len(inputs), (64,))]
            optimizer.zero_grad()
            F.mse_loss(decoder(layer(F.dropout(batch, 0.3))), batch).backward()
            optimizer.step()
        with torch.no_grad():
            inputs = layer(inputs)


def fine_tuned(layers: nn.Sequential, few: TensorDataset, test: TensorDataset) -> float:
    """Test accuracy of a copy of the layers with a fresh head, trained with the few labels."""
    model = nn.Sequential(nn.Flatten(), copy.deepcopy(layers), nn.Linear(64, 10))
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    images, labels = few.tensors
    for _ in range(150):
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return accuracy(model, test)


def pretraining_gain(seed: int) -> tuple[float, float]:
    """Mean test accuracies over five draws of five labels a class: with pretrained layers, and with random ones."""
    torch.manual_seed(seed)
    train, test = sklearn_digits()
    images, labels = train.tensors
    pretrained = hidden_layers()
    pretrain(pretrained, images.flatten(1))
    found = []
    for _ in range(5):
        order = torch.randperm(len(labels))
        few = torch.cat([order[labels[order] == digit][:5] for digit in range(10)])
        few = TensorDataset(images[few], labels[few])
        found.append([fine_tuned(layers, few, test) for layers in (pretrained, hidden_layers())])
    return tuple(torch.tensor(found).mean(0).tolist())


def test_pretraining_layer_by_layer_helps_where_labels_are_few() -> None:
    """Five labels a class, six layers, and autoencoders that saw the digits without labels (L0-30)."""
    pretrained, random = pretraining_gain(seed=0)
    assert pretrained >= random + 0.05


def digits_after(
    seed: int = 0, lr: float = 0.2, weight_decay: float = 0.0, init: Init | None = None, sort: bool = False
) -> tuple[float, float]:
    """Test accuracy after a short training on digits, and the norm of the weights."""
    torch.manual_seed(seed)
    train, test = sklearn_digits()
    if sort:
        images, labels = train.tensors
        order = labels.argsort(stable=True)
        train = TensorDataset(images[order], labels[order])
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 10))
    if init is not None:
        for parameter in model.parameters():
            init(parameter)
    optimizer = optim.SGD(model.parameters(), lr=lr, weight_decay=weight_decay)
    for _ in range(6):
        train_epoch(model, DataLoader(train, batch_size=16, shuffle=not sort), optimizer)
    return accuracy(model, test), torch.cat([parameter.flatten() for parameter in model.parameters()]).norm().item()


def test_each_heuristic_helps() -> None:
    """Initial weights, the order of examples, the size of steps and the shrinking of weights (L0-27)."""
    best, norm = digits_after()
    assert best > 0.93
    assert digits_after(init=lambda weight: nn.init.constant_(weight, 0.1))[0] < best - 0.3
    assert digits_after(sort=True)[0] < best - 0.3
    assert digits_after(lr=0.001)[0] < best - 0.2
    assert digits_after(lr=10.0)[0] < best - 0.2
    decayed, smaller = digits_after(weight_decay=3e-3)
    assert smaller < 0.93 * norm and decayed > best - 0.02
