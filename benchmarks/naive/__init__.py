"""Plain Python loops over lists: the baseline of the benchmarks, and the oracle that the fast code is checked by."""
