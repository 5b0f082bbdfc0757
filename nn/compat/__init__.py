"""Run PyTorch scripts as they are: `python -m nn.compat script.py ARGS`.

`import torch` and `import torchvision` then give this library under PyTorch's names. Real PyTorch, where installed, is
left alone outside this command.
"""

from nn.compat.alias import AliasModule, install

__all__ = ["AliasModule", "install"]
