"""The adversarial example: drawings come near real digits, of several classes, under both of the generator's losses."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from examples import dcgan

pytest.importorskip("sklearn")


@pytest.mark.parametrize("form", [[], ["--saturating"]], ids=["non-saturating", "saturating"])
def test_drawings_come_near_real_digits(tmp_path: Path, capsys: Any, form: list[str]) -> None:
    picture = tmp_path / "dcgan.png"
    dcgan.main([*form, "--epochs", "12", "--width", "16", "--out", str(picture)])
    distances, classes = capsys.readouterr().out.splitlines()
    before, after = (float(number) for number in re.findall(r"\d+\.\d+", distances))
    assert after < 0.6 * before
    counts = json.loads(re.search(r"\[.*\]", classes).group())  # type: ignore[union-attr]
    assert sum(counts) == 100 and sum(count > 0 for count in counts) >= 5
    assert picture.read_bytes().startswith(b"\x89PNG")
