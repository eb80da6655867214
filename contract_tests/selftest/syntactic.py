"""Mutants by a machine: the operators of cosmic-ray, applied to a module one place at a time.

cosmic-ray's own runner changes the files of the checkout in place and starts a new interpreter
for every mutant; here its operators change texts, and the forks of `forking` run them.  What
changes nothing but an annotation, or makes the same text as another operator, is left out.
"""

import ast
import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider


@frozen
class Change:
    """A changed module: its path, its whole new text, and a name that outlives other changes."""

    path: str
    text: str
    name: str
    function: str


def changes_of(path: Path, name: str) -> Iterator[Change]:
    """Yield every change of a module; `name` is its path in the checkout."""
    source = path.read_text("utf-8")
    nodes = list(ast_nodes(get_ast(source)))
    seen, names = {_meaning(source)}, dict[str, int]()
    for operator in _operators():
        for text in _texts(source, nodes, operator):
            meaning = _meaning(text)
            if meaning in seen:
                continue
            seen.add(meaning)
            line, what = _described(source, text)
            names[what] = names.get(what, 0) + 1
            again = f" ({names[what]})" if names[what] > 1 else ""
            yield Change(name, text, f"{name}: {what}{again}", _function(source, line))


def _operators() -> Iterator[Operator]:
    provider = OperatorProvider()
    for name in provider:
        operator = provider[name]
        if not operator.arguments():
            yield operator()


def _texts(source: str, nodes: Sequence[object], operator: Operator) -> Iterator[str]:
    for occurrence in range(sum(len(list(operator.mutation_positions(node))) for node in nodes)):
        try:
            text = mutate_code(source, operator, occurrence)
        except AttributeError:
            continue  # its ExceptionReplacer stumbles over `except (jwt.Error, ValueError)`
        if text is not None:
            yield text


class _WithoutAnnotations(ast.NodeTransformer):
    """Takes the annotations off arguments, results and fields."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def _meaning(text: str) -> str:
    """Return what tells one text from another, apart from annotations; the text if it is none."""
    try:
        return ast.dump(_WithoutAnnotations().visit(ast.parse(text)))
    except SyntaxError:
        return text


def _described(before: str, after: str) -> tuple[int, str]:
    """Return the line of a change (from 1), and the old and the new text of what it changes."""
    old, new = before.splitlines(), after.splitlines()
    for tag, start, end, begin, stop in difflib.SequenceMatcher(a=old, b=new).get_opcodes():
        if tag != "equal":
            return start + 1, f"{_joined(old[start:end])} -> {_joined(new[begin:stop])}"
    return 1, "nothing"


def _joined(lines: list[str]) -> str:
    return " / ".join(line.strip() for line in lines)


def _function(source: str, line: int) -> str:
    """Return the function or class at the top of a module that has a line; blank for none."""
    for node in ast.parse(source).body:
        named = isinstance(node, ast.FunctionDef | ast.ClassDef)
        if named and node.lineno <= line <= (node.end_lineno or node.lineno):
            return str(getattr(node, "name", ""))
    return ""
