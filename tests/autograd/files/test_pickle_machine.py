"""Pickles of those who mean harm: nothing runs, nothing here changes, no memory is taken, no time lost."""

import collections
import io
import os
import pickle
import struct
import time
import tracemalloc
import zipfile

import numpy as np
import pytest

import autograd as ag
from autograd.files.errors import FileFormatError
from autograd.files.pickle_machine import Machine, key
from autograd.size import Size


def text(string):
    return b"X" + struct.pack("<I", len(string)) + string


def archive(pickled, **storages):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("x/data.pkl", pickled)
        for name, contents in storages.items():
            made.writestr(f"x/data/{name}", contents)
    file.seek(0)
    return file


TENSOR = b"ctorch._utils\n_rebuild_tensor_v2\n(("
STORAGE = text(b"storage") + b"ctorch\nFloatStorage\n" + text(b"0") + text(b"cpu") + b"K\x02tQ"
NESTED = b"NN\x86" + b"2\x86" * 60  # a tuple of the same tuple twice, of the same tuple twice, ...
HARM = {
    "call": b"cos\nsystem\n(" + text(b"touch harm") + b"tR.",
    "call by names on the stack": b"\x80\x04" + text(b"builtins") + text(b"eval") + b"\x93" + text(b"1") + b"\x85R.",
    "getattr": b"cbuiltins\ngetattr\nccollections\nOrderedDict\n" + text(b"fromkeys") + b"\x86R.",
    "a dotted name": b"\x80\x04" + text(b"collections") + text(b"OrderedDict.fromkeys") + b"\x93.",
    "old instance": b"(ios\nsystem\n.", "old object": b"(cos\nsystem\no.", "extension": b"\x82\x01.",
    "a name's state": b"ccollections\nCounter\n(N}" + text(b"update") + b"K\x01stb.",
    "a class's state": b"ctorch\nSize\n(N}" + text(b"numel") + b"K\x01stb.",
    "a list's state": b"](N}tb.",
    "a hidden method": b"ccollections\nOrderedDict\n)R}" + text(b"keys") + b"K\x01sb.",
    "a namespace's class": b"cargparse\nNamespace\n)\x81}" + text(b"__class__") + b"K\x01sb.",
    "key without end": b"}" + NESTED + b"K\x01s.", "items without end": b"\x80\x04\x8f(" + NESTED + b"\x90.",
    "set without end": b"c__builtin__\nset\n](" + NESTED + b"e\x85R.", "frozen without end": b"(" + NESTED + b"\x91.",
    "pairs without end": b"ccollections\nOrderedDict\n](" + NESTED + b"N\x86e\x85R.",
    "text without end": b"c__builtin__\nstr\n" + NESTED + b"\x85R.",
    "a slice of slices": b"c__builtin__\nslice\nc__builtin__\nslice\nN\x85R\x85R.",
    "long range": b"ccollections\ndeque\nc__builtin__\nrange\n\x8a\x06\x00\x00\x00\x00\x00\x01\x85R\x85R.",
    "large bytes": b"\x96" + struct.pack("<Q", 1 << 40) + b".",
    "zeros": b"c__builtin__\nbytearray\nJ\xff\xff\xff\x7f\x85R.",
    "negative count": b"\x8b\xff\xff\xff\xffN.",
    "no end": b"N", "nothing": b"", "nothing on top": b".", "no mark": b"t.",
    "many sizes": TENSOR + STORAGE + b"K\x00c__builtin__\nrange\n\x8a\x06\x00\x00\x00\x00\x00\x01\x85RK\x00NNtR.",
    "too large": TENSOR + STORAGE + b"K\x00(K\x03t(K\x01t\x89NtR.",
    "negative stride": TENSOR + STORAGE + b"K\x01(K\x02t(J\xff\xff\xff\xfft\x89NtR.",
    "a view of a storage": text(b"storage") + b"(" + b"tQ.",
}  # fmt: skip


@pytest.mark.parametrize("pickled", HARM.values(), ids=HARM)
def test_harm_is_refused(pickled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before, began = (collections.Counter.update, Size.numel), time.perf_counter()
    tracemalloc.start()
    with pytest.raises(FileFormatError):
        ag.load(archive(b"\x80\x02" + pickled, **{"0": bytes(8)}))
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert time.perf_counter() - began < 2 and not os.listdir(tmp_path)
    assert (collections.Counter.update, Size.numel) == before


def test_a_large_memo_number_takes_no_memory():
    tracemalloc.start()
    assert ag.load(archive(b"\x80\x02K\x05r\xff\xff\xff\xffj\xff\xff\xff\xff.")) == 5
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_sparse_entries_must_lie_in_the_file():
    tensor = TENSOR + STORAGE.replace(b"Float", b"Long").replace(b"K\x02tQ", b"K\x01tQ")
    indices = tensor + b"K\x00(K\x02\x8a\x05\x00\x00\x00\x00\x01t(K\x00K\x00t\x89NtR"
    sparse = b"ctorch._utils\n_rebuild_sparse_tensor\n" + text(b"torch.sparse_coo") + b"("
    with pytest.raises(FileFormatError, match="entries that overlap"):
        ag.load(archive(b"\x80\x02" + sparse + indices + indices + b"(K\x02K\x02tt\x86R.", **{"0": bytes(8)}))


def test_depth_is_no_matter():
    found, depth = ag.load(archive(b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".")), 0
    while found:
        found, depth = found[0], depth + 1
    assert depth == 99_999


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_plain_data_as_python_pickles_it(protocol):
    shared = [1]
    data = [None, True, -1, 255, 70000, 2**40, -(2**90), 0.5, "ü", "x" * 300, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4),
            {"a": {1: [2]}, (1, "b"): 3}, [], {}, shared, shared, list(range(3))]  # fmt: skip
    if protocol > 2:
        data += [b"ab", b"x" * 300]
    if protocol > 3:
        data += [{1, 2}, frozenset({3})]
    found = Machine(pickle.dumps(data, protocol)).load()
    assert found == data and list(map(type, found)) == list(map(type, data)) and found[18] is found[19]


def test_keys():
    for plain in ("a", 1, (1, ("b", (2.5, None))), frozenset({1})):
        assert key(plain) is plain
    with pytest.raises(ValueError, match="too many parts"):
        key(tuple(range(2000)))


def test_zip_archives_of_those_who_mean_harm(tmp_path):
    path = tmp_path / "inner" / "x.pt"
    path.parent.mkdir()
    ag.save({"a": ag.arange(5000.0)}, path)
    with zipfile.ZipFile(path) as file:
        entries = {name: file.read(name) for name in file.namelist()}

    def written(*more, compression=zipfile.ZIP_STORED):
        with zipfile.ZipFile(path, "w", compression) as file:
            for name, contents in [*entries.items(), *more]:
                file.writestr(name, contents)

    written(("../outside", b"x"), ("/tmp/harm.txt", b"x"))
    assert np.array_equal(ag.load(path)["a"].numpy(), np.arange(5000)) and os.listdir(tmp_path) == ["inner"]
    with pytest.warns(UserWarning, match="Duplicate name"):
        written(("x/data.pkl", b"\x80\x02cos\nsystem\n."))
    with pytest.raises(FileFormatError, match=r"os\.system|data\.pkl"):
        ag.load(path)
    written(compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(FileFormatError, match="compressed"):
        ag.load(path)
    written()
    whole = bytearray(path.read_bytes())
    whole[whole.index(np.float32(7).tobytes())] ^= 1
    path.write_bytes(whole)
    with pytest.raises(FileFormatError, match="CRC"):
        ag.load(path)
