"""Saving and loading: round trips in every format, whole files or clear errors, nothing lost by a crash."""

import base64
import io
import json
import os
import pickle
import signal
import stat
import struct
import subprocess
import sys
import time
import tracemalloc
import zipfile
from collections import Counter, OrderedDict
from contextlib import suppress

import numpy as np
import pytest

import autograd as ag
import nn
import optim
from autograd.errors import OperandError
from autograd.files.errors import FileFormatError
from autograd.size import Size
from optim.lr_scheduler import MultiStepLR

DTYPES = [ag.float16, ag.float32, ag.float64, ag.int8, ag.int16, ag.int32, ag.int64, ag.uint8, ag.bool]
FORMATS = ("x.pt", "x.safetensors")


def there_and_back(data, path):
    ag.save(data, path)
    return ag.load(path)


def equal(got, want):
    if isinstance(want, ag.Tensor):
        same = got.dtype == want.dtype and got.shape == want.shape and got.requires_grad == want.requires_grad
        return same and np.array_equal(got.detach().numpy(), want.detach().numpy())
    if isinstance(want, dict):
        return list(got) == list(want) and type(got) is type(want) and all(equal(got[k], want[k]) for k in want)
    if isinstance(want, list | tuple):
        return type(got) is type(want) and len(got) == len(want) and all(map(equal, got, want))
    return got == want and type(got) is type(want)


@pytest.mark.parametrize("name", [*FORMATS, "x.npz"])
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_every_dtype_and_shape(name, dtype, tmp_path):
    full = ag.tensor(np.arange(24).reshape(2, 3, 4) % 2).to(dtype)
    data = {"full": full, "scalar": full[0, 0, 1], "empty": full[:, :0], "turned": full.transpose(0, 2),
            "strided": full[:, ::2, 1:3], "wide": full[:1].expand(5, 3, 4)}  # fmt: skip
    assert equal(there_and_back(data, tmp_path / name), data)


@pytest.mark.parametrize("name", FORMATS)
def test_nested_data(name, tmp_path):
    data = {
        "numbers": [1, -(2**40), 2**70, 0.5, True, False, None, float("inf")], "text": "Größe\n", 3: (1, (2, ())),
        "deep": {"a": {"b": [{"c": ag.ones(2, requires_grad=True)}]}}, "ordered": OrderedDict(x=1, y=[2]),
        "counter": Counter([1, 1, 5]), "size": Size((2, 3)), "set": {1, 2}, "none": {}, "plain": ag.zeros(0),
    }  # fmt: skip
    assert equal(there_and_back(data, tmp_path / name), data)
    for single in (ag.ones(3), 5, "text", [], None):
        assert equal(there_and_back(single, tmp_path / name), single)


def test_safetensors_keeps_bytes_generators_and_dtypes(tmp_path):
    generator = ag.Generator().manual_seed(5)
    ag.rand(7, generator=generator)
    found = there_and_back(
        {"g": generator, "b": b"\x00\xff", "d": ag.float16, "a": np.arange(3)}, tmp_path / FORMATS[1]
    )
    assert found["b"] == b"\x00\xff" and found["d"] is ag.float16 and isinstance(found["a"], np.ndarray)
    assert ag.rand(3, generator=found["g"]).equal(ag.rand(3, generator=generator))


@pytest.mark.parametrize("name", FORMATS)
def test_a_training_state(name, tmp_path):
    def made():
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
        optimizer = optim.AdamW(model.parameters(), lr=0.1)
        return model, optimizer, MultiStepLR(optimizer, [2, 5])

    def train(model, optimizer, schedule, steps):
        for _ in range(steps):
            optimizer.zero_grad()
            model(ag.randn(5, 3)).pow(2).sum().backward()
            optimizer.step()
            schedule.step()

    parts = made()
    train(*parts, 3)
    state = ag.get_rng_state()
    ag.save([part.state_dict() for part in parts] + [state], tmp_path / name)
    train(*parts, 4)
    resumed = made()
    *states, state = ag.load(tmp_path / name)
    for part, kept in zip(resumed, states, strict=True):
        part.load_state_dict(kept)
    ag.set_rng_state(state)
    train(*resumed, 4)
    assert all(a.equal(b) for a, b in zip(parts[0].parameters(), resumed[0].parameters(), strict=True))
    assert resumed[2].get_last_lr() == parts[2].get_last_lr()


@pytest.mark.parametrize("name", FORMATS)
def test_tied_tensors_are_kept_once_and_stay_tied(name, tmp_path):
    weight = ag.zeros(1000)
    found = there_and_back({"a": weight, "b": weight, "c": [weight]}, tmp_path / name)
    assert (tmp_path / name).stat().st_size < 6000
    found["a"][0] = 7.0
    assert found["b"][0] == 7 and found["c"][0][0] == 7


def test_a_small_part_of_a_large_tensor_is_saved_alone(tmp_path):
    ag.save(ag.zeros(1_000_000)[::100_000], tmp_path / "x.pt")
    assert (tmp_path / "x.pt").stat().st_size < 5000 and ag.load(tmp_path / "x.pt").shape == (10,)


def test_open_files():
    for data in ({"a": ag.ones(2)}, [1, ag.zeros(3)]):
        buffer = io.BytesIO()
        ag.save(data, buffer)
        buffer.seek(0)
        assert equal(ag.load(buffer), data)


@pytest.mark.parametrize("name", [*FORMATS, "x.npz"])
def test_what_cannot_be_saved_leaves_the_old_file(name, tmp_path):
    path = tmp_path / name
    ag.save({"a": ag.ones(2)}, path)
    before = path.read_bytes()
    with pytest.raises(OperandError, match="object at b"):
        ag.save({"a": ag.zeros(2), "b": object()}, path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_names_that_meet_are_kept_apart(tmp_path):
    data = {"a.b": ag.zeros(2), "a": {"b": ag.ones(2), "b'": ag.full((2,), 2.0)}, "": ag.full((2,), 3.0)}
    data["__metadata__"] = ag.ones(3)
    assert equal(there_and_back(data, tmp_path / "x.safetensors"), data)


def test_damaged_values_in_a_tree(tmp_path):
    path = tmp_path / "x.safetensors"
    for pickled in (b"", b"J", b"G123", b"cos\nsystem\n.", b"\x8b\xff\xff\xff\xff.", b"U\x05a."):
        tree = {"version": 1, "tree": {"$pickled": base64.b64encode(pickled).decode()}}
        safetensors_file(path, b"", __metadata__={"numbagrad": json.dumps(tree)})
        with pytest.raises(FileFormatError, match="x.safetensors"):
            ag.load(path)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_nested_too_deeply(name, tmp_path):
    data = []
    for _ in range(20_000):
        data = [data]
    with pytest.raises(OperandError, match="nested less deeply"):
        ag.save(data, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", [*FORMATS, "x.npz"])
def test_arrays_of_other_types_are_refused(name, tmp_path):
    with pytest.raises(TypeError, match=r"object.* at a"):
        ag.save({"a": np.array([None])}, tmp_path / name)
    turned = np.arange(3, dtype=">f4")
    found = there_and_back({"a": turned}, tmp_path / name)["a"]
    assert np.array_equal(np.asarray(found), turned) and np.asarray(found).dtype == np.float32


def test_devices_stay_devices_and_long_names_do(tmp_path):
    ag.save(ag.ones(2), os.devnull)
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)
    path = tmp_path / ("x" * 240 + ".pt")
    assert there_and_back(ag.ones(2), path).equal(ag.ones(2))
    with pytest.raises(IsADirectoryError):
        ag.save(ag.ones(2), tmp_path)


def test_files_of_another_kind_are_named(tmp_path):
    path = tmp_path / "x.pt"
    path.write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(FileFormatError, match="a pickle of something else, x.pt"):
        ag.load(path)
    with path.open("r") as file, pytest.raises(ValueError, match='open for text. Open it with "rb"'):
        ag.load(file)
    for contents in (b"", b"PK", b"PK\x05\x06" + bytes(18), b"\x1f\x8b" + bytes(20), bytes(600), "ö".encode() * 99):
        path.write_bytes(contents)
        with pytest.raises(FileFormatError, match="x.pt"):
            ag.load(path)


def test_strings_of_python_2():
    """`torch.save({"a": "\xe9"})` there wrote bytes, whose encoding nobody tells."""
    for encoding, text in (("latin1", "é"), ("cp437", "Θ")):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as made:
            made.writestr("x/data.pkl", b"\x80\x02}U\x01aU\x01\xe9s.")
        file.seek(0)
        assert ag.load(file, encoding=encoding) == {"a": text}
    file.seek(0)
    with pytest.raises(FileFormatError):
        ag.load(file)


def test_missing_files():
    with pytest.raises(FileNotFoundError):
        ag.load("nowhere.pt")


def damaged_copies(whole, count=200):
    """Copies cut off at many places and with flipped bytes."""
    source = np.random.default_rng(0)
    for cut in {0, 1, 4, 7, 8, 9, 30, *np.linspace(0, len(whole) - 1, count // 2, dtype=int).tolist()}:
        yield whole[:cut]
    for _ in range(count // 2):
        changed = bytearray(whole)
        for place in source.integers(0, len(whole), size=source.integers(1, 6)):
            changed[place] ^= int(source.integers(1, 256))
        yield bytes(changed)


@pytest.mark.parametrize("name", [*FORMATS, "x.npz"])
def test_damaged_files_give_clear_errors(name, tmp_path):
    """What cannot be noticed are other numbers in the data; anything else is refused."""
    data = {"a": ag.arange(12.0).reshape(3, 4), "b": ag.arange(5)}
    if name != "x.npz":
        data |= {"c": {"d": [1, 2.5, "text"]}}
    path = tmp_path / name
    ag.save(data, path)
    whole, refused = path.read_bytes(), 0
    for copy in damaged_copies(whole):
        path.write_bytes(copy)
        try:
            ag.load(path)
        except FileFormatError as error:
            assert name in str(error)
            refused += 1
    assert refused > 100


@pytest.mark.parametrize("name", [*FORMATS, "x.npz"])
def test_damaged_files_take_no_memory(name, tmp_path):
    path = tmp_path / name
    ag.save({"a": ag.arange(5000.0), "b": ag.arange(50)}, path)
    whole = path.read_bytes()
    for copy in damaged_copies(whole, 20):
        path.write_bytes(copy)
        tracemalloc.start()
        with suppress(FileFormatError):
            ag.load(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8 * len(whole) + 200_000


def safetensors_file(path, contents, **entries):
    header = json.dumps(entries).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + contents)


def test_bfloat16_of_others_is_widened(tmp_path):
    path = tmp_path / "x.safetensors"
    wide = np.array([1.5, -2.0, 3.140625, np.inf], np.float32)
    halves = (wide.view(np.uint32) >> 16).astype(np.uint16).tobytes()
    safetensors_file(
        path, halves + np.float32(7).tobytes(), a={"dtype": "BF16", "shape": [2, 2], "data_offsets": [0, 8]},
        b={"dtype": "F32", "shape": [], "data_offsets": [8, 12]},
    )  # fmt: skip
    found = ag.load(path)
    assert found["a"].dtype is ag.float32 and np.array_equal(found["a"].numpy(), wide.reshape(2, 2)) and found["b"] == 7


def test_dtypes_that_do_not_exist_here(tmp_path):
    path = tmp_path / "x.safetensors"
    for code, width in (("U16", 2), ("F8_E4M3", 1), ("U64", 8)):
        safetensors_file(path, bytes(width), a={"dtype": code, "shape": [1], "data_offsets": [0, width]})
        with pytest.raises(FileFormatError, match="x.safetensors"):
            ag.load(path)


def test_headers_that_promise_too_much(tmp_path):
    path = tmp_path / "x.safetensors"
    header = json.dumps({"a": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}}).encode()
    for contents in (struct.pack("<Q", 2**62) + b"{}", struct.pack("<Q", len(header)) + header, b"{" * 50, b"hello"):
        path.write_bytes(contents)
        with pytest.raises(FileFormatError):
            ag.load(path)


class Evil:
    def __reduce__(self):
        return (print, ("executed",))


def archive(path, pickled, **storages):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x/data.pkl", pickled)
        for key, contents in storages.items():
            file.writestr(f"x/data/{key}", contents)


def test_nothing_is_executed(tmp_path, capsys):
    path = tmp_path / "x.pt"
    archive(path, pickle.dumps({"a": Evil()}))
    with pytest.raises(FileFormatError, match=r"builtins\.print, which is not loaded"):
        ag.load(path)
    path.write_bytes(pickle.dumps(Evil()))
    with pytest.raises(FileFormatError, match=r"builtins\.print, which is not loaded"):
        ag.load(path)
    np.savez(tmp_path / "x.npz", a=np.array([Evil()], dtype=object))
    with pytest.raises(FileFormatError):
        ag.load(tmp_path / "x.npz")
    assert capsys.readouterr().out == ""


def test_storages_that_are_too_short(tmp_path):
    path = tmp_path / "x.pt"
    ag.save(ag.arange(100.0), path)
    with zipfile.ZipFile(path) as file:
        pickled = next(file.read(name) for name in file.namelist() if name.endswith("data.pkl"))
    for storages in ({}, {"0": b"\x00" * 399}):
        archive(path, pickled, **storages)
        with pytest.raises(FileFormatError, match="missing or too short"):
            ag.load(path)


WRITER = """
import sys, autograd as ag
path = sys.argv[1]
for i in range(10**6):
    ag.save({"a": ag.full((200_000,), float(i)), "i": i}, path)
    print(i, flush=True)
"""


@pytest.mark.parametrize("name", FORMATS)
def test_killed_while_saving(name, tmp_path):
    path = tmp_path / name
    for attempt in range(4):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(0.011 * attempt)
            process.send_signal(signal.SIGKILL)
        found = ag.load(path)
        assert (found["a"] == found["i"]).all() and found["a"].shape == (200_000,)
