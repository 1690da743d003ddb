"""Published and recorded figures, made again from public data that is not part of the project.

Every module is a command, `python -m benchmarks.validation.NAME FOLDER`: it reads data from the
folder, prints each target beside what was found, and exits with 1 when one is missed. What the
folder holds and where the files come from: docs/explanation/validation.md.
"""
