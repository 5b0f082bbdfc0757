"""The README keeps its word: its program runs, its commands and places exist."""

import re
import subprocess
import sys

from benchmarks.__main__ import SUBJECTS
from tests.source_tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_training_loop_trains_and_its_model_is_exported(tmp_path):
    programs = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n" + "".join(programs)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loss, accuracy = map(float, re.fullmatch(r"loss (\S+), accuracy (\S+)\n", done.stdout).groups())
    assert loss < 0.2 and accuracy > 0.95
    assert {path.name for path in tmp_path.iterdir()} == {"model.c", "model.py"}


def test_the_places_exist():
    places = re.findall(r"^\| `([^`]+)`", README, flags=re.MULTILINE)
    assert len(places) >= 8
    homes = [(ROOT / place, ROOT / "examples" / f"{place}.py") for place in places]
    assert [place for place, home in zip(places, homes, strict=True) if not any(path.exists() for path in home)] == []


def test_the_first_four_examples_need_nothing_that_pytorch_lacks():
    table = README.split("| example |")[1]
    for name in re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE)[:4]:
        text = (ROOT / "examples" / f"{name}.py").read_text(encoding="utf-8")
        ours = set(re.findall(r"^(?:import|from) ((?:autograd|nn|optim)[.\w]*)", text, flags=re.MULTILINE))
        assert ours <= {"autograd", "nn", "nn.functional", "nn.distributions", "optim"}, name


def test_the_commands_name_what_exists():
    modules = re.findall(r"python -m ((?:examples|benchmarks)[.\w]*)", README)
    assert "examples.digits" in modules
    for module in modules:
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
    assert set(re.findall(r"python -m benchmarks (\w+)", README)) <= set(SUBJECTS)


def test_ci_runs_the_test_command():
    (pattern,) = re.findall(r"readme_command '([^']+)'", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    (command,) = [line for line in README.splitlines() if pattern in line]
    assert command.endswith(".venv/bin/python -m pytest")
