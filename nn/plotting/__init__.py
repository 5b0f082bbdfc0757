"""Pictures of training runs, models and data. Matplotlib is imported when the first one is drawn."""

from nn.plotting.classes import confusion, plot_confusion, plot_decisions, plot_points
from nn.plotting.curves import plot_curves, plot_runs, plot_schedule, plot_training, smoothed
from nn.plotting.figure import save_figure
from nn.plotting.graph import graph_dot, plot_graph
from nn.plotting.images import plot_filters, save_image
from nn.plotting.sequences import lstm_gates, plot_gates, plot_gradient_norms
from nn.plotting.surfaces import landscape, plot_landscape, plot_race, race
from nn.plotting.training import (
    plot_gradient_flow,
    plot_histograms,
    plot_update_ratios,
    record_activations,
    update_ratios,
)

__all__ = [
    "confusion", "graph_dot", "landscape", "lstm_gates", "plot_confusion", "plot_curves", "plot_decisions",
    "plot_filters", "plot_gates", "plot_gradient_flow", "plot_gradient_norms", "plot_graph", "plot_histograms",
    "plot_landscape", "plot_points", "plot_race", "plot_runs", "plot_schedule", "plot_training", "plot_update_ratios",
    "race", "record_activations", "save_figure", "save_image", "smoothed", "update_ratios",
]  # fmt: skip
