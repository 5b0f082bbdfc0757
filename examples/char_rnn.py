"""A character LSTM learns a text, then writes one of its own.

python -m examples.char_rnn [--text FILE]              # Python's help topics, or any text
python -m examples.char_rnn --resume --updates 6000    # goes on from char_rnn.pt, to the bit as if never stopped

The text is read as parallel streams, a window of --steps characters at a time. From window to window the state is
carried on but detached: truncated backpropagation through time. The checkpoint is written at each validation and at
the end.
"""

import sys
import time

from tqdm import tqdm

import autograd as torch
import nn
import nn.functional as F
import optim
from examples.char_rnn_options import options
from examples.char_rnn_text import read, window
from nn.history import History
from nn.plotting import plot_curves, save_figure


class CharRNN(nn.Module):
    """From characters (T, N) and a state to scores (T, N, V) of the next ones and the state after them."""

    def __init__(self, characters, args):
        super().__init__()
        self.embedding = nn.Embedding(characters, args.embedding)
        self.lstm = nn.LSTM(args.embedding, args.hidden, args.layers, dropout=args.dropout if args.layers > 1 else 0.0)
        self.head = nn.Linear(args.hidden, characters)

    def forward(self, x, state=None):
        output, state = self.lstm(self.embedding(x), state)
        return self.head(output), state


def loss_of(model, x, y, state):
    """The mean loss of a window, in nats a character, and the state after it."""
    scores, state = model(x, state)
    return F.cross_entropy(scores.flatten(0, 1), y), state


@torch.no_grad()
def evaluate(model, text, steps):
    """Mean loss over all windows of a text, in nats a character."""
    model.eval()
    state, losses = None, []
    for number in range((len(text) - 1) // steps):
        loss, state = loss_of(model, *window(text, number, steps), state)
        losses.append(loss.item())
    model.train()
    return sum(losses) / len(losses)


def train(model, text, held_out, args):
    """The training loop, from the checkpoint on if resumed; returns both losses after each --every updates."""
    optimizer = optim.Adam(model.parameters(), lr=args.lr)
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.5 ** (1 / args.half_life))
    parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    kept = {"update": 0, "state": None, "train_loss": [], "val_loss": [], "losses": []}
    if args.resume:
        kept = torch.load(args.checkpoint)
        if not isinstance(kept, dict) or not {*parts, "random"} <= kept.keys():
            raise ValueError(f"{args.checkpoint} is no checkpoint of this program")
        for name, part in parts.items():
            part.load_state_dict(kept[name])
        torch.set_rng_state(kept["random"])
    state, losses, begin = kept["state"], kept["losses"], time.monotonic()
    progress = tqdm(total=args.updates, initial=kept["update"], desc="training", unit="update", disable=None)
    while kept["update"] < args.updates and time.monotonic() - begin < 60 * args.minutes:
        optimizer.zero_grad()
        loss, state = loss_of(model, *window(text, kept["update"], args.steps), state)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        state = tuple(s.detach() for s in state)
        losses.append(loss.item())
        kept["update"] += 1
        progress.update()
        if kept["update"] % args.every == 0:
            kept["train_loss"].append(sum(losses) / len(losses))
            kept["val_loss"].append(evaluate(model, held_out, args.steps))
            progress.set_postfix(train=f"{kept['train_loss'][-1]:.3f}", validation=f"{kept['val_loss'][-1]:.3f}")
            losses.clear()
            save(kept | {"state": state, "losses": losses}, parts, args.checkpoint)
    progress.close()
    save(kept | {"state": state, "losses": losses}, parts, args.checkpoint)
    return kept["train_loss"], kept["val_loss"]


def save(kept, parts, path):
    """Write what `--resume` needs: progress, the states of all parts, and that of the random numbers."""
    states = {name: part.state_dict() for name, part in parts.items()}
    torch.save(kept | states | {"random": torch.get_rng_state()}, path)


@torch.no_grad()
def sample(model, characters, args):
    """A text that the model writes: each character drawn from softmax(scores / temperature)."""
    model.eval()
    x, state, written = torch.tensor([[characters.find("\n") % len(characters)]]), None, []
    for _ in range(args.sample):
        scores, state = model(x, state)
        x = torch.multinomial(F.softmax(scores[0] / args.temperature, dim=-1), 1)
        written.append(characters[x.item()])
    return "".join(written)


def main(argv=None):
    """Read, train, draw, write."""
    args = options(argv)
    torch.manual_seed(args.seed)
    try:
        characters, text, held_out = read(args.text, args.batch, args.steps)
        model = CharRNN(len(characters), args)
        train_loss, val_loss = train(model, text, held_out, args)
    except (OSError, ValueError) as problem:
        print(f"char_rnn: {problem}", file=sys.stderr)
        return 2
    history = History()
    for pair in zip(train_loss, val_loss, strict=True):
        history.add(training=pair[0], validation=pair[1])
    if len(history):
        axes = plot_curves(history, {name: name for name in history.names}, ylabel="nats a character", title="Loss")
        axes.set_xlabel(f"updates / {args.every}")
        save_figure(axes, args.out)
        print(f"validation loss {val_loss[-1]:.4f} nats a character; curves in {args.out}\n")
    print(sample(model, characters, args))
    return 0


if __name__ == "__main__":
    sys.exit(main())
