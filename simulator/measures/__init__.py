"""What votes and seats amount to, and how good a forecast was: pure functions on arrays."""
