from collections.abc import Callable
from typing import Any

import pytest

from portal.authz.context import Context
from tests.conftest import NOW
from tests.factories.spaces import Space, actor_of, space_of
from tests.pages import PageClient


@pytest.fixture
def space(session) -> Space:
    """A vendor with the small questionnaire to answer."""
    made = space_of(session)
    session.commit()
    return made


@pytest.fixture
def admin(session, space) -> Context:
    """The vendor's own administrator, as use cases see them."""
    return Context(session, actor_of(space.admin, space.vendor), NOW)


@pytest.fixture
def page(as_, space) -> PageClient:
    """The vendor's administrator, signed in."""
    return as_(space.admin)


@pytest.fixture
def colleague(as_, space) -> PageClient:
    """A respondent of the same vendor, signed in."""
    return as_(space.respondent)


@pytest.fixture
def typed() -> Callable[..., dict[str, Any]]:
    """`typed(page)` gives what a browser would post of a section's form as it stands; names given replace or add."""

    def fields(found: Any, **changed: Any) -> dict[str, Any]:
        form = found.all("//form[@data-portal-answers]")[0]
        data: dict[str, Any] = {}
        for control in form.xpath(".//input | .//textarea | .//select"):
            name = control.get("name")
            if not name or control.get("form") or control.xpath("ancestor::template"):
                continue
            if control.get("type") in {"radio", "checkbox"} and control.get("checked") is None:
                continue
            value = control.text or "" if control.tag == "textarea" else control.get("value", "")
            if control.tag == "select":
                value = next(iter(control.xpath("./option[@selected]/@value")), "")
            data.setdefault(name, []).append(value)
        return {**data, **{name.replace("__", ":").replace("_", "."): value for name, value in changed.items()}}

    return fields


@pytest.fixture
def save(typed) -> Callable[..., Any]:
    """`save(page, path, {...})` posts a whole section as a browser would, with some fields changed."""

    def post(client: PageClient, path: str, changed: dict[str, Any], *, status: int = 302, then: str = "suite") -> Any:
        return client.post(path, {**typed(client.get(path)), **changed, "then": then}, status=status)

    return post
