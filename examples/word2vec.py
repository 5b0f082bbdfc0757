"""Word vectors by skip-gram with negative sampling (Mikolov et al., 2013): words of like contexts come to lie together.

python -m examples.word2vec                    # sentences on 2 planted topics: are neighbours of a word on its topic?
python -m examples.word2vec --text book.txt    # a text: prints the neighbours of its most frequent words
"""

import argparse
import re
import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

import autograd as ag
import nn
import optim
from nn.data import DataLoader, TensorDataset
from nn.plotting import plot_points

TOPICS, WORDS_A_TOPIC = 2, 50


def planted(seed, sentences=3000, length=10):
    """Sentences that keep to one topic, but for one word in five which any sentence may have; and their vocabulary."""
    source = np.random.default_rng(seed)
    words = source.integers(0, WORDS_A_TOPIC, (sentences, length))
    words += WORDS_A_TOPIC * source.integers(0, TOPICS, (sentences, 1))
    anywhere = source.random(words.shape) < 0.2
    words[anywhere] = source.integers(0, TOPICS * WORDS_A_TOPIC, int(anywhere.sum()))
    return list(words), [f"{'ab'[i // WORDS_A_TOPIC]}{i % WORDS_A_TOPIC}" for i in range(TOPICS * WORDS_A_TOPIC)]


def read(path, size):
    """The lines of a text as numbers of its `size` most frequent words, the others left out; and those words."""
    lines = [re.findall(r"[a-z']+", line.lower()) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    vocabulary, counts = np.unique([word for line in lines for word in line], return_counts=True)
    words = [str(word) for word in vocabulary[np.argsort(-counts, kind="stable")[:size]]]
    if len(words) < 2:
        raise ValueError(f"{path}: fewer than two words")
    numbers = {word: i for i, word in enumerate(words)}
    return [np.array([numbers[word] for word in line if word in numbers], int) for line in lines], words


def pairs(sentences, window):
    """Each word with each word of its context, up to `window` words away: two arrays (P,)."""
    inputs, targets = [], []
    for words in sentences:
        for distance in range(1, min(window, len(words) - 1) + 1):
            inputs += [words[distance:], words[:-distance]]
            targets += [words[:-distance], words[distance:]]
    return np.concatenate(inputs), np.concatenate(targets)


def train(model, inputs, targets, args):
    """The training loop; returns the mean loss of each epoch."""
    loader = DataLoader(TensorDataset(ag.from_numpy(inputs), ag.from_numpy(targets)), args.batch_size, shuffle=True)
    optimizer = optim.Adam(model.parameters(), lr=args.lr)
    losses = []
    for _ in tqdm(range(args.epochs), desc="training", unit="epoch", disable=None):
        total = 0.0
        for words, contexts in loader:
            optimizer.zero_grad()
            loss = model(words, contexts)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(words)
        losses.append(total / len(inputs))
    return losses


def neighbours(vectors, count):
    """The numbers of the `count` words nearest to each by the angle between vectors, itself left out: (V, count)."""
    directions = vectors / vectors.norm(dim=1, keepdim=True)
    return (directions @ directions.T).fill_diagonal_(-2.0).topk(count, 1).indices


def plane(vectors):
    """The vectors in the plane in which they spread furthest: their first two principal components, (V, 2)."""
    centred = vectors - vectors.mean(0)
    return centred @ ag.linalg.svd(centred, full_matrices=False).Vh[:2].T


def options(argv):
    """The command line, checked."""
    parser = argparse.ArgumentParser(prog="python -m examples.word2vec", description=__doc__.splitlines()[0])
    parser.add_argument("--text", metavar="FILE", help="a text in UTF-8")
    parser.add_argument("--words", type=int, default=2000, help="of the text, the most frequent (default %(default)s)")
    parser.add_argument("--dim", type=int, default=32)
    parser.add_argument("--window", type=int, default=4)
    parser.add_argument("--k", type=int, default=5, help="negative samples for each pair (default %(default)s)")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch-size", type=int, default=512)
    parser.add_argument("--lr", type=float, default=0.005)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="word2vec.png", help="the picture to write")
    args = parser.parse_args(argv)
    if min(args.words - 1, args.dim, args.window, args.k, args.epochs, args.batch_size) < 1:
        parser.error("--words must be at least 2; --dim, --window, --k, --epochs, --batch-size at least 1")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    return args


def main(argv=None):
    """Read or make a text, train, draw, report."""
    args = options(argv)
    try:
        sentences, words = read(args.text, args.words) if args.text else planted(args.seed)
    except (OSError, ValueError) as problem:
        print(f"word2vec: {problem}", file=sys.stderr)
        return 2
    ag.manual_seed(args.seed)
    counts = np.bincount(np.concatenate(sentences), minlength=len(words))
    model = nn.NegativeSampling(len(words), args.dim, k=args.k, counts=counts)
    losses = train(model, *pairs(sentences, args.window), args)
    print(f"loss {losses[0]:.4f} in the first epoch, {losses[-1]:.4f} in the last")
    vectors = model.weight.detach()
    if args.text:
        nearest = neighbours(vectors, min(5, len(words) - 1))
        for i in range(min(10, len(words))):
            print(f"{words[i]}: {' '.join(words[j] for j in nearest[i].tolist())}")
        groups = None
    else:
        groups = np.arange(len(words)) // WORDS_A_TOPIC
        same = groups[neighbours(vectors, 5).numpy()] == groups[:, None]
        print(f"nearest neighbours on the same topic: {same.mean():.3f}")
    shown = slice(0, 150)
    names = None if groups is None else [f"topic {'ab'[group]}" for group in groups[shown]]
    plot_points(plane(vectors)[shown], words[shown], groups=names, title="Word vectors", save=args.out)
    print(f"the words in two dimensions in {args.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
