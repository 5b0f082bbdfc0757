"""Each kind of picture holds the data that it was given and reaches the disk; nothing of the user's changes."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import autograd as ag
import nn
import optim
from autograd.errors import ArgumentError, OperandError
from nn import plotting
from nn.history import History
from nn.utils import gradient_norms_per_step


def is_drawn(path: Path) -> bool:
    from matplotlib.image import imread

    pixels = imread(path)
    return pixels.shape[0] > 200 and pixels[..., :3].std() > 0.02


def model_with_gradients():
    ag.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
    points = ag.randn(40, 2)
    labels = (points[:, 0] > 0).long()
    nn.functional.cross_entropy(model(points), labels).backward()
    return model, points, labels


def test_runs(tmp_path):
    runs = {"first": [3.0, 1.0, 2.0], "second": [2.0, 1.5, 1.2]}
    axes = plotting.plot_runs(runs, save=tmp_path / "runs.png", log=True)
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), runs["first"])
    np.testing.assert_array_equal(axes.lines[1].get_xdata(), [2])
    assert axes.get_yscale() == "log" and is_drawn(tmp_path / "runs.png")
    smooth = plotting.plot_runs({"a": [1.0, 3.0]}, smoothing=0.5).lines[0].get_ydata()
    np.testing.assert_allclose(smooth, [1.0, (0.5 * 0.5 * 1 + 0.5 * 3) / 0.75])
    with pytest.raises(ArgumentError, match="one run at least"):
        plotting.plot_runs({})
    with pytest.raises(ArgumentError, match="plot_runs: expected entries by name, in a dict, got list"):
        plotting.plot_runs([1.0, 2.0])


def test_runs_of_losses_as_training_leaves_them():
    loss = ag.ones(1, requires_grad=True).sum()
    first, star = plotting.plot_runs({"a": [np.nan, loss, 0.5, ag.tensor([2.0])]}).lines
    np.testing.assert_array_equal(first.get_ydata(), [np.nan, 1, 0.5, 2])
    assert star.get_xdata() == [3]
    history = History()
    for accuracy in (np.nan, 0.5, 0.25):
        history.add(accuracy=accuracy)
    star = plotting.plot_curves(history, {}, ylabel="", title="", best="accuracy").lines[-1]
    assert (list(star.get_xdata()), list(star.get_ydata())) == ([2], [0.5])


def test_a_schedule_stays_where_it_was(tmp_path):
    parameter = nn.Parameter(ag.ones(2))
    parameter.grad = ag.ones(2)
    optimizer = optim.SGD([parameter], lr=1.0)
    scheduler = optim.lr_scheduler.StepLR(optimizer, 2, 0.5)
    axes = plotting.plot_schedule(scheduler, 5, save=tmp_path / "rates.png")
    np.testing.assert_allclose(axes.lines[0].get_ydata(), [1, 1, 0.5, 0.5, 0.25])
    assert optimizer.param_groups[0]["lr"] == 1.0 and scheduler.last_epoch == 0
    assert parameter.tolist() == [1, 1] and parameter.grad.tolist() == [1, 1] and is_drawn(tmp_path / "rates.png")


def test_schedules_of_other_optimizers():
    rate = ag.tensor(1.0)
    for optimizer in (optim.LBFGS([nn.Parameter(ag.ones(2))], lr=1.0), optim.SGD([nn.Parameter(ag.ones(2))], lr=rate)):
        axes = plotting.plot_schedule(optim.lr_scheduler.ExponentialLR(optimizer, 0.5), 3)
        np.testing.assert_allclose(axes.lines[0].get_ydata(), [1, 0.5, 0.25])
    assert rate.item() == 1.0
    with pytest.raises(ArgumentError, match="without a measure"):
        plotting.plot_schedule(optim.lr_scheduler.ReduceLROnPlateau(optimizer), 3)


def test_gradient_flow_and_histograms(tmp_path):
    model, _, _ = model_with_gradients()
    axes = plotting.plot_gradient_flow(model, save=tmp_path / "flow.png")
    heights = [bar.get_height() for bar in axes.patches]
    largest = [abs(p.grad).max().item() for p in model.parameters()]
    np.testing.assert_allclose(heights[:4], largest, rtol=1e-6)
    panels = plotting.plot_histograms(dict(model.named_parameters()), save=tmp_path / "spread.png")
    assert [sum(bar.get_height() for bar in panel.patches) for panel in panels] == [16, 8, 16, 2]
    assert is_drawn(tmp_path / "flow.png") and is_drawn(tmp_path / "spread.png")
    with pytest.raises(ArgumentError, match="backward"):
        plotting.plot_gradient_flow(nn.Linear(2, 2))


def test_activations_are_recorded_as_layers_are_called(tmp_path):
    ag.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 20), nn.ReLU(inplace=True), nn.Linear(20, 2))
    x = ag.randn(50, 3)
    with plotting.record_activations(model) as found:
        model(ag.zeros(1, 3))
        output = model(x)
    model(ag.zeros(1, 3))
    linear = x.numpy() @ model[0].weight.detach().numpy().T + model[0].bias.detach().numpy()
    assert list(found) == ["0", "1", "2"]
    np.testing.assert_allclose(found["0"], linear, atol=1e-6)  # before the ReLU wrote over it
    np.testing.assert_array_equal(found["1"], np.maximum(found["0"], 0))
    np.testing.assert_array_equal(found["2"], output.detach().numpy())
    panels = plotting.plot_histograms(found, save=tmp_path / "spread.png")
    assert [sum(bar.get_height() for bar in panel.patches) for panel in panels] == [1000, 1000, 100]
    assert is_drawn(tmp_path / "spread.png")


def test_activations_of_named_layers():
    class Reader(nn.Module):
        def __init__(self):
            super().__init__()
            self.head, self.lstm = nn.Linear(4, 2), nn.LSTM(3, 4)

        def forward(self, x):
            return {"scores": self.head(self.lstm(x)[0])}

    model, x = Reader(), ag.ones(5, 1, 3)
    with plotting.record_activations(model) as found:
        model(x)
    assert {name: array.shape for name, array in found.items()} == {"lstm": (5, 1, 4), "head": (5, 1, 2)}
    np.testing.assert_array_equal(found["lstm"], model.lstm(x)[0].detach().numpy())
    with plotting.record_activations(model, ["head"]) as found:
        model(x)
    assert list(found) == ["head"]
    with pytest.raises(ZeroDivisionError), plotting.record_activations(model.head) as found:
        raise ZeroDivisionError
    model.head(ag.ones(4))
    assert not found
    with plotting.record_activations(model.head) as found:
        model.head(ag.ones(4))
    assert list(found) == ["Linear"]
    with pytest.raises(ArgumentError, match="tail"), plotting.record_activations(model, ["head", "tail"]):
        pass
    with pytest.raises(ArgumentError, match="dict"), plotting.record_activations(model, [""]):
        model(x)
    assert model(x)["scores"].shape == (5, 1, 2)  # the hooks are gone


def test_update_ratios(tmp_path):
    model = nn.Linear(2, 1, bias=False)
    before = {"weight": model.weight.detach().clone()}
    with ag.no_grad():
        model.weight.mul_(1.5)
    found = plotting.update_ratios(model, before)
    assert found["weight"] == pytest.approx(0.5, rel=1e-5)
    zeros = {"weight": ag.zeros(1, 2)}
    assert plotting.update_ratios(model, zeros) == {"weight": np.inf}
    assert plotting.update_ratios(model, dict(model.named_parameters())) == {"weight": 0.0}
    axes = plotting.plot_update_ratios({"weight": [np.inf, 0.5, 0.0, 0.1]}, save=tmp_path / "ratios.png")
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [np.nan, 0.5, np.nan, 0.1])
    assert is_drawn(tmp_path / "ratios.png")


def test_confusion(tmp_path):
    axes = plotting.plot_confusion([0, 0, 1, 2], [0, 1, 1, 2], ["a", "b", "c"], save=tmp_path / "confusion.png")
    assert [text.get_text() for text in axes.texts] == list("110010001")
    assert is_drawn(tmp_path / "confusion.png")
    with pytest.raises(ArgumentError, match="classes below 2"):
        plotting.plot_confusion([0, 2], [0, 1], ["a", "b"])


def test_decisions(tmp_path):
    model, points, labels = model_with_gradients()
    model.train()
    axes = plotting.plot_decisions(model, points, labels, steps=30, save=tmp_path / "decisions.png")
    assert model.training and is_drawn(tmp_path / "decisions.png")
    drawn = [collection.get_offsets() for collection in axes.collections if len(collection.get_offsets()) > 1]
    assert sorted(map(len, drawn)) == sorted(np.bincount(labels.numpy()))


def test_decisions_of_points_in_another_dtype_than_the_model():
    model, points, labels = model_with_gradients()
    kinds = (points.numpy().astype(np.float64), points.numpy(), (10 * points.numpy()).astype(np.int64))
    found = [plotting.plot_decisions(model, each, labels, steps=10) for each in kinds]
    assert found[0].get_xlim() == pytest.approx(found[1].get_xlim()) and found[2].get_xlim()[1] > 5
    plotting.plot_decisions(lambda x: x[:, 0], kinds[0], labels, steps=10)


def test_long_legends_stand_beside_and_styles_stay_apart():
    few, many = ({f"run {i}": [2.0, 1.0] for i in range(n)} for n in (6, 14))
    inside, beside = (plotting.plot_runs(runs, mark_best=False).get_legend() for runs in (few, many))
    assert inside.get_bbox_to_anchor().x1 <= inside.axes.bbox.x1 < beside.get_bbox_to_anchor().x0
    lines = plotting.plot_runs(many, mark_best=False).lines
    assert len({(line.get_color(), line.get_marker(), line.get_markerfacecolor()) for line in lines}) == 14


def test_every_picture_can_be_drawn_into_axes_that_are_there(tmp_path):
    figure = Figure(figsize=(12, 9), layout="constrained")
    model, points, labels = model_with_gradients()
    history = History()
    history.add(train_loss=1.0, val_loss=1.0, train_accuracy=0.5, val_accuracy=0.5)
    loss = nn.functional.cross_entropy(model(points), labels)
    for count, draw in {
        1: lambda ax: [plotting.plot_graph(loss, ax=ax[0]), plotting.plot_gradient_flow(model, ax=ax[0])],
        2: lambda ax: plotting.plot_histograms({"a": [1.0], "b": [2.0]}, ax=ax) + list(
            plotting.plot_training(history, title="t", ax=ax)),
        3: lambda ax: plotting.plot_filters({c: ag.ones(2, 1, 2, 2) for c in "abc"}, title="t", ax=ax),
        6: lambda ax: plotting.plot_gates(nn.LSTM(2, 3), ag.ones(4, 2), ax=ax),
    }.items():  # fmt: skip
        figure.clear()
        given = list(np.atleast_1d(figure.subplots(1, count)))
        assert set(map(id, draw(given))) == set(map(id, given)) and figure.get_suptitle() == ""
    with pytest.raises(ArgumentError, match="2 Axes, one for each panel, got 6"):
        plotting.plot_histograms({"a": [1.0], "b": [2.0]}, ax=given)
    assert plotting.plot_points(points[:2], ["a", "b"], title="t", ax=given[0]) is given[0]


def test_race(tmp_path):
    def valley(w):
        return 0.1 * w[0] ** 2 + 2 * w[1] ** 2

    makers = {"SGD": lambda p: optim.SGD(p, lr=0.4), "momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.5)}
    paths = plotting.race(valley, (-5.0, -2.0), makers, 5)
    expected = [(-5 * 0.92**t, -2 * (-0.6) ** t) for t in range(6)]
    np.testing.assert_allclose(paths["SGD"], expected, rtol=1e-12)
    axes = plotting.plot_race(valley, paths, save=tmp_path / "race.png")
    np.testing.assert_allclose(axes.lines[0].get_xdata(), [x for x, _ in expected])
    assert is_drawn(tmp_path / "race.png")
    lbfgs = {"L-BFGS": lambda p: optim.LBFGS(p, max_iter=1, line_search_fn="strong_wolfe")}
    assert valley(plotting.race(valley, (-5.0, -2.0), lbfgs, 10)["L-BFGS"][-1]) < 1e-8


def test_a_race_is_drawn_where_most_of_it_is():
    paths = {name: np.array([[0.0, 0.0], [reach, 1.0]]) for name, reach in (("a", 1.0), ("b", 2.0), ("c", 1e9))}
    axes = plotting.plot_race(lambda w: w[0] ** 2 + w[1] ** 2, paths)
    assert axes.get_xlim() == pytest.approx((1 - 1.2, 1 + 1.2)) and axes.get_ylim() == pytest.approx((-0.1, 1.1))
    styles = {(line.get_color(), line.get_linestyle(), line.get_marker()) for line in axes.lines}
    assert len(styles) == 4


def test_a_race_that_diverges_is_drawn_all_the_same(tmp_path):
    path = np.array([[10.0**n, -(10.0**n)] for n in range(0, 300, 5)] + [[np.inf, np.nan]])
    axes = plotting.plot_race(lambda w: (w**2).sum(), {"a": path}, save=tmp_path / "race.png")
    assert np.isfinite(axes.get_xlim()).all() and is_drawn(tmp_path / "race.png")


def test_landscape(tmp_path):
    model, points, labels = model_with_gradients()
    before, stream = {k: v.clone() for k, v in model.state_dict().items()}, ag.get_rng_state()
    loss = lambda: nn.functional.cross_entropy(model(points), labels)  # noqa: E731
    shifts, losses = plotting.landscape(model, loss, steps=5)
    assert losses[2, 2] == pytest.approx(loss().item(), rel=1e-6)
    plotting.plot_landscape(shifts, losses, save=tmp_path / "landscape.png")
    assert is_drawn(tmp_path / "landscape.png")
    with pytest.raises(ZeroDivisionError):
        plotting.landscape(model, lambda: 1 / 0, steps=3)
    assert all((model.state_dict()[k] == v).all() for k, v in before.items())
    assert (ag.get_rng_state() == stream).all()


def test_sequences(tmp_path):
    ag.manual_seed(0)
    lstm = nn.LSTM(2, 4)
    x = ag.randn(6, 2)
    output, (_, c) = lstm(x)
    gates = plotting.lstm_gates(lstm, x)
    np.testing.assert_allclose(gates["h"], output.detach().numpy(), atol=1e-6)
    np.testing.assert_allclose(gates["c"][-1], c[0].detach().numpy(), atol=1e-6)
    panels = plotting.plot_gates(lstm, x, save=tmp_path / "gates.png")
    np.testing.assert_array_equal(panels[1].images[0].get_array(), gates["f"].T)
    for other in (nn.GRU(2, 4), nn.PeepholeLSTM(2, 4), nn.LSTM(2, 4, bidirectional=True), nn.LSTM(2, 4, proj_size=2)):
        with pytest.raises(ArgumentError, match="an nn.LSTM in one direction without projection"):
            plotting.lstm_gates(other, x)
    with pytest.raises(ArgumentError, match="by name, in a dict, got list"):
        plotting.plot_gradient_norms([1.0, 2.0])
    norms = gradient_norms_per_step(nn.RNN(2, 4), ag.randn(6, 1, 2), lambda out: out[-1].sum())
    axes = plotting.plot_gradient_norms({"RNN": norms}, save=tmp_path / "norms.png")
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), norms)
    assert is_drawn(tmp_path / "gates.png") and is_drawn(tmp_path / "norms.png")


def test_graphs(tmp_path):
    a, b = ag.ones(2, 3, requires_grad=True), ag.ones(3, requires_grad=True)
    loss = (a * b).sum()
    text = plotting.graph_dot(loss, {"a": a, "b": b})
    assert text.count("->") == 3 and 'label="a (2, 3)", shape=box' in text and text.startswith("digraph {")
    axes = plotting.plot_graph(loss, {"a": a, "b": b}, save=tmp_path / "graph.png")
    labels = {text.get_text() for text in axes.texts if text.get_text()}
    assert {"a\n(2, 3)", "b\n(3,)", "mul\n(2, 3)", "sum\n()"} <= labels and is_drawn(tmp_path / "graph.png")
    assert a.grad is None and b.grad is None
    places = {text.get_text(): text.get_position() for text in axes.texts if text.get_text()}
    assert places["sum\n()"][0] == 2 and places["a\n(2, 3)"][0] == places["b\n(3,)"][0] == 0
    loss.backward()
    assert 'label="sum", shape=ellipse' in plotting.graph_dot(loss) and "leaf (3,)" in plotting.graph_dot(loss)
    with pytest.raises(ArgumentError, match="grad_fn"):
        plotting.plot_graph(ag.ones(2))
    with pytest.raises(OperandError, match="a Tensor, got int"):
        plotting.graph_dot(3)


def test_leaves_stand_before_their_first_use_and_calls_of_several_results_are_one_node():
    lstm = nn.LSTM(2, 3)
    axes = plotting.plot_graph((lstm(ag.ones(4, 1, 2))[0].exp() + lstm.bias_hh_l0[:3]).sum())
    columns = {text.get_text().partition("\n")[0]: text.get_position()[0] for text in axes.texts if text.get_text()}
    assert columns["exp"] + 1 == columns["add"] == columns["sum"] - 1
    assert len([text for text in axes.texts if text.get_text().startswith("leaf")]) == 4
