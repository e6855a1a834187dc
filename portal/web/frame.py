"""What stands around every page: its menus, kept as HTML for all who see the same, and the macros that pages share."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

from flask import Flask, current_app, request
from markupsafe import Markup

from portal.web import page_templates
from portal.web.frozen import FrozenHtml

MOST_KEPT = 1_000
"""Menus in a process: for each place in the portal, each language, and what people may open."""


def install(app: Flask) -> None:
    """Have the templates of this application be of that kind, and nothing kept yet."""
    page_templates.install(app)
    app.extensions["vigie.frame"] = FrozenHtml(MOST_KEPT)


def kept(key: Hashable, make: Callable[[], str]) -> Markup:
    """A piece of the frame, made once in a process for all pages of the same key and under the same address.

    The key names all that it depends on, the reader's language included; it holds nothing of a request.
    """
    store: FrozenHtml = current_app.extensions["vigie.frame"]
    return store.of((request.script_root, key), make)


def navigation(groups: Iterable[Any]) -> str:
    """The groups of the navigation, as `macros/shell.html` draws them."""
    drawn: str = current_app.jinja_env.get_template("macros/shell.html").module.nav_groups(list(groups))  # type: ignore[attr-defined]
    return drawn
