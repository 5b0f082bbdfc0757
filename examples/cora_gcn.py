"""Classify the papers of a citation graph with a graph convolutional network (Kipf and Welling, 2017).

python -m examples.cora_gcn --data cora.npz   # Cora: 2,708 papers, 140 of them with a known class
python -m examples.cora_gcn                   # without the file: a random graph of 4 communities

The file holds a bag of words for each paper in CSR form (`indptr`, `indices`), `labels`, `edges` (E, 2) of citations,
each once, and `test_idx`. The first 140 papers are for training, the next 500 for validation.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

import autograd as ag
import nn
import nn.functional as F
import optim
from nn.history import History
from nn.plotting import plot_training


class GCN(nn.Module):
    """Two graph convolutions with dropout before each."""

    def __init__(self, words, hidden, classes):
        super().__init__()
        self.conv1 = nn.GCNConv(words, hidden, normalize=False)
        self.conv2 = nn.GCNConv(hidden, classes, normalize=False)

    def forward(self, x, graph):
        x = F.dropout(x, 0.5, self.training)
        x = F.dropout(F.relu(self.conv1(x, graph)), 0.5, self.training)
        return self.conv2(x, graph)


def cora(path):
    """Features (N, C), labels (N,), edges (2, E) in both directions, nodes of training, validation and test."""
    with np.load(path, allow_pickle=False) as file:
        labels, edges, test = (file[name].astype(np.int64) for name in ("labels", "edges", "test_idx"))
        counts = np.diff(file["indptr"])
        features = np.zeros((len(labels), int(file["indices"].max()) + 1), np.float32)
        features[np.repeat(np.arange(len(labels)), counts), file["indices"]] = 1 / np.repeat(counts, counts)
    both = np.concatenate([edges, edges[:, ::-1]]).T
    return features, labels, both, (np.arange(140), np.arange(140, 640), test)


def communities(seed, nodes=400, classes=4):
    """The same for a planted partition: edges are ten times likelier within a class, features barely tell it."""
    source = np.random.default_rng(seed)
    labels = np.arange(nodes) % classes
    chance = np.where(labels[:, None] == labels, 0.05, 0.005)
    edges = np.stack(np.triu(source.random((nodes, nodes)) < chance, 1).nonzero())
    features = source.normal(size=(nodes, 16)) + np.eye(classes, 16)[labels]
    both = np.concatenate([edges, edges[::-1]], 1)
    parts = np.split(np.arange(nodes), [nodes // 10, nodes // 2])
    return features.astype(np.float32), labels, both, parts


def evaluate(model, features, graph, labels, part):
    """Loss and share of correct answers among some of the nodes."""
    model.eval()
    with ag.no_grad():
        scores, expected = model(features, graph)[part], labels[part]
    return F.cross_entropy(scores, expected).item(), (scores.argmax(1) == expected).float().mean().item()


def train(model, features, graph, labels, parts, args):
    """The training loop; returns the history and the test accuracy at the best validation loss."""
    optimizer = optim.Adam([{"params": model.conv1.parameters(), "weight_decay": 5e-4},
                            {"params": model.conv2.parameters()}], lr=args.lr)  # fmt: skip
    history, best, accuracy = History(), float("inf"), 0.0
    training, validation, test = parts
    for _ in tqdm(range(args.epochs), desc="training", unit="epoch", disable=None):
        model.train()
        optimizer.zero_grad()
        loss = F.cross_entropy(model(features, graph)[training], labels[training])
        loss.backward()
        optimizer.step()
        train_loss, train_accuracy = evaluate(model, features, graph, labels, training)
        val_loss, val_accuracy = evaluate(model, features, graph, labels, validation)
        history.add(train_loss=train_loss, val_loss=val_loss, train_accuracy=train_accuracy, val_accuracy=val_accuracy)
        if val_loss < best:
            best, (_, accuracy) = val_loss, evaluate(model, features, graph, labels, test)
    return history, accuracy


def main(argv=None):
    """Load the graph, train, draw, report."""
    parser = argparse.ArgumentParser(prog="python -m examples.cora_gcn", description=__doc__.splitlines()[0])
    parser.add_argument("--data", default="cora.npz", help="default %(default)s; a random graph where there is none")
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--hidden", type=int, default=16)
    parser.add_argument("--lr", type=float, default=0.01)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="cora_gcn.png", help="the picture to write")
    args = parser.parse_args(argv)
    if args.epochs < 1 or args.hidden < 1:
        parser.error("--epochs and --hidden must be at least 1")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    present = Path(args.data).is_file()
    try:
        features, labels, edges, parts = cora(args.data) if present else communities(args.seed)
    except (OSError, ValueError, KeyError) as problem:
        print(f"cora_gcn: {args.data}: {problem}", file=sys.stderr)
        return 2
    ag.manual_seed(args.seed)
    features, labels, edges = (ag.from_numpy(np.ascontiguousarray(x)) for x in (features, labels, edges))
    model = GCN(features.shape[1], args.hidden, int(labels.max()) + 1)
    graph = F.gcn_normalize(edges, len(labels))
    history, accuracy = train(model, features, graph, labels, [ag.from_numpy(part) for part in parts], args)
    name = Path(args.data).name if present else f"{int(labels.max()) + 1} planted communities"
    plot_training(history, title=f"Graph convolutional network on {name}", save=args.out)
    print(f"test accuracy {accuracy:.4f} on {len(parts[2])} nodes of {name}; curves in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
