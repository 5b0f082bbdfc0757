"""Race nine optimizers down two surfaces: a stretched bowl and Rosenbrock's curved valley.

python -m examples.optimizer_race

It teaches what momentum, adaptive rates and curvature do where the slopes differ by direction. It draws the paths, the
losses and an animation, and prints who came lowest. The rates are good ones; try others.
"""

import argparse
import math
from pathlib import Path

from matplotlib.animation import PillowWriter
from matplotlib.figure import Figure
from tqdm import tqdm

import autograd as torch
import optim
from nn.plotting import plot_race, plot_runs, race


def bowl(w):
    """0.1 w₁² + 2 w₂²: twenty times as steep one way as the other."""
    return 0.1 * w[0] ** 2 + 2 * w[1] ** 2


def rosenbrock(w):
    """(1 − w₁)² + 100 (w₂ − w₁²)²: a flat valley along a parabola, the lowest place at (1, 1)."""
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


SURFACES = {"bowl": (bowl, (-5.0, -2.0)), "Rosenbrock": (rosenbrock, (-1.5, 2.0))}  # and where the race starts

RACERS = {  # the optimizer, its rates on the two surfaces, and its options
    "SGD": (optim.SGD, (2 / 4.2, 0.001), {}),  # 2 / (0.2 + 4) shrinks both ways of the bowl by 19/21 a step
    "momentum": (optim.SGD, (0.05, 0.001), {"momentum": 0.9}),
    "Adagrad": (optim.Adagrad, (1.0, 0.5), {}),
    "RMSprop": (optim.RMSprop, (0.1, 0.02), {}),
    "Adam": (optim.Adam, (0.5, 0.2), {}),
    "AdamW": (optim.AdamW, (0.2, 0.2), {}),
    "NAdam": (optim.NAdam, (0.5, 0.1), {}),
    "RAdam": (optim.RAdam, (0.5, 0.01), {}),  # its first steps are plain momentum's
    "LBFGS": (optim.LBFGS, (1.0, 1.0), {"max_iter": 1, "line_search_fn": "strong_wolfe"}),
}


def makers(surface):
    """By name, what makes the optimizer of a list of parameters."""
    number = list(SURFACES).index(surface)
    return {
        name: lambda parameters, kind=kind, lr=rates[number], options=options: kind(parameters, lr=lr, **options)
        for name, (kind, rates, options) in RACERS.items()
    }


def heights(function, path):
    """The loss at each place of a path (S, 2)."""
    with torch.no_grad():
        return [function(place).item() for place in torch.from_numpy(path)]


def ranked(losses):
    """Names and last losses, lowest first; those who left the surface come last."""
    last = {name: values[-1] for name, values in losses.items()}
    return sorted(last.items(), key=lambda entry: entry[1] if math.isfinite(entry[1]) else math.inf)


def draw(runs, losses, path):
    """The paths over contour lines, and below them the losses."""
    figure = Figure(figsize=(12, 9), layout="constrained")
    for (surface, paths), over, under in zip(runs.items(), *figure.subplots(2, 2), strict=True):
        plot_race(SURFACES[surface][0], paths, title=surface, ax=over)
        over.get_legend().remove()
        after = {name: values[1:] for name, values in losses[surface].items()}
        plot_runs(after, title="", xlabel="step", log=True, mark_best=False, ax=under)
        under.get_legend().remove()
        under.set_ylim(max(under.get_ylim()[0], 1e-20), min(under.get_ylim()[1], 1e4))
    figure.legend(*over.get_legend_handles_labels(), loc="outside right center")
    figure.savefig(path, dpi=120)


def animate(runs, steps, frames, path):
    """A GIF in which the paths grow; as many steps pass from one frame to the next."""
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    growing = []
    for (surface, paths), axes in zip(runs.items(), figure.subplots(1, 2), strict=True):
        plot_race(SURFACES[surface][0], paths, title=surface, ax=axes)
        axes.get_legend().remove()
        growing += [(line, paths[line.get_label()]) for line in axes.lines if line.get_label() in paths]
    figure.legend(*axes.get_legend_handles_labels(), loc="outside right center")
    figure.suptitle("step 0")
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # all frames alike
    writer = PillowWriter(fps=12)
    with writer.saving(figure, path, dpi=80):
        for frame in tqdm(range(frames + 1), desc="drawing", unit="frame", disable=None):
            seen = 1 + steps * frame // frames
            for line, places in growing:
                line.set_data(places[:seen].T)
            figure.suptitle(f"step {seen - 1}")
            writer.grab_frame()


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m examples.optimizer_race", description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=300, help="of each optimizer (default %(default)s)")
    parser.add_argument("--frames", type=int, default=50, help="of the animation (default %(default)s)")
    parser.add_argument("--out", default="optimizer_race.png", help="the picture; the animation is the .gif beside it")
    args = parser.parse_args(argv)
    if args.steps < 1 or args.frames < 1:
        parser.error("--steps and --frames must be at least 1")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    runs = {name: race(function, start, makers(name), args.steps) for name, (function, start) in SURFACES.items()}
    losses = {
        surface: {name: heights(SURFACES[surface][0], path) for name, path in paths.items()}
        for surface, paths in runs.items()
    }
    draw(runs, losses, args.out)
    animation = Path(args.out).with_suffix(".gif")
    animate(runs, args.steps, args.frames, animation)
    for surface, found in losses.items():
        print(f"{surface} after {args.steps} steps: " + ", ".join(f"{name} {loss:.2g}" for name, loss in ranked(found)))
    print(f"pictures in {args.out} and {animation}")


if __name__ == "__main__":
    main()
