"""A document tree as JSON and back: what was drafted can always be shown as it was."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from portal.core.documents import tree
from portal.core.language import Language

NODE = "node"
"""Where a frozen node says which kind it is; no field of the tree bears this name."""

_KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in vars(tree).values()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == tree.__name__
}


def freeze(node: Any) -> Any:
    """The tree as plain values; each node carries the name of its kind.

    >>> freeze(tree.Note((tree.Text("Projet"),), kind="draft"))["kind"]
    'draft'
    """
    if is_dataclass(node) and not isinstance(node, type):
        return {NODE: type(node).__name__, **{f.name: freeze(getattr(node, f.name)) for f in fields(node)}}
    if isinstance(node, Language):
        return node.value
    return [freeze(item) for item in node] if isinstance(node, tuple) else node


def thaw(frozen: Any) -> Any:
    """The tree of frozen values; raises KeyError for a kind of node that no longer exists."""
    if isinstance(frozen, dict):
        values = {name: thaw(value) for name, value in frozen.items() if name != NODE}
        if "language" in values:
            values["language"] = Language(values["language"])
        return _KINDS[frozen[NODE]](**values)
    return tuple(thaw(item) for item in frozen) if isinstance(frozen, list) else frozen
