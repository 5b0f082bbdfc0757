"""A small GPT that learns to write, character by character (Vaswani et al., 2017; Radford et al., 2018).

python -m examples.gpt                    # learns Python's own documentation, which every Python carries
python -m examples.gpt --text book.txt    # a text of yours

It teaches a transformer from its parts: causal attention, residual streams, tied embeddings, a learning rate that warms
up and decays along a cosine, clipped gradients, AdamW with decay for matrices only, sampling with a temperature.
"""

import argparse
import math
from pathlib import Path
from pydoc_data.topics import topics

from matplotlib.figure import Figure
from tqdm import trange

import autograd as torch
import nn
import nn.functional as F
import optim


class Block(nn.Module):
    """Attention and a two-layer network, each added to the stream (N, T, C) after a layer norm of its input."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.mlp = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))

    def forward(self, x):
        n, t, c = x.shape
        q, k, v = self.qkv(self.ln_1(x)).view(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.proj(y.transpose(1, 2).reshape(n, t, c))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    """From tokens (N, T), T <= context, to the logits (N, T, tokens) of each next token."""

    def __init__(self, tokens, context, dim, heads, layers):
        super().__init__()
        self.context = context
        self.token, self.position = nn.Embedding(tokens, dim), nn.Embedding(context, dim)
        self.blocks = nn.Sequential(*(Block(dim, heads) for _ in range(layers)))
        self.ln, self.head = nn.LayerNorm(dim), nn.Linear(dim, tokens, bias=False)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, 0.0, 0.02)
        self.head.weight = self.token.weight

    def forward(self, tokens):
        x = self.token(tokens) + self.position(torch.arange(tokens.shape[1]))
        return self.head(self.ln(self.blocks(x)))

    @torch.no_grad()
    def generate(self, tokens, count, temperature=0.8):
        for _ in range(count):
            logits = self(tokens[:, -self.context :])[:, -1] / temperature
            tokens = torch.cat([tokens, torch.multinomial(F.softmax(logits, dim=-1), 1)], dim=1)
        return tokens


def batch(data, context, size):
    starts = torch.randint(len(data) - context, (size, 1))
    windows = data[starts + torch.arange(context + 1)]
    return windows[:, :-1], windows[:, 1:]


def cross_entropy(model, x, y):
    return F.cross_entropy(model(x).flatten(0, 1), y.flatten())


def train(model, data, args):
    """Returns the loss of each step."""
    groups = [{"params": [p for p in model.parameters() if p.dim() == 2], "weight_decay": 0.1},
              {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0}]  # fmt: skip
    optimizer = optim.AdamW(groups, lr=args.lr, betas=(0.9, 0.99))
    warmup = max(1, args.steps // 20)
    scheduler = optim.lr_scheduler.LambdaLR(
        optimizer, lambda t: min((t + 1) / warmup, 0.55 + 0.45 * math.cos(math.pi * t / args.steps))
    )
    losses = []
    progress = trange(args.steps, desc="training", unit="step", disable=None)
    for _ in progress:
        loss = cross_entropy(model, *batch(data, args.context, args.batch_size))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
        progress.set_postfix(loss=f"{losses[-1]:.3f}", refresh=False)
    return losses


def draw(losses, test_loss, frequencies, path):
    """The loss beside what one knows from the frequencies of single characters."""
    axes = Figure(figsize=(7, 4.5), layout="constrained").subplots()
    axes.plot(losses, color="#1f3b73", linewidth=0.8, label="training")
    axes.axhline(test_loss, color="#d9822b", linestyle="--", label=f"unseen text: {test_loss:.3f}")
    entropy = -(frequencies * frequencies.clamp(min=1e-12).log()).sum().item()
    axes.axhline(entropy, color="#9b9b9b", linestyle=":", label=f"single characters: {entropy:.3f}")
    axes.set(title="GPT on characters", xlabel="step", ylabel="cross entropy (nats a character)")
    axes.grid(alpha=0.3)
    axes.legend()
    axes.figure.savefig(path, dpi=150)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m examples.gpt", description=__doc__.splitlines()[0])
    parser.add_argument("--text", metavar="FILE", help="a text in UTF-8 (default: Python's documentation)")
    for name, size in {"layers": 3, "heads": 4, "dim": 96, "context": 64, "steps": 500, "batch-size": 32}.items():
        parser.add_argument(f"--{name}", type=int, default=size, help="default %(default)s")
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="gpt.png", help="the picture to write")
    args = parser.parse_args(argv)
    if args.dim % args.heads or args.steps < 1:
        parser.error("--dim must be a multiple of --heads, --steps at least 1")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    try:
        text = Path(args.text).read_text(encoding="utf-8") if args.text else "\n".join(topics.values())
    except (OSError, ValueError) as problem:
        parser.error(f"--text: {problem}")
    torch.manual_seed(args.seed)
    letters = sorted(set(text))
    numbers = {letter: number for number, letter in enumerate(letters)}
    data = torch.tensor([numbers[letter] for letter in text])
    if len(data) < 20 * args.context:
        parser.error(f"--text: {len(data)} characters are too few for --context {args.context}")
    model = GPT(len(letters), args.context, args.dim, args.heads, args.layers)
    cut = len(data) * 9 // 10
    losses = train(model, data[:cut], args)
    with torch.no_grad():
        test_loss = cross_entropy(model, *batch(data[cut:], args.context, 200)).item()
    draw(losses, test_loss, torch.bincount(data) / len(data), args.out)
    start = data[cut - 1].view(1, 1)
    print("".join(letters[i] for i in model.generate(start, 400)[0].tolist()))
    print(f"loss {losses[0]:.4f} at first, {test_loss:.4f} on unseen text; curve in {args.out}")


if __name__ == "__main__":
    main()
