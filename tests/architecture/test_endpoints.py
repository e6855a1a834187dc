from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.authz.policy import GRANTS, Permission, Role
from portal.web import guard

GOLDEN = Path(__file__).with_name("permissions.txt")
COLUMNS = [role for role in Role if role not in {Role.SYSTEM, Role.ANONYMOUS}]


def matrix(app: Flask) -> str:
    """Endpoint × role: the letter of the scope (A all, O own, a assigned, S self), « · » for none, « * » for public."""
    lines = ["# endpoint · permission · " + " ".join(role.value for role in COLUMNS)]
    for endpoint in sorted(app.view_functions):
        needed = guard.declared(app, endpoint)
        if needed == guard.PUBLIC:
            lines.append(f"{endpoint:44} {'public':22} " + " ".join("*" for _ in COLUMNS))
            continue
        assert isinstance(needed, Permission)
        scopes = [GRANTS[role].get(needed) for role in COLUMNS]
        letters = [
            "·" if s is None else {"all": "A", "own": "O", "assigned": "a", "self": "S"}[s.value] for s in scopes
        ]
        lines.append(f"{endpoint:44} {needed.value:22} " + " ".join(letters))
    return "\n".join(lines) + "\n"


def test_every_endpoint_declares_a_permission(app):
    forgotten = [e for e in app.view_functions if guard.declared(app, e) is None]
    assert not forgotten, f"add @requires(Permission.…) or @public to {forgotten}"


def test_an_endpoint_that_declares_nothing_stops_the_application(portal_settings, monkeypatch):
    def forgetful() -> str:
        return "?"

    def with_a_hole(app: Flask) -> None:
        app.add_url_rule("/trou", "trou", forgetful)

    monkeypatch.setattr("portal.app.landings.install", with_a_hole)
    with pytest.raises(RuntimeError, match="trou"):
        create_app(portal_settings)


def test_who_may_call_what_is_written_down(app):
    """A change of permission shows as a line of `permissions.txt`; write it again with `make permissions`."""
    assert matrix(app) == GOLDEN.read_text(encoding="utf-8")


def test_public_endpoints_are_few_and_known(app):
    found = {e for e in app.view_functions if guard.declared(app, e) == guard.PUBLIC}
    assert found == {
        "static", "bootstrap.static", "system.health", "system.alive", "system.metrics",
        "identity.sign_in", "identity.language", "identity.ask_sign_in_link", "identity.forgot",
        "identity.sign_in_link", "identity.invitation", "identity.passkey_sign_in",
        "identity.provider_sign_in", "identity.provider_return", "identity.reset", "identity.sign_out",
        "vendor_space.join", "vendors.answer_facts",
        "contracts.answer_facts", "contracts.signatory", "calendars.feed_file",
    } & found | (found & {"identity.resend", "identity.accept"})  # fmt: skip


def test_every_role_grants_something_and_no_vendor_role_reaches_beyond_itself():
    for role, grants in GRANTS.items():
        assert grants, role
        if role.is_vendor:
            beyond = {p for p, scope in grants.items() if scope.value != "self" and p is not Permission.ACCOUNT_SELF}
            assert not beyond


if __name__ == "__main__":
    GOLDEN.write_text(matrix(create_app()), encoding="utf-8")
