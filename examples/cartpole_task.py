"""A pole on a cart: the task that `examples.cartpole` learns."""

import math
import random


class CartPole:
    """A pole, hinged to a cart that is pushed left or right 50 times a second.

    Source: Barto, Sutton and Anderson, "Neuronlike adaptive elements that can solve difficult learning control
    problems" (1983): equations of motion and constants (SI units) of its appendix, with friction; Euler's method.
    The state is (x, dx/dt, theta, dtheta/dt), theta in radians from upright. Actions: 0 left, 1 right. An episode
    ends when the pole leans more than 12 degrees, when the cart leaves the track of +-2.4 m, or after 200 steps.
    """

    GRAVITY, CART, POLE, HALF_LENGTH = 9.8, 1.0, 0.1, 0.5
    FORCE, CART_FRICTION, POLE_FRICTION, SECONDS = 10.0, 5e-4, 2e-6, 0.02
    MOST_STEPS, MOST_LEAN, MOST_WAY = 200, math.radians(12), 2.4

    def __init__(self, seed):
        self.random = random.Random(seed)

    def reset(self):
        self.steps = 0
        self.state = [self.random.uniform(-0.05, 0.05) for _ in range(4)]
        return self.state

    def step(self, action):
        """Returns the next state, and whether the episode goes on."""
        _, speed, theta, spin = self.state
        force = self.FORCE if action == 1 else -self.FORCE
        sin, cos, mass = math.sin(theta), math.cos(theta), self.CART + self.POLE
        push = force + self.POLE * self.HALF_LENGTH * spin**2 * sin
        drag = self.CART_FRICTION * math.copysign(1.0, speed) if speed else 0.0
        hinge = self.POLE_FRICTION * spin / (self.POLE * self.HALF_LENGTH)
        spin_up = self.GRAVITY * sin - cos * (push - drag) / mass - hinge
        spin_up /= self.HALF_LENGTH * (4 / 3 - self.POLE * cos**2 / mass)
        speed_up = (push - self.POLE * self.HALF_LENGTH * spin_up * cos - drag) / mass
        changes = (speed, speed_up, spin, spin_up)
        self.state = [value + self.SECONDS * change for value, change in zip(self.state, changes, strict=True)]
        self.steps += 1
        upright = abs(self.state[0]) <= self.MOST_WAY and abs(self.state[2]) <= self.MOST_LEAN
        return self.state, upright and self.steps < self.MOST_STEPS
