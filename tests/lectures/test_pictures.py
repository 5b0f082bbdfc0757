"""Pictures made smooth, coloured, completed and painted in the style of others, as the lectures show."""

import numpy as np
import pytest

import autograd as torch
import nn
import nn.functional as F
import optim
from tests.lectures.photographs import photograph

datasets = pytest.importorskip("sklearn.datasets")
pytestmark = pytest.mark.usefixtures("one_thread")


def signal_to_noise(image: torch.Tensor, reference: torch.Tensor) -> float:
    """The peak signal-to-noise ratio in dB, for values in [0, 1]."""
    return -10 * F.mse_loss(image, reference).log10().item()


def smoothing_gain(seed: int) -> float:
    """In dB: how much nearer to china.jpg a Gaussian filter brings the photograph with noise of deviation 50/255."""
    torch.manual_seed(seed)
    clean = photograph("china.jpg")
    noisy = clean + 50 / 255 * torch.randn_like(clean)
    offsets = torch.arange(-2.0, 3.0)
    kernel = (-(offsets.view(-1, 1) ** 2 + offsets**2) / 2).exp()
    kernel = (kernel / kernel.sum()).expand(3, 1, 5, 5)
    smooth = F.conv2d(F.pad(noisy, (2, 2, 2, 2), mode="reflect"), kernel, groups=3)
    return signal_to_noise(smooth, clean) - signal_to_noise(noisy, clean)


def test_a_gaussian_filter_takes_noise_away() -> None:
    """A fixed convolution of each channel (L0-36)."""
    assert smoothing_gain(seed=0) >= 3


def patches(image: torch.Tensor, side: int) -> torch.Tensor:
    """The tiles (N, 3, side, side) of a picture (1, 3, H, W); what is left at the edges is dropped."""
    return F.unfold(image, side, stride=side).transpose(1, 2).reshape(-1, 3, side, side)


def colouring_gain(seed: int) -> float:
    """The mean squared error of learnt colours on patches that were not seen, relative to the gray patches' own."""
    torch.manual_seed(seed)
    colour = torch.cat([patches(photograph(name, 2), 16) for name in ("china.jpg", "flower.jpg")])
    colour = colour[torch.randperm(len(colour))]
    gray = (colour * torch.tensor([0.299, 0.587, 0.114]).view(3, 1, 1)).sum(1, keepdim=True)
    test = len(colour) // 5
    model = nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(),
        nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 3, 3, padding=1),
    )  # fmt: skip
    optimizer = optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(300):
        chosen = torch.randint(test, len(colour), (32,))
        optimizer.zero_grad()
        F.mse_loss(gray[chosen] + model(gray[chosen]), colour[chosen]).backward()
        optimizer.step()
    with torch.no_grad():
        learnt = F.mse_loss(gray[:test] + model(gray[:test]), colour[:test])
        return (learnt / F.mse_loss(gray[:test].expand(-1, 3, -1, -1), colour[:test])).item()


def test_gray_patches_get_their_colours() -> None:
    """Colourisation (L2-15), held against leaving the patches gray."""
    assert colouring_gain(seed=0) <= 0.8


def completion_gain(seed: int) -> float:
    """The mean squared error in the hole of digits that were not seen, relative to filling in mean pixels."""
    torch.manual_seed(seed)
    digits = torch.from_numpy(datasets.load_digits().images.astype(np.float32) / 16).unsqueeze(1)
    digits = digits[torch.randperm(len(digits))]
    train, test = digits[:1400], digits[1400:]
    hole = torch.zeros(8, 8)
    hole[2:6, 2:6] = 1
    model = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(64 * 16, 128), nn.ReLU(), nn.Linear(128, 64), nn.Sigmoid(), nn.Unflatten(1, (1, 8, 8)),
    )  # fmt: skip
    optimizer = optim.Adam(model.parameters(), lr=2e-3)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, 400)
    for _ in range(400):
        chosen = train[torch.randint(0, len(train), (64,))]
        optimizer.zero_grad()
        ((model(chosen * (1 - hole)) - chosen) ** 2 * hole).mean().backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        learnt = ((model(test * (1 - hole)) - test) ** 2 * hole).mean()
        return (learnt / ((train.mean(0) - test) ** 2 * hole).mean()).item()


def test_what_is_missing_in_digits_is_completed() -> None:
    """The middle quarter of each digit, from what is around it (L2-16)."""
    assert completion_gain(seed=0) <= 0.5


def gram(features: torch.Tensor) -> torch.Tensor:
    """What goes with what, wherever it is: (C, C) of features (1, C, H, W)."""
    rows = features.flatten(2)[0]
    return rows @ rows.T / rows.shape[1]


class Style(nn.Module):
    """The distance of a picture from the content of one and the style of another, by a network's features."""

    def __init__(self, content: torch.Tensor, style: torch.Tensor) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nn.Conv2d(m, n, 3, padding=1) for m, n in ((3, 16), (16, 32), (32, 32)))
        with torch.no_grad():
            self.content = self.features(content)[-1]
            self.grams = [gram(features) for features in self.features(style)]

    def features(self, image: torch.Tensor) -> list[torch.Tensor]:
        found = []
        for block in self.blocks:
            image = block(image).relu()
            found.append(image)
            image = F.avg_pool2d(image, 2)
        return found

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """The sum of the distances, each relative to the size of what is sought."""
        features = self.features(image)
        pairs = [(features[-1], self.content), *zip(map(gram, features), self.grams, strict=True)]
        return sum(((found - sought) ** 2).sum() / (sought**2).sum() for found, sought in pairs)


def painted(seed: int) -> tuple[torch.Tensor, list[float]]:
    """A picture out of noise by 50 steps of L-BFGS: what china.jpg shows, as flower.jpg looks; and the losses."""
    torch.manual_seed(seed)
    content, style = photograph("china.jpg", 6), photograph("flower.jpg", 6)
    model = Style(content, style).requires_grad_(False)
    image = torch.rand_like(content).requires_grad_()
    optimizer = optim.LBFGS([image], max_iter=1, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = model(image)
        loss.backward()
        return loss

    losses = [optimizer.step(closure).item() for _ in range(50)]
    return image.detach(), losses


def test_pixels_take_the_style_of_one_picture_and_the_content_of_another() -> None:
    """Style transfer (L0-40) with random filters: a loss out of Gram matrices, its gradient by the pixels."""
    _, losses = painted(seed=0)
    assert losses[-1] <= 0.1 * losses[0]
