"""What is uncertain, in numbers: polls, national error, candidates, streams of names."""
