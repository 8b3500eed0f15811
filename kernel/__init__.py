"""Shared plumbing of the processes."""

import gc

# Python looks for cycles after every 700 new objects; while tens of thousands of models and routes are built, a
# quarter of a start goes into looking. Nearly all of ours are freed without it.
gc.set_threshold(10_000, 20, 10)
