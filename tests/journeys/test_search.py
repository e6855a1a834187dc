"""The search and the navigation by keyboard."""

import pytest
from playwright.sync_api import expect

from portal.authz.policy import Role
from tests.factories.world import vendor_of

pytestmark = pytest.mark.browser


def test_the_search_is_reached_walked_and_left_by_keyboard(portal, visit):
    portal.account("dpo@maison.example", "Claire Dumas", Role.DPO)
    with portal.database.transaction() as session:
        for name in ("Atelier du Rhône", "L'Atelier d'Été"):
            vendor_of(session, name=name)
    page = visit("dpo@maison.example")
    field = page.get_by_role("combobox")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("atelier")
    options = page.get_by_role("option")
    expect(options).to_have_count(2)
    page.keyboard.press("Escape")
    expect(options.first).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("ete")
    expect(options).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Atelier d’Été")
    audits = page.locator("summary", has_text="Audits")
    audits.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/campagnes")
    expect(audits).to_have_attribute("aria-current", "true")
