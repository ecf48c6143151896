"""Erases what only the type checker needs, keeping every line where it was.

Transcrypt has no ``typing``, and must not see imports that exist for annotations alone. Erased lines
become empty, so source maps and error messages still name the right line.
"""

import ast

_TYPE_BASES = {"TypedDict", "Protocol"}


def erase(source: str) -> str:
    """The source without its type-only statements.

    Erased: ``from __future__ import …``, ``from typing import …``, ``if TYPE_CHECKING:`` blocks, and
    classes that only describe a shape.

    Args:
        source: one module's text, valid Python.

    Returns:
        The text to compile, with as many lines as before.
    """
    lines = source.splitlines()
    for node in ast.parse(source).body:
        if is_type_only(node):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return "\n".join(lines) + "\n"


def is_type_only(node: ast.stmt) -> bool:
    """Whether a top-level statement says something to the type checker alone."""
    if isinstance(node, ast.ImportFrom):
        return node.module in {"__future__", "typing"}
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.ClassDef):
        return any(isinstance(base, ast.Name) and base.id in _TYPE_BASES for base in node.bases)
    return False
