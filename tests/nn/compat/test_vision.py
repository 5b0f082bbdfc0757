"""A script on torchvision's names for pictures runs through `python -m nn.compat`."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]

SCRIPT = """
import sys
import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
from torchvision.datasets.folder import IMG_EXTENSIONS
from torchvision.transforms import InterpolationMode
from torchvision.utils import make_grid, save_image

augment = transforms.Compose([
    transforms.RandomResizedCrop(8, scale=(0.5, 1.0), interpolation=InterpolationMode.BICUBIC),
    transforms.RandomHorizontalFlip(),
    transforms.RandomApply([transforms.ColorJitter(0.2, 0.2, 0.2, 0.1)], p=0.8),
    transforms.RandomChoice([transforms.Grayscale(3), transforms.GaussianBlur(3), transforms.Pad(0)]),
    transforms.ToTensor(),
    transforms.RandomErasing(p=0.5),
    transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5)),
])
torch.manual_seed(0)
data = datasets.ImageFolder(root=sys.argv[1], transform=augment)
loader = DataLoader(data, batch_size=4, shuffle=True)
for images, labels in loader:
    print(tuple(images.shape), sorted(labels.tolist()), data.classes)
save_image(make_grid(images, normalize=True), sys.argv[2])
digits = datasets.FakeData(size=2, image_size=(3, 20, 16), transform=transforms.Compose([
    transforms.Resize(10), transforms.CenterCrop(8), transforms.ToTensor()]))
print(tuple(digits[0][0].shape), ".png" in IMG_EXTENSIONS)
back = transforms.ToPILImage()(digits[0][0])
print(back.size, back.mode, tuple(transforms.PILToTensor()(back).shape))
print(tuple(transforms.ToTensor()(transforms.Resize((4, 5))(back.convert("YCbCr").split()[0])).shape))
try:
    datasets.LSUN(root=".", classes=["bedroom_train"])
except AttributeError as error:
    print(error)
"""


def test_pictures(tmp_path: Path) -> None:
    pillow = pytest.importorskip("PIL.Image")
    for name in ("b", "a"):
        (tmp_path / "images" / name).mkdir(parents=True)
        for number in range(2):
            noise = np.random.default_rng(number).integers(0, 256, (16, 12, 3)).astype(np.uint8)
            pillow.fromarray(noise).save(tmp_path / "images" / name / f"{number}.png")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, "-m", "nn.compat", str(script), str(tmp_path / "images"), str(tmp_path / "grid.png")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[:5] == [
        "(4, 3, 8, 8) [0, 0, 1, 1] ['a', 'b']",
        "(3, 8, 8) True",
        "(8, 8) RGB (3, 8, 8)",
        "(1, 4, 5)",
        "module 'torchvision.datasets' has no attribute 'LSUN': this library does not have it",
    ]
    with pillow.open(tmp_path / "grid.png") as grid:
        assert grid.size == (42, 12)
