"""The mutants of one file: mutmut's operators, and what they lack (a call left out, a condition turned round)."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal
from rooms import Named


@dataclass(frozen=True)
class Mutant:
    path: Path
    room: str
    operator: str
    lines: tuple[int, int]  # of the statement, counted from 1; of a compound one only its head
    key: str  # the same as long as the file is
    source: str  # of the whole file
    change: Callable[[], str]  # gives the mutated file

    def diff(self) -> str:
        before, after = self.source.splitlines(), self.change().splitlines()
        return "\n".join(difflib.unified_diff(before, after, str(self.path), "mutant", lineterm="", n=1))


def mutants_of(path: Path, room: str, code: str) -> Iterator[Mutant]:
    """Every mutant of the file, in the order of its nodes; the same file gives the same list."""
    wrapper = MetadataWrapper(cst.parse_module(code))
    visitor = _Visitor()
    wrapper.visit(visitor)
    for index, (lines, operator, before, after) in enumerate(visitor.found):
        change = partial(_changed, wrapper.module, before, after)
        yield Mutant(path, room, operator, lines, _key(path, str(index), code), code, change)


def named_mutant(root: Path, paths: Sequence[Path], named: Named) -> Mutant:
    """A change by its text, which must stand exactly once in the files."""
    texts = {path: (root / path).read_text(encoding="utf-8") for path in paths}
    path = next((path for path, code in texts.items() if named.text in code), None)
    if path is None or sum(code.count(named.text) for code in texts.values()) != 1:
        raise SystemExit(f"{named.where}: {named.text!r} does not stand there exactly once; correct rooms.py")
    code = texts[path]
    first = code[: code.index(named.text)].count("\n") + 1
    changed = code.replace(named.text, named.instead)
    lines = (first, first + named.text.count("\n"))
    return Mutant(path, "named", named.what, lines, _key(path, changed, code), code, lambda: changed)


def _key(*parts: object) -> str:
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:12]


def _changed(module: cst.Module, before: cst.CSTNode, after: cst.CSTNode) -> str:
    return cst.ensure_type(module.deep_replace(before, after), cst.Module).code


def left_out(node: cst.Expr | cst.Raise) -> Iterable[cst.CSTNode]:
    """A call whose answer nobody reads, or an error that is raised."""
    if isinstance(node, cst.Raise) or isinstance(node.value, cst.Call):
        yield cst.Pass()


def turned_round(node: cst.If | cst.CompIf) -> Iterable[cst.CSTNode]:
    """The condition of a statement or of a comprehension, where no operator of mutmut reaches it."""
    if m.matches(node.test, m.Name() | m.Attribute() | m.Call() | m.Subscript()):
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), node.test))


def nothing_returned(node: cst.Return) -> Iterable[cst.CSTNode]:
    if node.value is not None and not m.matches(node.value, m.Name("None")):
        yield node.with_changes(value=cst.Name("None"))


OPERATORS: list[tuple[Any, Callable[[Any], Iterable[cst.CSTNode]]]] = [
    *mutation_operators,
    (cst.Expr, left_out),
    (cst.Raise, left_out),
    (cst.If, turned_round),
    (cst.CompIf, turned_round),
    (cst.Return, nothing_returned),
]

# What no behaviour hangs on: types, decorators, exports, lines of a log, guards against our own slips.
SKIPPED = (
    m.Annotation()
    | m.Decorator()
    | m.ImportFrom()
    | m.If(test=m.Name("TYPE_CHECKING"))
    | m.Expr(value=m.SimpleString())
    | m.Assign(targets=[m.AssignTarget(target=m.Name("__all__"))])
    | m.Call(func=m.Attribute(value=m.Name("log")))
    | m.Call(func=m.Name("cast"))
    | m.Arg(keyword=m.Name("strict") | m.Name("encoding"))
    | m.Assert()
)
SKIPPED_KINDS = tuple(getattr(cst, type(one).__name__) for one in SKIPPED._options)
PLAIN = m.Call(func=m.Name("len") | m.Name("isinstance"))


class _Visitor(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.lines = (1, 1)
        self.found: list[tuple[tuple[int, int], str, cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, SKIPPED_KINDS) and m.matches(node, SKIPPED):
            return False
        if isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            place = self.get_metadata(PositionProvider, node)
            body = getattr(node, "body", None) if isinstance(node, cst.BaseCompoundStatement) else None
            last = (
                self.get_metadata(PositionProvider, body).start.line - 1
                if isinstance(body, cst.IndentedBlock)
                else place.end.line
            )
            self.lines = (place.start.line, max(place.start.line, last))
        for kind, operator in OPERATORS:
            if isinstance(node, kind) and not (operator is operator_arg_removal and m.matches(node, PLAIN)):
                name = operator.__name__.removeprefix("operator_")
                self.found += [(self.lines, name, node, after) for after in operator(node)]
        return True
