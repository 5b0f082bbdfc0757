"""Shuffling by random words."""

from autograd.kernels.jit import kernel


@kernel()
def fisher_yates(words, order):
    """Shuffle `order` in place: item i changes places with item i + words[i] % (n - i).

    `words` holds at least n - 1 random uint32 for the n items. Source: R. Durstenfeld, Algorithm 235, CACM 7 (1964).
    """
    n = order.size
    for i in range(n - 1):
        other = i + words[i] % (n - i)
        order[i], order[other] = order[other], order[i]
