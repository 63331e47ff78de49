"""``make test k=EXPR``: which tests an expression means.

An expression is made of words, ``and``, ``or``, ``not`` and parentheses. A word stands for the
tests whose file, class or function name contains it. pytest's own ``-k`` looks at folder names
too, where every test of the add-on would match "lot".
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from .base import Stop

WORD = re.compile(r"[^\s()]+")


def matches(expression: str, name: str) -> bool:
    """Whether a test is meant.

    :param name: ``file::Class::function``, parameters of the test included
    :raise Stop: when the expression is none
    """
    lower = name.lower()

    def truth(word: re.Match) -> str:
        kept = word[0] in ("and", "or", "not")
        return word[0] if kept else str(word[0].lower() in lower)

    try:
        return bool(eval(WORD.sub(truth, expression), {}))  # only the words of truth() get here
    except (SyntaxError, TypeError) as error:
        raise Stop(f"k={expression} is no expression of words, and, or, not") from error


def any_match(expression: str, folder: Path) -> bool:
    """Whether a folder holds a test that is meant, as far as its source tells."""
    names = (name for path in folder.rglob("test_*.py") for name in _tests(path))
    return any(matches(expression, name) for name in names)


def _tests(path: Path) -> Iterator[str]:
    """Names of the tests in a file."""
    for node in ast.parse(path.read_text()).body:
        functions = node.body if isinstance(node, ast.ClassDef) else [node]
        prefix = f"{path.stem}::{node.name}" if isinstance(node, ast.ClassDef) else path.stem
        for function in functions:
            if isinstance(function, ast.FunctionDef) and function.name.startswith("test"):
                yield f"{prefix}::{function.name}"
