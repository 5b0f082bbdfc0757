"""The cart-pole: its motion solves the equations of a rod on a cart, and a policy learns to keep it up."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from examples import cartpole
from examples.cartpole_task import CartPole


@pytest.mark.parametrize("state", [[0.1, 0.5, 0.1, -0.3], [-1.0, -0.2, -0.15, 0.8], [0.0, 0.0, 0.05, 0.0]])
@pytest.mark.parametrize("action", [0, 1])
def test_motion_solves_the_equations_of_a_rod_on_a_cart(state: list[float], action: int) -> None:
    """Two linear equations in both accelerations: forces along the track, torques about the hinge."""
    cart, rod, half, gravity = 1.0, 0.1, 0.5, 9.8
    _, speed, theta, spin = state
    force = (20 * action - 10) - 5e-4 * np.sign(speed)
    matrix = [[cart + rod, rod * half * math.cos(theta)], [rod * half * math.cos(theta), 4 / 3 * rod * half**2]]
    right = [force + rod * half * spin**2 * math.sin(theta), rod * gravity * half * math.sin(theta) - 2e-6 * spin]
    speed_up, spin_up = np.linalg.solve(matrix, right)
    expected = np.array(state) + 0.02 * np.array([speed, speed_up, spin, spin_up])
    task = CartPole(0)
    task.reset()
    task.state = state
    after, running = task.step(action)
    np.testing.assert_allclose(after, expected, rtol=1e-12, atol=1e-12)
    assert running


@pytest.mark.parametrize("state", [[2.39, 2.0, 0.0, 0.0], [0.0, 0.0, -0.2, -1.0]])
def test_an_episode_ends_off_the_track_or_when_the_pole_leans(state: list[float]) -> None:
    task = CartPole(0)
    task.reset()
    task.state = state
    assert not task.step(0)[1]


def test_rewards_are_discounted_and_stop_with_the_fall() -> None:
    rewards = cartpole.torch.tensor([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    assert cartpole.discounted(rewards, 0.5).tolist() == [[1.75, 1.5], [1.5, 1.0], [1.0, 0.0]]


def test_a_policy_learns_to_balance(tmp_path: Path, capsys: Any) -> None:
    picture = tmp_path / "cartpole.png"
    cartpole.main(["--updates", "30", "--out", str(picture)])
    words = capsys.readouterr().out.split()
    assert float(words[words.index("took") + 1]) >= 60  # actions at random: about 22
    assert picture.read_bytes().startswith(b"\x89PNG")
