"""The closed set of rule kinds: pure, exact, every figure from the pack, all reasons at once."""
