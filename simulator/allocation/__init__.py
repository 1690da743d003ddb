"""Votes to seats for one election: methods by name, and the exact judge. No randomness, no YAML."""
