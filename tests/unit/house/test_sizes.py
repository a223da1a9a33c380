"""No function and no class is larger than a reader can hold at once."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from tests.builders.repository import ROOT

ROOMS = ("benchmarks", "connectors", "flows", "sandbox", "schemas", "sendersync")

MOST_LINES_OF_A_FUNCTION = 60
MOST_LINES_OF_A_CLASS = 200
NOT_CODE = frozenset(
    {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
)


def code_lines(source: str) -> set[int]:
    """Lines that hold code: no blank ones, no comments, no docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NOT_CODE:
            lines.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                lines -= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def _sizes(kinds: tuple[type[ast.AST], ...]) -> Iterator[tuple[int, str, str]]:
    """Code lines, place and docstring of each function or class of ours."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            source = path.read_text("utf-8")
            lines = code_lines(source)
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, kinds):
                    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
                    within = range(node.lineno, (node.end_lineno or node.lineno) + 1)
                    place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                    yield len(lines & set(within)), place, ast.get_docstring(node) or ""


def test_a_function_fits_on_a_screen() -> None:
    """A function has at most 60 lines of code."""
    long = [
        f"{place}: {size} lines"
        for size, place, _ in _sizes((ast.FunctionDef, ast.AsyncFunctionDef))
        if size > MOST_LINES_OF_A_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_a_class_is_one_idea() -> None:
    """A class of more than 200 lines says in its docstring why it is one ("One class because ...")."""
    long = [
        f"{place}: {size} lines"
        for size, place, said in _sizes((ast.ClassDef,))
        if size > MOST_LINES_OF_A_CLASS and "One class because" not in said
    ]
    assert not long, "\n".join(long)


def test_only_code_counts() -> None:
    """Docstrings, comments and blank lines are free; a text over several lines is code."""
    source = 'def one():\n    """Two\n\n    lines."""\n\n    # why\n    return """a\n    b"""\n'
    assert code_lines(source) == {1, 7, 8}
