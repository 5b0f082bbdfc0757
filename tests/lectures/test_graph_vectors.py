"""Vectors of a graph's vertices from random walks, as words have vectors from sentences."""

import random

import pytest

import autograd as torch
import nn
import optim

# A karate club's friendships and the half that each member joined when it broke in two: that of member 0 or of 33.
# Source: Zachary, "An information flow model for conflict and fission in small groups" (1977).
FRIENDS = """
0-1 0-2 0-3 0-4 0-5 0-6 0-7 0-8 0-10 0-11 0-12 0-13 0-17 0-19 0-21 0-31 1-2 1-3 1-7 1-13 1-17 1-19 1-21 1-30 2-3 2-7
2-8 2-9 2-13 2-27 2-28 2-32 3-7 3-12 3-13 4-6 4-10 5-6 5-10 5-16 6-16 8-30 8-32 8-33 9-33 13-33 14-32 14-33 15-32
15-33 18-32 18-33 19-33 20-32 20-33 22-32 22-33 23-25 23-27 23-29 23-32 23-33 24-25 24-27 24-31 25-31 26-29 26-33
27-33 28-31 28-33 29-32 29-33 30-32 30-33 31-32 31-33 32-33
"""
HALVES = "0000000001000011001010111111111111"
MEMBERS = len(HALVES)


def friends() -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(MEMBERS)]
    for edge in FRIENDS.split():
        one, other = map(int, edge.split("-"))
        found[one].append(other)
        found[other].append(one)
    return found


def walk(near: list[list[int]], start: int, length: int, back: float, away: float) -> list[int]:
    """A walk of the second order: weight `back` on the vertex just left, 1 on its friends, `away` on others."""
    path = [start, random.choice(near[start])]
    while len(path) < length:
        before, here = path[-2:]
        weights = [back if next == before else 1.0 if next in near[before] else away for next in near[here]]
        path += random.choices(near[here], weights)
    return path


def pairs(paths: list[list[int]], window: int) -> torch.Tensor:
    """Vertices (P, 2) that are up to `window` steps apart on a walk."""
    return torch.tensor([
        (path[i], path[j])
        for path in paths for i in range(len(path)) for j in range(max(0, i - window), min(len(path), i + window + 1))
        if i != j
    ])  # fmt: skip


def vertex_vectors(near: list[list[int]]) -> torch.Tensor:
    """Directions (34, 8) by skip-gram with negative sampling over the walks."""
    walks = [walk(near, start, 10, back=1.0, away=0.5) for start in range(MEMBERS) for _ in range(20)]
    together = pairs(walks, window=5)
    model = nn.NegativeSampling(MEMBERS, 8, counts=torch.bincount(together[:, 1], minlength=MEMBERS))
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    for _ in range(300):
        batch = together[torch.randint(len(together), (512,))]
        optimizer.zero_grad()
        model(batch[:, 0], batch[:, 1]).backward()
        optimizer.step()
    return nn.functional.normalize(model.weight.detach(), dim=1)


def two_clusters(directions: torch.Tensor) -> torch.Tensor:
    """By the angle to two means, that of members 0 and 33 at first: the number of each vertex's cluster."""
    means = directions[[0, MEMBERS - 1]]
    for _ in range(10):
        clusters = (directions @ means.T).argmax(dim=1)
        means = torch.stack([directions[clusters == cluster].mean(dim=0) for cluster in range(2)])
    return clusters


@pytest.mark.usefixtures("one_thread")
def test_walks_find_the_halves_of_a_club() -> None:
    """Lecture row L4-28, node2vec (Grover, Leskovec, 2016): two clusters are the two halves for 32 of 34 members."""
    torch.manual_seed(0)
    random.seed(0)
    clusters = two_clusters(vertex_vectors(friends()))
    halves = torch.tensor([int(half) for half in HALVES])
    assert (clusters == halves).sum().item() >= 32
