"""How close networks and polynomials come to functions, regions and classes, as the lectures claim."""

from itertools import pairwise

import numpy as np
import pytest

import autograd as torch
import nn
import nn.functional as F
import optim
from nn.data.transforms import StandardScaler

pytestmark = pytest.mark.usefixtures("one_thread")


def perceptron(*widths: int) -> nn.Sequential:
    layers = [nn.Sequential(nn.Linear(m, n), nn.Tanh()) for m, n in pairwise(widths[:-1])]
    return nn.Sequential(*layers, nn.Linear(*widths[-2:]))


def largest_error(width: int, seed: int) -> float:
    """Of one hidden layer, fitted to sin 3x + |x| on [-2, 2], on points between those that it saw."""
    torch.manual_seed(seed)
    model = perceptron(1, width, 1).double()
    x = torch.linspace(-2, 2, 201, dtype=torch.float64).view(-1, 1)
    y = (3 * x).sin() + x.abs()
    optimizer = optim.LBFGS(
        model.parameters(), max_iter=1000, history_size=50, tolerance_change=1e-12, line_search_fn="strong_wolfe"
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        between = torch.linspace(-2, 2, 1001, dtype=torch.float64).view(-1, 1)
        return (model(between) - (3 * between).sin() - between.abs()).abs().max().item()


def test_wider_layers_come_nearer_to_a_function() -> None:
    """Universal approximation (L0-11): linear operations and one nonlinearity are enough."""
    narrow, middling, wide = (largest_error(width, seed=0) for width in (2, 6, 24))
    assert narrow > middling > wide
    assert wide < 0.05


def polynomial_errors(degree: int, seed: int) -> tuple[float, float]:
    """The mean squared errors, in training and in test, of a polynomial fitted to 20 noisy points of a sine."""
    torch.manual_seed(seed)

    def sample(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.linspace(-1, 1, count, dtype=torch.float64).view(-1, 1)
        return x ** torch.arange(degree + 1), (3 * x).sin() + 0.2 * torch.randn(count, 1, dtype=torch.float64)

    (powers, y), (test_powers, test_y) = sample(20), sample(500)
    weights = torch.linalg.lstsq(powers, y).solution
    return F.mse_loss(powers @ weights, y).item(), F.mse_loss(test_powers @ weights, test_y).item()


def test_a_line_fits_too_little_and_degree_15_too_much() -> None:
    """The types of fit (L2-14): training error falls with the degree, test error falls and rises."""
    (train_1, test_1), (train_4, test_4), (train_15, test_15) = (polynomial_errors(d, seed=0) for d in (1, 4, 15))
    assert train_1 > 2 * train_4 > 2 * train_15
    assert test_1 > 1.5 * test_4 and test_15 > 1.5 * test_4


def in_an_l(points: torch.Tensor) -> torch.Tensor:
    """Whether points (N, 2) lie in the union of [0, 1] × [0, 3] and [0, 3] × [0, 1]: float (N, 1)."""
    x, y = points[:, :1], points[:, 1:]
    return ((x > 0) & (y > 0) & (((x < 1) & (y < 3)) | ((x < 3) & (y < 1)))).float()


def learnt_l(seed: int) -> float:
    """Accuracy on 10,000 points that were not seen."""
    torch.manual_seed(seed)
    model = perceptron(2, 32, 32, 1)
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 2000)
    for _ in range(2000):
        points = torch.rand(512, 2) * 5 - 1
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(model(points), in_an_l(points)).backward()
        optimizer.step()
        schedule.step()
    points = torch.rand(10_000, 2) * 5 - 1
    with torch.no_grad():
        return ((model(points) > 0).float() == in_an_l(points)).float().mean().item()


def test_three_layers_learn_a_region_that_is_not_convex() -> None:
    """The L of L0-10, learnt instead of built by hand."""
    assert learnt_l(seed=0) >= 0.98


def linear_svm(seed: int) -> tuple[float, float]:
    """Test accuracies of a linear layer under hinge loss and weight decay, and of scikit-learn's LinearSVC."""
    datasets, svm = pytest.importorskip("sklearn.datasets"), pytest.importorskip("sklearn.svm")
    features, labels = datasets.load_breast_cancer(return_X_y=True)
    order = np.random.default_rng(seed).permutation(len(features))
    train, test = order[:400], order[400:]
    features = StandardScaler().fit(features[train])(features).astype(np.float32)
    theirs = svm.LinearSVC(loss="hinge", C=1.0, max_iter=100_000).fit(features[train], labels[train])

    torch.manual_seed(seed)
    x, y = torch.from_numpy(features), torch.from_numpy(2 * labels - 1).view(-1, 1).float()
    model = nn.Linear(x.shape[1], 1)
    optimizer = optim.SGD(model.parameters(), lr=0.1, weight_decay=1 / len(train))  # C = 1: |w|²/2 + Σ hinge
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 1000)
    for _ in range(1000):
        optimizer.zero_grad()
        F.hinge_loss(model(x[train]), y[train]).backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        ours = (model(x[test]).sign() == y[test]).float().mean().item()
    return ours, float(theirs.score(features[test], labels[test]))


def test_hinge_loss_and_weight_decay_make_a_linear_svm() -> None:
    """Within a percentage point of scikit-learn's LinearSVC (L0-47)."""
    ours, theirs = linear_svm(seed=0)
    assert ours >= theirs - 0.01
    assert ours >= 0.95
