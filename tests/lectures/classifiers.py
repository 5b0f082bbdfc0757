"""How the networks of the lectures' tests are trained to classify, and how often they are right."""

from collections.abc import Callable

import autograd as torch
import nn.functional as F
import optim
from nn import Module
from nn.utils import clip_grad_norm_

Batch = tuple[torch.Tensor, torch.Tensor]


def train(model: Module, batch: Callable[[], Batch], updates: int, lr: float = 0.01) -> None:
    """By Adam, with a rate that falls to nothing; `batch()` gives inputs and labels for logits (..., classes)."""
    optimizer = optim.Adam(model.parameters(), lr=lr)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, updates)
    model.train()
    for _ in range(updates):
        inputs, labels = batch()
        optimizer.zero_grad()
        F.cross_entropy(model(inputs).flatten(0, -2), labels.flatten()).backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()


def right(model: Module, inputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Which of the labels the network gives: true or false, in the shape of the labels."""
    model.eval()
    with torch.no_grad():
        return model(inputs).argmax(-1) == labels


def accuracy(model: Module, inputs: torch.Tensor, labels: torch.Tensor) -> float:
    return right(model, inputs, labels).float().mean().item()


def drawn(inputs: torch.Tensor, labels: torch.Tensor, count: int) -> Callable[[], Batch]:
    """Batches of `count` examples drawn from those given."""

    def batch() -> Batch:
        chosen = torch.randint(0, len(inputs), (count,))
        return inputs[chosen], labels[chosen]

    return batch
