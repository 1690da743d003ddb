"""What the terminal of the user can show."""

from __future__ import annotations

import shutil
import sys


def terminal() -> tuple[int, bool]:
    """Return the width of the terminal and whether it can only show ASCII."""
    encoding = (sys.stdout.encoding or "ascii").lower().replace("-", "")
    return shutil.get_terminal_size((88, 24)).columns, not encoding.startswith("utf")
