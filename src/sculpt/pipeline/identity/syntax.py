"""A digest of the syntax tree: equal for two texts just where they are one program.

Comments, layout, quotes and parentheses are not in the tree.  Statements that do nothing are left out of it: ``pass``
and any constant on a line of its own, hence every docstring and every ``...``.  So a docstring in place of ``pass`` is
no edit.  Code that computes with its own ``__doc__`` is outside this rule.  Annotations and the order of imports count.
"""

import ast
import hashlib
from functools import cache


def tree_digest(tree: ast.AST) -> str:
    """A digest of what the program ``tree`` does.

    ast.dump and ast.unparse write the same tree differently in different versions of Python; this does not.
    """
    pieces: list[str] = []
    _dump(tree, pieces)
    return short_hash("".join(pieces))


def short_hash(text: str) -> str:
    """64 bits of a hash: a value is only compared with the one before the edit, so one edit in 2**64 goes unseen."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _dump(value: object, pieces: list[str]) -> None:
    if isinstance(value, ast.AST):
        pieces.append(f"{type(value).__name__}(")
        for field in _fields(type(value)):
            content = getattr(value, field)
            if isinstance(content, list):
                content = [item for item in content if not _does_nothing(item, value)]
            # Newer versions of Python have more fields, which are empty for older syntax.
            if content is not None and content != []:
                pieces.append(f"{field}=")
                _dump(content, pieces)
        pieces.append(")")
    elif isinstance(value, list):
        pieces.append("[")
        for item in value:
            _dump(item, pieces)
        pieces.append("]")
    else:
        # Not !r: what it escapes depends on the Unicode version that the interpreter knows.
        pieces.append(f"{type(value).__name__}:{value!a};")


@cache
def _fields(node_type: type[ast.AST]) -> tuple[str, ...]:
    # ctx follows from the place of the node; kind is the prefix of u"text".
    return tuple(sorted(set(node_type._fields) - {"ctx", "kind"}))


def _does_nothing(item: object, parent: ast.AST) -> bool:
    if isinstance(item, ast.Constant):
        # Python 3.12 ends the format specification of f"{x:{width}}" with an empty string, others do not.
        return isinstance(parent, ast.JoinedStr) and item.value == ""
    return isinstance(item, ast.Pass) or (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
