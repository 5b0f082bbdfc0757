"""The character LSTM: it learns, draws and writes; resumed it goes on to the bit; bad input gets one line."""

import pytest

import autograd as ag
from examples import char_rnn
from examples.char_rnn_text import read

SIZES = {"layers": 2, "hidden": 16, "embedding": 8, "steps": 10, "batch": 4, "every": 5, "sample": 20, "lr": 0.01}
SMALL = [f"--{name}={value}" for name, value in SIZES.items()]


@pytest.fixture
def run(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("the quick brown fox jumps over the lazy dog. " * 30, encoding="utf-8")

    def start(name, *more):
        files = ["--checkpoint", str(tmp_path / f"{name}.pt"), "--out", str(tmp_path / f"{name}.png")]
        assert char_rnn.main([*SMALL, "--text", str(text), *files, *more]) == 0
        return ag.load(tmp_path / f"{name}.pt")

    return start


def test_it_learns_draws_and_writes(run, tmp_path, capsys):
    kept = run("a", "--updates", "150")
    assert kept["update"] == 150 and len(kept["val_loss"]) == 30
    assert kept["val_loss"][-1] < 0.5 * kept["val_loss"][0]
    said = capsys.readouterr().out
    assert said.startswith("validation loss ") and len(said.split("\n\n")[1]) == 21
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_resumed_it_goes_on_to_the_bit(run):
    whole = run("whole", "--updates", "24")
    first = run("parts", "--updates", "12")
    parts = run("parts", "--updates", "24", "--resume")
    assert first["update"] == 12 and len(first["losses"]) == 2
    assert parts["train_loss"] == whole["train_loss"] and parts["val_loss"] == whole["val_loss"]
    assert parts["losses"] == whole["losses"] and parts["train_loss"][:2] == first["train_loss"]
    for key, value in whole["model"].items():
        assert (parts["model"][key] == value).all(), key
        assert (parts["model"][key] != first["model"][key]).any(), key
    for got, want in zip(parts["state"], whole["state"], strict=True):
        assert (got == want).all()
    assert (parts["random"] == whole["random"]).all()


def test_a_run_that_is_killed_goes_on_from_its_last_validation(run, monkeypatch):
    whole, calls, loss_of = run("whole", "--updates", "24"), [], char_rnn.loss_of

    def killed(*args):
        calls.append(args)
        if len(calls) == 20:  # two updates after the third validation
            raise KeyboardInterrupt
        return loss_of(*args)

    monkeypatch.setattr(char_rnn, "loss_of", killed)
    with pytest.raises(KeyboardInterrupt):
        run("parts", "--updates", "24")
    parts = run("parts", "--updates", "24", "--resume")
    assert len(calls) > 20 and parts["losses"] == whole["losses"] and parts["val_loss"] == whole["val_loss"]
    for key, value in whole["model"].items():
        assert (parts["model"][key] == value).all(), key


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--temperature", "0"], "--temperature must be above 0"),
        (["--batch", "0"], "--batch must be above 0"),
        (["--half-life", "-1"], "--half-life must be above 0"),
        (["--out", "nowhere/a.png"], "--out: there is no directory"),
        (["--checkpoint", "nowhere/a.pt"], "--checkpoint: there is no directory"),
    ],
)
def test_settings_are_checked_before_training(given, words, capsys):
    with pytest.raises(SystemExit):
        char_rnn.main(given)
    assert words in capsys.readouterr().err


def test_a_checkpoint_of_something_else(run, tmp_path, capsys):
    ag.save({"model": {}}, tmp_path / "b.pt")
    with pytest.raises(AssertionError):
        run("b", "--resume")
    assert "b.pt is no checkpoint of this program" in capsys.readouterr().err


def test_low_temperatures_write_what_is_likeliest(run, capsys):
    for temperature in ("0.01", "0.01"):
        run("a", "--updates", "150", "--temperature", temperature)
    said = capsys.readouterr().out.split("\n\n")
    assert said[1].splitlines()[0][:10] == said[2].splitlines()[0][:10]


def test_minutes_end_it(run):
    assert run("a", "--updates", "1000000", "--minutes", "0")["update"] == 0


def test_bad_input_gets_one_line(tmp_path, capsys):
    short = tmp_path / "short.txt"
    short.write_text("too short", encoding="utf-8")
    for text, words in ((short, "9 characters are too few"), (tmp_path / "none.txt", "No such file")):
        assert char_rnn.main(["--text", str(text)]) == 2
        said = capsys.readouterr().err
        assert words in said and said.count("\n") == 1


def test_the_default_text_is_on_every_machine():
    characters, text, held_out = read(None, 32, 64)
    assert len(characters) > 60 and text.shape[1] == held_out.shape[1] == 32 and len(text) > 19 * len(held_out) - 64
