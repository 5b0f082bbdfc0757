"""The methods of Tensor, one family a file; each is one line that calls an operation."""
