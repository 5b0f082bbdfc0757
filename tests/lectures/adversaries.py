"""The game of a generator G against a discriminator D (Goodfellow et al., 2014)."""

from collections.abc import Callable

import autograd as torch
import nn
import nn.functional as F
import optim

Data = Callable[[int], torch.Tensor]


def discriminator_loss(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """-ln D(x) - ln(1 - D(G(z))), of logits."""
    real_loss = F.binary_cross_entropy_with_logits(real, torch.ones_like(real))
    return real_loss + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))


def generator_loss(fake: torch.Tensor, saturating: bool) -> torch.Tensor:
    """ln(1 - D(G(z))), the game's own form, or -ln D(G(z))."""
    if saturating:
        return -F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake))
    return F.binary_cross_entropy_with_logits(fake, torch.ones_like(fake))


def play(
    G: nn.Module,
    D: nn.Module,
    data: Data,
    noise: int,
    steps: int,
    saturating: bool = False,
    lr: float = 1e-3,
    batch: int = 128,
) -> None:
    """Steps of D and G in turn; `data(count)` gives examples."""
    optimizer_d = optim.Adam(D.parameters(), lr=lr, betas=(0.5, 0.999))
    optimizer_g = optim.Adam(G.parameters(), lr=lr, betas=(0.5, 0.999))
    schedules = [optim.lr_scheduler.CosineAnnealingLR(optimizer, steps) for optimizer in (optimizer_d, optimizer_g)]
    for _ in range(steps):
        fake = G(torch.randn(batch, noise))
        optimizer_d.zero_grad()
        discriminator_loss(D(data(batch)), D(fake.detach())).backward()
        optimizer_d.step()
        optimizer_g.zero_grad()
        generator_loss(D(fake), saturating).backward()
        optimizer_g.step()
        for schedule in schedules:
            schedule.step()
