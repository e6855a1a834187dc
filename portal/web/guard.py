"""Default-deny: every endpoint declares a permission or says that it is public; one that does neither is an error."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from portal.authz import policy
from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.errors import Forbidden, NotFound
from portal.core.language import N_
from portal.web.edge import current

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
_UNSEEN: set[str] = set()
"""Blueprints whose very pages are no business of a vendor."""
_LIBRARY_ENDPOINTS = frozenset({"static", "web.static", "bootstrap.static"})


def install(app: Flask) -> None:
    """Check before each view that the request is entitled to it."""
    app.before_request(lambda: check_endpoint(app))


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that a view needs; the row itself is checked by the query that fetches it."""

    def declare(view: View) -> View:
        view.__permission__ = permission  # type: ignore[attr-defined]
        return view

    return declare


def takes_files(view: View) -> View:
    """Declare that a view receives files: a signed-in caller may send it as much as the settings allow."""
    view.__takes_files__ = True  # type: ignore[attr-defined]
    return view


def unseen_by_vendors(blueprint: Blueprint) -> Blueprint:
    """Declare that for the external audience the pages of a blueprint do not exist (404), rather than being refused."""
    _UNSEEN.add(blueprint.name)
    return blueprint


def public(view: View) -> View:
    """Declare that anyone may call this view, signed in or not."""
    view.__permission__ = PUBLIC  # type: ignore[attr-defined]
    return view


def declared(app: Flask, endpoint: str) -> Permission | str | None:
    """What an endpoint declares; library assets are public."""
    if endpoint in _LIBRARY_ENDPOINTS:
        return PUBLIC
    return getattr(app.view_functions[endpoint], "__permission__", None)


def may_ask_for(ctx: Context, endpoint: str) -> bool:
    """Whether a page exists and this person may ask for one of its kind; of which row is for the page to say."""
    needed = declared(current_app, endpoint) if endpoint in current_app.view_functions else None
    return needed == PUBLIC or (isinstance(needed, Permission) and ctx.can(needed))


def check_endpoint(app: Flask) -> ResponseReturnValue | None:
    """Before each view: stop a request that is not entitled to it."""
    if request.endpoint is None:
        return None
    needed = declared(app, request.endpoint)
    if needed == PUBLIC:
        return None
    if not isinstance(needed, Permission):
        raise RuntimeError(f"the endpoint {request.endpoint} declares no permission")
    if not current_user.is_authenticated:
        if request.method != "GET" or request.headers.get("X-Requested-With"):
            abort(401)
        return redirect(url_for("identity.sign_in", next=request.full_path.rstrip("?")))
    required_step = getattr(current_user, "required_step", None)
    if required_step and request.endpoint not in required_step.allowed:
        return redirect(url_for(required_step.endpoint))
    if not policy.can(current().actor, needed, today=current().today):
        if request.blueprint in _UNSEEN and current().actor.role.is_vendor:
            raise NotFound()
        raise Forbidden(N_("Votre compte ne permet pas cette action."))
    return None


def assert_all_declared(app: Flask) -> None:
    """Fail at start when an endpoint was forgotten."""
    forgotten = sorted(e for e in app.view_functions if declared(app, e) is None)
    if forgotten:
        raise RuntimeError(f"these endpoints declare no permission: {', '.join(forgotten)}")
