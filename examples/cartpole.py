"""Learn to balance a pole on a cart by policy gradients (Williams, 1992), on a cart-pole of our own.

python -m examples.cartpole

It teaches reinforcement learning: actions are drawn from a policy, and those that earned more than expected become
likelier. REINFORCE with a learnt baseline: every action is weighed by the discounted reward after it, less the value
that the network expected. The task is solved when 100 episodes in a row last 195 of 200 steps on average.
"""

import argparse
from pathlib import Path

from matplotlib.figure import Figure
from tqdm import trange

import autograd as torch
import nn
import nn.functional as F
import optim
from examples.cartpole_task import CartPole
from nn.distributions import Categorical


class Policy(nn.Module):
    """From a state to the logits of the actions and the reward expected from here on."""

    def __init__(self, hidden):
        super().__init__()
        self.body, self.actor, self.critic = nn.Linear(4, hidden), nn.Linear(hidden, 2), nn.Linear(hidden, 1)

    def forward(self, state):
        h = torch.tanh(self.body(state))
        return self.actor(h), self.critic(h).squeeze(-1)


def play(carts, policy):
    """An episode of each cart, in step: log-probabilities of actions, values expected, rewards, all (steps, carts).

    The reward is 1 for a step of a cart that had not fallen before, 0 afterwards.
    """
    states, running = [cart.reset() for cart in carts], [True] * len(carts)
    log_probs, values, rewards = [], [], []
    while any(running):
        logits, value = policy(torch.tensor(states))
        distribution = Categorical(logits=logits)
        action = distribution.sample()
        log_probs.append(distribution.log_prob(action))
        values.append(value)
        rewards.append(torch.tensor(running).float())
        for i, push in enumerate(action.tolist()):
            if running[i]:
                states[i], running[i] = carts[i].step(push)
    return torch.stack(log_probs), torch.stack(values), torch.stack(rewards)


def discounted(rewards, gamma):
    """For each step, the rewards from it on, each worth gamma of the one before."""
    returns = torch.zeros_like(rewards)
    total = torch.zeros_like(rewards[0])
    for t in reversed(range(len(rewards))):
        total = rewards[t] + gamma * total
        returns[t] = total
    return returns


def train(carts, policy, args):
    """Until solved; returns the loss of each update and the length of each episode."""
    optimizer = optim.Adam(policy.parameters(), lr=args.lr)
    losses, lengths = [], []
    progress = trange(args.updates, desc="training", unit="update", disable=None)
    for _ in progress:
        log_probs, values, rewards = play(carts, policy)
        returns = discounted(rewards, args.gamma)
        running = rewards > 0
        advantages = (returns - values.detach())[running]
        advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-6)
        loss = -(log_probs[running] * advantages).mean() + F.smooth_l1_loss(values[running], returns[running])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        lengths += rewards.sum(dim=0).int().tolist()
        progress.set_postfix(steps=f"{mean_of_last(lengths):.1f}", refresh=False)
        if solved(lengths):
            break
    return losses, lengths


def mean_of_last(lengths):
    return sum(lengths[-100:]) / len(lengths[-100:])


def solved(lengths):
    return len(lengths) >= 100 and mean_of_last(lengths) >= 195


def draw(lengths, path):
    """How long each episode lasted, and the mean of a hundred."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot(lengths, ".", color="#9b9b9b", markersize=3, label="episode")
    means = [mean_of_last(lengths[:i]) for i in range(1, len(lengths) + 1)]
    axes.plot(means, color="#1f3b73", label="mean of the last 100")
    axes.axhline(195, color="#d9822b", linestyle="--", label="solved: 195")
    axes.set(title="A pole on a cart", xlabel="episode", ylabel="steps before it fell, at most 200")
    axes.legend()
    figure.savefig(path, dpi=150)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m examples.cartpole", description=__doc__.splitlines()[0])
    parser.add_argument("--updates", type=int, default=200, help="at most (default %(default)s)")
    parser.add_argument("--carts", type=int, default=16, help="episodes for an update (default %(default)s)")
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--gamma", type=float, default=0.99)
    parser.add_argument("--lr", type=float, default=0.03)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", default="cartpole.png", help="the picture to write")
    args = parser.parse_args(argv)
    if min(args.updates, args.carts, args.hidden) < 1:
        parser.error("--updates, --carts and --hidden must be at least 1")
    if not Path(args.out).absolute().parent.is_dir():
        parser.error(f"--out: there is no directory {Path(args.out).absolute().parent}")
    torch.manual_seed(args.seed)
    carts = [CartPole(1000 * args.seed + i) for i in range(args.carts)]
    _, lengths = train(carts, Policy(args.hidden), args)
    draw(lengths, args.out)
    verdict = "solved" if solved(lengths) else "not solved"
    print(f"{verdict} after {len(lengths)} episodes: the last 100 took {mean_of_last(lengths):.1f} steps; "
          f"curve in {args.out}")  # fmt: skip


if __name__ == "__main__":
    main()
