"""Run Python blocks one after the other, as a notebook does: what each prints, and its value."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import sys


def run_cell(cell: str, space: dict[str, object]) -> str:
    """Return what a block prints, with the value of its last line where that is an expression."""
    body = ast.parse(cell).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(ast.Module(body, []), "<block>", "exec"), space)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<block>", "eval"), space)
            if value is not None:
                sys.stdout.write(f"{value!r}\n")
    return said.getvalue()


if __name__ == "__main__":
    space: dict[str, object] = {}
    json.dump([run_cell(cell, space) for cell in json.load(sys.stdin)], sys.stdout)
