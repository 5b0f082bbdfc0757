"""Programs that train something real, each run as `python -m examples.NAME`."""
