"""A network that learns to play: tic-tac-toe from what perfect play would do."""

import random
from functools import cache

import pytest

import autograd as torch
import nn
import optim

# The nine fields in rows: 1 of the player to move, -1 of the other, 0 free.
Board = tuple[int, ...]
LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))


def lost(board: Board) -> bool:
    return any(all(board[field] == -1 for field in line) for line in LINES)


def moves(board: Board) -> list[int]:
    return [field for field in range(9) if board[field] == 0]


def over(board: Board) -> bool:
    return lost(board) or not moves(board)


def after(board: Board, move: int) -> Board:
    """The board as the other player sees it."""
    return tuple(-(1 if field == move else owner) for field, owner in enumerate(board))


@cache
def value(board: Board) -> int:
    """1, 0 or -1: what the player to move reaches against perfect play."""
    return -1 if lost(board) else max((-value(after(board, move)) for move in moves(board)), default=0)


def best_moves(board: Board) -> list[int]:
    return [move for move in moves(board) if -value(after(board, move)) == value(board)]


def positions() -> list[Board]:
    """All boards that a game may come to, the finished ones left out."""
    found: set[Board] = set()
    waiting: list[Board] = [(0,) * 9]
    while waiting:
        board = waiting.pop()
        if board not in found and not over(board):
            found.add(board)
            waiting += [after(board, move) for move in moves(board)]
    return sorted(found)


def learnt_policy(boards: list[Board]) -> dict[Board, int]:
    """The move that a network makes on each board after training on the best ones."""
    fields = torch.tensor(boards)
    inputs = torch.cat([fields == 1, fields == -1], dim=1).float()
    taken, worse = fields != 0, torch.ones(len(boards), 9, dtype=torch.bool)
    for row, board in enumerate(boards):
        worse[row, best_moves(board)] = False
    model = nn.Sequential(nn.Linear(18, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 9))
    steps = 400
    optimizer = optim.Adam(model.parameters())
    schedule = optim.lr_scheduler.OneCycleLR(optimizer, 0.006, total_steps=steps)
    for _ in range(steps):
        batch = torch.randint(len(boards), (512,))
        logits = model(inputs[batch])
        of_legal = logits.masked_fill(taken[batch], -torch.inf).logsumexp(dim=1)
        of_best = logits.masked_fill(worse[batch], -torch.inf).logsumexp(dim=1)
        optimizer.zero_grad()
        (of_legal - of_best).mean().backward()  # minus the logarithm of the chance of a best move
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        chosen = model(inputs).masked_fill(taken, -torch.inf).argmax(dim=1)
    return dict(zip(boards, chosen.tolist(), strict=True))


def result(policy: dict[Board, int], policy_begins: bool) -> int:
    """1 if the policy wins against random moves, -1 if it loses, 0 for a draw."""
    board, its_turn = (0,) * 9, policy_begins
    while not over(board):
        board = after(board, policy[board] if its_turn else random.choice(moves(board)))
        its_turn = not its_turn
    return 0 if not lost(board) else -1 if its_turn else 1


@pytest.mark.usefixtures("one_thread")
def test_a_policy_learnt_from_perfect_play_never_loses() -> None:
    """Lecture row L4-14: no loss in 500 games against random moves, half of them begun."""
    torch.manual_seed(0)
    random.seed(0)
    boards = positions()
    assert len(boards) == 4520
    policy = learnt_policy(boards)
    right = sum(move in best_moves(board) for board, move in policy.items())
    results = [result(policy, game % 2 == 0) for game in range(500)]
    assert right >= 0.999 * len(boards)
    assert results.count(-1) == 0 and results.count(1) >= 420
