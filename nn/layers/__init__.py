"""Layers: state, and one call of nn.functional each."""
