"""What was learnt from some digits serves for others: features kept, heads replaced, layers taken over one by one."""

from collections import OrderedDict

import pytest

import autograd as torch
import nn
from examples.digits_data import sklearn_digits
from tests.lectures.classifiers import Batch, accuracy, train

pytest.importorskip("sklearn")
SIDE = 16  # of a picture in which a digit, 8 by 8 pixels, lies anywhere
LAYERS = ("conv1", "conv2", "dense")


def placed(digits: torch.Tensor) -> torch.Tensor:
    """Pictures (N, 1, 16, 16) with the digits (N, 1, 8, 8) at places drawn anew."""
    pictures = torch.zeros(len(digits), 1, SIDE, SIDE)
    rows, columns = (torch.randint(SIDE - 7, (len(digits), 1)) + torch.arange(8) for _ in range(2))
    pictures[torch.arange(len(digits)).view(-1, 1, 1), 0, rows.unsqueeze(2), columns.unsqueeze(1)] = digits[:, 0]
    return pictures


def network() -> nn.Sequential:
    """Three layers of features and a head for five classes."""
    return nn.Sequential(OrderedDict(
        conv1=nn.Conv2d(1, 16, 3, padding=1), relu1=nn.ReLU(), pool1=nn.MaxPool2d(2),
        conv2=nn.Conv2d(16, 32, 3, padding=1), relu2=nn.ReLU(), pool2=nn.MaxPool2d(2),
        flat=nn.Flatten(), dense=nn.Linear(32 * 16, 64), relu3=nn.ReLU(), head=nn.Linear(64, 5),
    ))  # fmt: skip


def classes(digits: Batch, least: int) -> Batch:
    """The images of five classes from `least` on, and labels from 0 on."""
    images, labels = digits
    chosen = (labels >= least) & (labels < least + 5)
    return images[chosen], labels[chosen] - least


def four_of_each(digits: Batch) -> Batch:
    """Twenty examples of five classes, drawn anew, each at one place."""
    images, labels = digits
    chosen = torch.cat([
        (labels == label).nonzero().squeeze(1)[torch.randperm(int((labels == label).sum()))[:4]] for label in range(5)
    ])  # fmt: skip
    return placed(images[chosen]), labels[chosen]


def pretrained(digits: Batch) -> nn.Sequential:
    model, (images, labels) = network(), digits

    def batch() -> Batch:
        chosen = torch.randint(len(images), (64,))
        return placed(images[chosen]), labels[chosen]

    train(model, batch, 500, lr=0.005)
    return model


def taken_over(source: nn.Module, layers: tuple[str, ...]) -> nn.Sequential:
    """A network with these layers of another, no more to be trained, and the others fresh."""
    model = network()
    known = {name: value for name, value in source.state_dict().items() if name.split(".")[0] in layers}
    missing, unexpected = model.load_state_dict(known, strict=False)
    assert not unexpected and set(missing) == set(model.state_dict()) - set(known)
    for name in layers:
        model.get_submodule(name).requires_grad_(False)
    return model


def accuracy_by_cut(seed: int, draws: int = 3) -> dict[str, float]:
    """Mean test accuracies on digits 5 to 9 from twenty labels, by the layers that come from digits 0 to 4."""
    torch.manual_seed(seed)
    learning, test = (data.tensors for data in sklearn_digits())
    source = pretrained(classes(learning, 0))
    asked, answers = classes(test, 5)
    asked = placed(asked)
    found = dict.fromkeys(range(len(LAYERS) + 1), 0.0)
    for _ in range(draws):
        few = four_of_each(classes(learning, 5))
        for cut in found:
            model = taken_over(source, LAYERS[:cut])
            train(model, lambda few=few: few, 80, lr=0.005)
            found[cut] += accuracy(model, asked, answers) / draws
    return {" ".join(LAYERS[:cut]) or "none": right for cut, right in found.items()}


@pytest.mark.usefixtures("one_thread")
def test_features_of_other_digits_serve_where_labels_are_few() -> None:
    """Lecture rows L4-29 and L4-30: frozen features of digits 0 to 4, a new head on twenty labels of 5 to 9.

    Digits lie anywhere in the picture: that the place does not matter the features have learnt, and twenty labels do
    not tell. The gain, 22 to 32 points by the seed, is of that kind only. Where all digits lie in the middle, twenty
    labels teach as much from scratch, 89 % against 90 %; and from scratch with their own shifts, in 240 updates, 83 %.
    The table by layers taken over is that of Yosinski et al., "How transferable are features" (2014).
    """
    right = accuracy_by_cut(seed=0)
    print("".join(f"\n{layers:20} {share:.3f}" for layers, share in right.items()))
    assert right["conv1 conv2 dense"] >= right["none"] + 0.1, right


def test_frozen_features_stay_as_they_are() -> None:
    """Lecture row L4-29: to the bit, while the head learns."""
    torch.manual_seed(0)
    model = taken_over(network(), LAYERS)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    few = four_of_each(classes(sklearn_digits()[0].tensors, 5))
    train(model, lambda: few, 20)
    same = {name: torch.equal(value, before[name]) for name, value in model.state_dict().items()}
    assert same == {name: not name.startswith("head") for name in before}
