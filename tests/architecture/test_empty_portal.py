"""On a portal where nothing exists yet, no page is a dead end: each empty list says what to do, or why it is empty."""

from typing import Any

import pytest
from flask import Flask

from portal.authz.policy import Role
from portal.core.db import Database
from tests.factories.people import user_of
from tests.factories.world import vendor_of, vendor_user
from tests.pages import Page, PageClient

NO_PAGE = {
    "identity.language": "changes the language and goes back",
    "static": "a file",
    "bootstrap.static": "a file",
    "system.components": "shows the pieces of pages, an empty list among them",
}


def addresses(app: Flask) -> list[str]:
    """Every page that is asked for without a name or a number."""
    with app.test_request_context():
        return sorted(
            {
                rule.rule
                for rule in app.url_map.iter_rules()
                if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint not in NO_PAGE
            }
        )


def faults_of(client: PageClient, path: str, page: Page) -> list[str]:
    """What would leave a person standing there."""
    found = []
    for empty in page.all(".empty"):
        words = " ".join(empty.text_content().split())
        links = empty.xpath(".//a/@href")
        title = " ".join(empty.xpath("string(.//*[contains(@class, 'empty__title')])").split())
        if not links and not empty.xpath(".//button") and words == title:
            found.append(f"{path}: « {title} » says neither what to do nor why")
        for link in links:
            status = client.client.get(str(link)).status_code
            if status not in {200, 302}:
                found.append(f"{path}: « {title} » leads to {link}, which answers {status}")
    for table in page.all("//main//table[contains(@class, 'list')]"):
        if not table.xpath(".//tbody/tr"):
            found.append(f"{path}: a table without a row, and without a word")
    if not page.all("//main//*[self::a or self::button or self::input or self::select]") and not page.all(".empty"):
        words = " ".join(page.one("main").text_content().split())
        if len(words) < 60:
            found.append(f"{path}: nothing to do and nothing to read: « {words} »")
    return found


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ANONYMOUS, Role.SYSTEM}])
def test_no_page_of_an_empty_portal_is_a_dead_end(app: Flask, database: Database, session: Any, role: Role) -> None:
    user = vendor_user(session, vendor_of(session), role) if role.is_vendor else user_of(session, role)
    session.commit()
    client = PageClient(app, user)
    faults: list[str] = []
    seen = 0
    for path in addresses(app):
        answer = client.client.get(path)
        if answer.status_code != 200 or "html" not in (answer.content_type or ""):
            continue
        seen += 1
        faults += faults_of(client, path, Page(answer))
    assert seen > 5
    assert not faults, "\n".join(faults)
