"""`python -m benchmarks SUBJECT...`: prints the machine and a table, appends JSON lines, draws if asked."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    bench_backward,
    bench_cnn,
    bench_conv,
    bench_data,
    bench_elementwise,
    bench_graph,
    bench_layers,
    bench_mlp,
    bench_optim,
    bench_overhead,
    bench_pool,
    bench_recurrent,
    bench_start,
    bench_words,
    machine,
    plots,
    report,
)
from benchmarks.harness import Comparison
from benchmarks.libraries import use_threads

SUBJECTS: dict[str, Callable[[int], list[Comparison]]] = {
    "overhead": bench_overhead.measure,
    "mlp": bench_mlp.measure,
    "backward": bench_backward.measure,
    "conv": bench_conv.measure,
    "pool": bench_pool.measure,
    "cnn": bench_cnn.measure,
    "elementwise": bench_elementwise.measure,
    "graph": bench_graph.measure,
    "layers": bench_layers.measure,
    "data": bench_data.measure,
    "optim": bench_optim.measure,
    "start": bench_start.measure,
    "words": bench_words.measure,
    "recurrent": bench_recurrent.measure,
}
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure the subjects that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"of {', '.join(SUBJECTS)}; default: all")
    parser.add_argument("--rounds", type=int, default=15, help="samples of each rival (default %(default)s)")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1), help="default %(default)s")
    parser.add_argument("--plot", action="store_true", help="draw the ratios, a picture for each subject")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of pictures and JSON lines (%(default)s)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.subjects if name not in SUBJECTS]
    if unknown:
        parser.error(f"unknown subject {', '.join(unknown)}; choose from {', '.join(SUBJECTS)}")

    use_threads(arguments.threads)
    for name in arguments.subjects or SUBJECTS:
        comparisons = SUBJECTS[name](arguments.rounds)
        stamp = machine.stamp(arguments.threads)
        print("\n".join(f"{key}: {value}" for key, value in stamp.items()), report.table(comparisons), sep="\n\n")
        report.append_json_lines(arguments.out / f"{name}.jsonl", stamp, comparisons)
        if arguments.plot:
            picture = arguments.out / f"{name}.png"
            plots.save_ratios(picture, f"python -m benchmarks {name}", comparisons)
            print(f"\nwrote {picture}")


if __name__ == "__main__":
    main()
