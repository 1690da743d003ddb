"""What is uncertain, as numbers for the kernels: polls, national error, candidates, named streams."""
