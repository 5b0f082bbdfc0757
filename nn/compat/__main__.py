"""The command: `python -m nn.compat script.py ARGS`."""

import sys
from importlib import import_module

from nn.compat.script import run


def main() -> None:
    """Run the script that the command line names. Exits with code 2 where there is none, as Python does."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print("usage: python -m nn.compat script.py ARGS...", file=sys.stderr)
        raise SystemExit(0 if len(sys.argv) > 1 else 2)
    try:
        open(sys.argv[1], "rb").close()
    except OSError as problem:
        print(f"{sys.executable}: can't open file {sys.argv[1]!r}: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
    for name in ("autograd", "nn", "optim"):  # before the script's folder, which may have such names, comes first
        import_module(name)
    run(sys.argv[1], sys.argv[2:])


if __name__ == "__main__":
    main()
