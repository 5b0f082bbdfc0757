"""The command line of `examples.char_rnn`."""

import argparse
import math
from pathlib import Path


def options(argv):
    """The command line, checked before anything is trained."""
    parser = argparse.ArgumentParser(prog="python -m examples.char_rnn", description="Train a character LSTM.")
    parser.add_argument("--text", type=Path, metavar="FILE", help="default: Python's help topics")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    defaults = {
        "layers": (2, "of the LSTM"), "hidden": (256, "features of a state"), "embedding": (64, "of a character"),
        "dropout": (0.2, "between layers"), "steps": (64, "characters of a window"), "batch": (32, "streams"),
        "updates": (3000, "of the weights, those before --resume among them"), "lr": (3e-3, "rate at the beginning"),
        "half-life": (1500.0, "updates that halve the rate"), "every": (250, "updates between validations"),
        "minutes": (math.inf, "to stop after, if before --updates"), "seed": (0, "of random numbers"),
        "sample": (500, "characters to write at the end"), "temperature": (0.8, "the lower, the fewer surprises"),
        "checkpoint": ("char_rnn.pt", "file"), "out": ("char_rnn.png", "picture of the losses"),
    }  # fmt: skip
    for name, (default, meaning) in defaults.items():
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"{meaning} (%(default)s)")
    args = parser.parse_args(argv)
    for name in ("layers", "hidden", "embedding", "steps", "batch", "half-life", "every", "temperature"):
        if not getattr(args, name.replace("-", "_")) > 0:
            parser.error(f"--{name} must be above 0")
    for name in ("checkpoint", "out"):
        folder = Path(getattr(args, name)).absolute().parent
        if not folder.is_dir():
            parser.error(f"--{name}: there is no directory {folder}")
    return args
