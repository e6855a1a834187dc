"""One of ours sees a vendor's pages exactly as its administrator does: for half an hour, reading only.

The same views, queries and templates answer, as an actor that reaches that vendor and has neither account nor address;
a request that means to write is refused before any view, and what one that reads might write is taken back.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask, g, request, session
from flask_login import current_user
from sqlalchemy import select

from portal.authz import policy
from portal.authz.policy import Actor, Permission, Role
from portal.core.clock import legal_date
from portal.core.errors import Forbidden
from portal.core.language import N_
from portal.vendors.models import Vendor
from portal.web import edge

SEEN_FOR = timedelta(minutes=30)
_KEY = "seen_as"
_READS = frozenset({"GET", "HEAD"})
_OWN_PAGES = frozenset({"vendor_space.choose", "vendor_space.answer_for", "vendor_space.join"})
"""Pages about an account, not about a vendor."""


def install(app: Flask) -> None:
    """Before anybody asks what the request may do: to be called before the guard is installed."""
    app.before_request(_see_as_vendor)


def begin(vendor_id: int, now: datetime) -> None:
    """See the space of this vendor from the next page on; the caller has checked and journalled it."""
    session[_KEY] = [vendor_id, now.isoformat()]


def end() -> int | None:
    """See it no more; returns which vendor it was."""
    held = session.pop(_KEY, None)
    return int(held[0]) if held else None


def seen_vendor() -> str:
    """The name of the vendor whose space this page shows as it sees it; empty on any other page."""
    name: str = g.get("seen_vendor", "")
    return name


def _see_as_vendor() -> None:
    held = session.get(_KEY)
    if held is None or request.blueprint != "vendor_space" or request.endpoint in _OWN_PAGES:
        return
    if not _may_see() or edge.request_time() - datetime.fromisoformat(held[1]) > SEEN_FOR:
        session.pop(_KEY)
        return
    if request.method not in _READS:
        raise Forbidden(N_("Vous regardez cet espace comme le prestataire : rien ne s'y écrit."))
    vendor_id = int(held[0])
    name = edge.db_session().scalar(select(Vendor.name).where(Vendor.id == vendor_id))
    if name is None:
        return
    g.seen_vendor = name
    who: Actor = current_user.actor
    edge.read_as(replace(who, role=Role.VENDOR_ADMIN, id=None, email="", vendor_ids=frozenset({vendor_id}), until=None))


def _may_see() -> bool:
    if not current_user.is_authenticated or current_user.required_step is not None:
        return False
    return policy.can(current_user.actor, Permission.SPACE_PREVIEW, today=legal_date(edge.request_time()))
