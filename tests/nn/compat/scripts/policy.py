"""Policy gradients on a chain of five places: samples, logarithms of probabilities, normalized returns."""

from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

torch.manual_seed(3)
policy = nn.Sequential(nn.Linear(5, 16), nn.Dropout(p=0.1), nn.ReLU(), nn.Linear(16, 2))
value = nn.Linear(5, 1)
optimizer = torch.optim.Adam([*policy.parameters(), *value.parameters()], lr=3e-2)
for _ in range(6):
    place, log_probs, values, rewards = 2, [], [], []
    for _ in range(12):
        state = F.one_hot(torch.tensor(place), 5).float()
        choices = Categorical(F.softmax(policy(state), dim=-1))
        action = choices.sample()
        log_probs.append(choices.log_prob(action))
        values.append(value(state))
        place = max(0, min(4, place + (1 if action.item() else -1)))
        rewards.append(1.0 if place == 4 else 0.0)
    total, returns = 0.0, deque()
    for reward in rewards[::-1]:
        total = reward + 0.9 * total
        returns.appendleft(total)
    returns = torch.tensor(returns)
    returns = (returns - returns.mean()) / (returns.std() + torch.finfo(torch.float32).eps)
    losses = [-lp * (r - v.item()) for lp, r, v in zip(log_probs, returns, values, strict=True)]
    errors = [F.smooth_l1_loss(v, torch.tensor([r])) for v, r in zip(values, returns, strict=True)]
    loss = torch.stack(losses).sum() + torch.stack(errors).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(loss.item())
