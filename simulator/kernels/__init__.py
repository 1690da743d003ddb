"""The same rules, and the model, for a block of draws: numba and numpy only, no names, no files."""
