"""What writes the pages of the docs."""
