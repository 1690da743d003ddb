"""Figures as pure functions that return SVG text: no colour of a text is fixed, classes are named.

Sizes stand in the viewBox alone; every figure has a title and a description for readers who hear
it, and what a colour says is also said in words.
"""
