"""The scenario language: YAML and CSV to a valid scenario, or to every message at once."""
