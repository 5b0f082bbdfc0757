"""The words of MT19937 in bulk, in the order in which NumPy and PyTorch give them.

Source: M. Matsumoto, T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom number
generator", ACM TOMACS 8 (1998).
"""

import numpy as np

from autograd.kernels.jit import kernel

_HIGH, _LOW, _TWIST = np.uint32(0x80000000), np.uint32(0x7FFFFFFF), np.uint32(0x9908B0DF)
_TEMPER_B, _TEMPER_C = np.uint32(0x9D2C5680), np.uint32(0xEFC60000)
_0, _1, _7, _11, _15, _18 = (np.uint32(shift) for shift in (0, 1, 7, 11, 15, 18))


@kernel()
def _mix(upper, lower, far):
    word = (upper & _HIGH) | (lower & _LOW)
    return far ^ (word >> _1) ^ ((_0 - (word & _1)) & _TWIST)


@kernel()
def _twist(old, new):
    """The 624 words of the next state; `old` and `new` apart, so that the loops become vector instructions."""
    for i in range(227):
        new[i] = _mix(old[i], old[i + 1], old[i + 397])
    for i in range(227, 454):
        new[i] = _mix(old[i], old[i + 1], new[i - 227])
    for i in range(454, 623):
        new[i] = _mix(old[i], old[i + 1], new[i - 227])
    new[623] = _mix(old[623], new[0], new[396])


@kernel()
def _temper(state, out):
    for i in range(out.size):
        word = state[i]
        word ^= word >> _11
        word ^= (word << _7) & _TEMPER_B
        word ^= (word << _15) & _TEMPER_C
        out[i] = word ^ (word >> _18)


@kernel()
def fill(state, position, out):
    """Write the next words into `out`, and move the 624 of `state` on (both uint32); returns the position in them."""
    old = np.empty_like(state)
    done = 0
    while done < out.size:
        if position == 624:
            for i in range(624):  # `old[:] = state` takes 2 s more to compile
                old[i] = state[i]
            _twist(old, state)
            position = 0
        count = min(624 - position, out.size - done)
        _temper(state[position : position + count], out[done : done + count])
        position += count
        done += count
    return position
