"""Folders of files, a folder a class."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError
from nn.data import DataLoader, transforms
from nn.data.datasets import DatasetFolder, ImageFolder

PICTURES = np.random.default_rng(0).integers(0, 256, (4, 9, 7, 3)).astype(np.uint8)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    pillow = pytest.importorskip("PIL.Image")
    (tmp_path / "dog" / "old").mkdir(parents=True)
    (tmp_path / "cat").mkdir()
    pillow.fromarray(PICTURES[0]).save(tmp_path / "dog" / "old" / "1.png")
    pillow.fromarray(PICTURES[1]).save(tmp_path / "dog" / "2.PNG")
    pillow.fromarray(PICTURES[2]).convert("L").save(tmp_path / "cat" / "b.bmp")
    np.save(tmp_path / "cat" / "a.npy", PICTURES[3])
    (tmp_path / "cat" / "note.txt").write_text("no image")
    return tmp_path


def test_images(images: Path) -> None:
    dataset = ImageFolder(images)
    assert dataset.classes == ["cat", "dog"] and dataset.class_to_idx == {"cat": 0, "dog": 1}
    names = [str(Path(path).relative_to(images)) for path, _ in dataset.samples]
    assert names == ["cat/a.npy", "cat/b.bmp", "dog/2.PNG", "dog/old/1.png"]
    assert dataset.targets == [0, 0, 1, 1] and dataset.imgs is dataset.samples and len(dataset) == 4
    for index, source in ((0, 3), (2, 1), (3, 0)):
        np.testing.assert_array_equal(dataset[index][0], PICTURES[source])
    grey = dataset[1][0]
    assert grey.shape == (9, 7, 3) and (grey[..., :1] == grey).all() and dataset[1][1] == 0


@pytest.mark.parametrize("workers", [0, 2])
def test_batches(images: Path, workers: int) -> None:
    both = transforms.Compose([transforms.Resize((8, 6)), transforms.ToTensor()])
    dataset = ImageFolder(str(images), both, target_transform=lambda label: label + 5)
    ((batch, labels),) = list(DataLoader(dataset, 4, num_workers=workers))
    assert batch.shape == (4, 3, 8, 6) and batch.dtype == ag.float32 and labels.tolist() == [5, 5, 6, 6]


def test_which_files_count(images: Path) -> None:
    by_name = ImageFolder(images, is_valid_file=lambda path: path.endswith(("b.bmp", "1.png")))
    assert by_name.targets == [0, 1]
    texts = DatasetFolder(images, lambda path: Path(path).read_text(), ".txt", allow_empty=True)
    assert texts[0] == ("no image", 0) and len(texts) == 1 and texts.classes == ["cat", "dog"]
    own = ImageFolder(images, loader=lambda path: Path(path).name)
    assert [name for name, _ in own] == ["a.npy", "b.bmp", "2.PNG", "1.png"]


def test_errors(images: Path, tmp_path: Path) -> None:
    def folder(**options: Any) -> Any:
        return DatasetFolder(images, str, **options)

    with pytest.raises(ArgumentError, match="either extensions or is_valid_file, got neither"):
        folder()
    with pytest.raises(ArgumentError, match="got both"):
        folder(extensions=".png", is_valid_file=bool)
    with pytest.raises(FileNotFoundError, match=r"no file that ends in .txt for the classes dog in "):
        folder(extensions=".txt")
    with pytest.raises(FileNotFoundError, match="no folder of a class in"):
        ImageFolder(images / "cat")
    with pytest.raises(FileNotFoundError):
        ImageFolder(images / "nowhere")
    (images / "cat" / "c.png").write_bytes(b"no image")
    with pytest.raises(ArgumentError, match=r"ImageFolder, .*c.png: expected an image"):
        ImageFolder(images)[2]
    np.save(images / "cat" / "a.npy", np.array([{}]), allow_pickle=True)
    with pytest.raises(ArgumentError, match=r"a.npy: expected an image"):
        ImageFolder(images)[0]
