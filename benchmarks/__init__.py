"""Speed and memory, against PyTorch where it is installed, and plain Python loops: `python -m benchmarks mlp`."""
