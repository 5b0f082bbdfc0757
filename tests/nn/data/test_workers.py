"""Loading in worker processes: the same batches, and what happens when something goes wrong."""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, AutogradError
from nn.data import DataLoader, Dataset, IterableDataset, TensorDataset, get_worker_info

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="these workers are forked")


class Rows(Dataset):
    def __getitem__(self, index: int) -> Any:
        return np.full(3, index), index

    def __len__(self) -> int:
        return 50


class Shares(IterableDataset):
    def __iter__(self) -> Any:
        worker = get_worker_info()
        first, step = (0, 1) if worker is None else (worker.id, worker.num_workers)
        return iter(range(first, 20, step))


class Raising(Rows):
    def __getitem__(self, index: int) -> Any:
        if index == 7:
            raise KeyError("seven")
        return index


class Killed(Rows):
    def __getitem__(self, index: int) -> Any:
        if index == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return index


class Slow(Rows):
    def __getitem__(self, index: int) -> Any:
        time.sleep(60)
        return index


class Numbers(Rows):
    def __getitem__(self, index: int) -> Any:
        return ag.rand(1).item(), random.random(), np.random.rand()


class Process(Rows):
    def __getitem__(self, index: int) -> Any:
        return os.getpid()


def refuse(worker: int) -> None:
    raise OSError(f"no licence for {worker}")


def lists(loader: Any) -> list[Any]:
    return [[part.tolist() for part in batch] for batch in loader]


@pytest.mark.parametrize("context", ["fork", "spawn", "forkserver", multiprocessing.get_context("fork")])
def test_batches_are_those_of_one_process(context: Any) -> None:
    ag.manual_seed(1)
    alone = lists(DataLoader(Rows(), 8, shuffle=True))
    ag.manual_seed(1)
    assert lists(DataLoader(Rows(), 8, shuffle=True, num_workers=2, multiprocessing_context=context)) == alone


@pytest.mark.parametrize("options", [{"prefetch_factor": 1}, {"prefetch_factor": 100}, {"drop_last": True}])
def test_options_change_no_order(options: dict[str, Any]) -> None:
    alone = {key: value for key, value in options.items() if key == "drop_last"}
    assert lists(DataLoader(Rows(), 8, num_workers=3, **options)) == lists(DataLoader(Rows(), 8, **alone))


def test_single_samples_and_tensors() -> None:
    dataset = TensorDataset(ag.arange(6).reshape(3, 2))
    assert lists(DataLoader(dataset, None, num_workers=2)) == [[[0, 1]], [[2, 3]], [[4, 5]]]


def test_streams_are_shared_out() -> None:
    loader = DataLoader(Shares(), 4, num_workers=3, persistent_workers=True)
    expected = [[0, 3, 6, 9], [1, 4, 7, 10], [2, 5, 8, 11], [12, 15, 18], [13, 16, 19], [14, 17]]
    for _ in range(2):
        assert [batch.tolist() for batch in loader] == expected


def test_large_tasks_and_large_batches_do_not_block_each_other() -> None:
    everything = ag.arange(400_000)
    loader = DataLoader(TensorDataset(everything), 200_000, num_workers=1, prefetch_factor=2)
    assert [len(batch) for (batch,) in loader] == [200_000, 200_000]


def test_each_worker_has_numbers_of_its_own() -> None:
    ag.manual_seed(4)
    loader = DataLoader(Numbers(), 25, num_workers=2)
    first, again = list(loader), list(loader)
    for kind in range(3):
        draws = np.concatenate([batch[kind].numpy() for batch in first + again])
        assert len(np.unique(draws)) == 100


def test_numbers_in_workers_are_pytorchs() -> None:
    torch = pytest.importorskip("torch")
    their_data = pytest.importorskip("torch.utils.data")

    class Theirs(Numbers):
        def __getitem__(self, index: int) -> Any:
            return torch.rand(1).item(), random.random(), np.random.rand()

    torch.manual_seed(2)
    ag.manual_seed(2)
    theirs = lists(their_data.DataLoader(Theirs(), 5, num_workers=2))
    assert lists(DataLoader(Numbers(), 5, num_workers=2)) == theirs


def test_persistent_workers_stay_and_abandoned_passes_are_forgotten() -> None:
    loader = DataLoader(Process(), 5, num_workers=2, persistent_workers=True)
    before = {pid for batch in loader for pid in batch.tolist()}
    abandoned = iter(loader)
    next(abandoned)
    assert {pid for batch in loader for pid in batch.tolist()} == before and len(before) == 2
    with pytest.raises(AutogradError, match="one pass at a time"):
        next(abandoned)
    del loader, abandoned
    assert multiprocessing.active_children() == []


def test_errors_come_with_their_traceback() -> None:
    with pytest.raises(KeyError, match=r"(?s)worker process 1.*__getitem__.*KeyError: 'seven'"):
        list(DataLoader(Raising(), 4, num_workers=2))
    with pytest.raises(OSError, match=r"(?s)refuse.*no licence for 0"):
        list(DataLoader(Rows(), 4, num_workers=2, worker_init_fn=refuse))
    with pytest.raises((AttributeError, TypeError), match="(?s)worker process 0.*pickle"):
        list(DataLoader([iter([])] * 4, 2, num_workers=1, collate_fn=lambda batch: (i for i in batch)))
    assert multiprocessing.active_children() == []


def test_a_killed_worker_is_reported() -> None:
    with pytest.raises(AutogradError, match="exited unexpectedly, killed by SIGKILL"):
        list(batches := iter(DataLoader(Killed(), 4, num_workers=2)))
    with pytest.raises(AutogradError, match="stopped after an error. Begin a new pass"):
        next(batches)
    assert multiprocessing.active_children() == []


def test_a_slow_worker_is_given_up() -> None:
    with pytest.raises(AutogradError, match=r"none in 0.2 s"):
        list(DataLoader(Slow(), 4, num_workers=1, timeout=0.2))
    assert multiprocessing.active_children() == []


def test_a_forgotten_iterator_stops_its_workers() -> None:
    iterator = iter(DataLoader(Rows(), 4, num_workers=2))
    next(iterator)
    assert len(multiprocessing.active_children()) == 2
    del iterator
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("context", ["fork", "spawn"])
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_when_the_program_ends(tmp_path: Any, context: str, signal_number: int) -> None:
    script = tmp_path / "program.py"
    script.write_text(
        "import os, signal, time\n"
        "from nn.data import DataLoader\n"
        "class Pids:\n"
        "    def __len__(self): return 10**6\n"
        "    def __getitem__(self, index): return os.getpid()\n"
        "if __name__ == '__main__':\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored where a shell runs tests behind
        f"    loader = DataLoader(Pids(), 4, num_workers=2, multiprocessing_context={context!r})\n"
        "    for number, batch in enumerate(loader):\n"
        "        if number < 2: print(batch[0].item(), flush=True)\n"
        "        time.sleep(0.01)\n"
    )
    program = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True, env={**os.environ, "PYTHONPATH": os.getcwd()})  # fmt: skip
    workers = [int(program.stdout.readline()) for _ in range(2)]
    if signal_number == signal.SIGINT:
        os.killpg(program.pid, signal_number)  # as the terminal does
    else:
        program.kill()
    _, errors = program.communicate(timeout=60)
    assert ("KeyboardInterrupt" in errors) == (signal_number == signal.SIGINT)
    deadline = time.monotonic() + 30
    while any(map(is_running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, workers))


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"  # a zombie waits for init to collect it
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("options", [
    {"num_workers": -1}, {"num_workers": 1, "timeout": -1}, {"num_workers": 1, "prefetch_factor": 0},
    {"prefetch_factor": 2}, {"persistent_workers": True}, {"multiprocessing_context": "fork"},
    {"num_workers": 1, "multiprocessing_context": "thread"},
])  # fmt: skip
def test_options_that_make_no_sense(options: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match="DataLoader: expected"):
        DataLoader(Rows(), **options)
