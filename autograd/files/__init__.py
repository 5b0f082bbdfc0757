"""Formats of files, behind `autograd.save` and `load`: safetensors, PyTorch's own without PyTorch, NumPy's."""
