"""`torch.serialization`: declaring classes safe to load, for good or for a while, under PyTorch's names."""

import pytest

import autograd as torch
import nn
import nn.functional as F
from autograd.errors import ArgumentError
from autograd.files.errors import FileFormatError


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner(3, 2)

    def forward(self, x):
        return F.relu(self.inner(x))


class Inner(nn.Linear):
    pass


@pytest.fixture
def path(tmp_path):
    torch.serialization.clear_safe_globals()
    torch.save(Net(), tmp_path / "net.safetensors")
    yield tmp_path / "net.safetensors"
    torch.serialization.clear_safe_globals()


def test_for_a_while(path):
    with torch.serialization.safe_globals([Net, Inner, nn.LSTM, F.relu]):
        found = torch.load(path, weights_only=True)
        assert type(found) is Net and type(found.inner) is Inner
        assert found(torch.ones(1, 3)).shape == (1, 2)
    with pytest.raises(FileFormatError, match="one of Net"):
        torch.load(path)
    with torch.serialization.safe_globals([Net]), pytest.raises(FileFormatError, match="one of Inner"):
        torch.load(path)


def test_for_good(path):
    torch.serialization.add_safe_globals([Net])
    torch.serialization.add_safe_globals([Inner])
    assert type(torch.load(path)) is Net
    assert torch.serialization.get_safe_globals() == [Net, Inner]
    torch.serialization.clear_safe_globals()
    assert torch.serialization.get_safe_globals() == []
    with pytest.raises(FileFormatError, match="one of Net"):
        torch.load(path)


def test_layers_are_always_safe(path):
    torch.serialization.clear_safe_globals()
    torch.save(nn.Sequential(nn.Linear(2, 2)), path)
    assert type(torch.load(path)[0]) is nn.Linear


def test_the_end_of_a_block_brings_back_what_was_before(path):
    class Other(nn.Module):
        pass

    torch.serialization.add_safe_globals([(Other, "somewhere.Net"), Inner])
    with pytest.raises(ValueError, match="stop"), torch.serialization.safe_globals([Net, Inner]):
        torch.serialization.add_safe_globals([Other])
        assert type(torch.load(path)) is Net
        raise ValueError("stop")
    assert torch.serialization.get_safe_globals() == [Other, Other, Inner]
    assert type(torch.load(path)) is Other


def test_functions_are_never_called(path):
    with torch.serialization.safe_globals([(print, "Net"), Inner]), pytest.raises(FileFormatError, match="one of Net"):
        torch.load(path)


@pytest.mark.parametrize("entry", ["Net", 3, (Net, 3), (Net, "a", "b")])
def test_what_is_no_class(entry):
    with pytest.raises(ArgumentError, match="Give the class itself"):
        torch.serialization.add_safe_globals([entry])
    with pytest.raises(ArgumentError, match="Give the class itself"):
        torch.serialization.safe_globals([entry])
