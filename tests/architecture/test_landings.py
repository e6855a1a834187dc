"""Names of pages kept in mails and rows: each leads to a page, and those of version 0.1 still lead where they led."""

import re
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from portal.core.landing import Landing
from portal.web import landings
from tests.factories.sources import sources

ENDPOINTS_0_1 = Path(__file__).with_name("endpoints_0_1.txt").read_text(encoding="utf-8").splitlines()
"""Every endpoint of version 0.1 with its rule; never edited."""


def landings_written() -> list[tuple[str, str, frozenset[str]]]:
    """Where, endpoint and names of arguments of each `Landing("…", …)` of the portal."""
    return [
        (f"{file.path}:{call.line}", call.arguments[0], frozenset(call.named))
        for file in sources()
        for call in file.calls
        if call.name == "Landing" and call.arguments and isinstance(call.arguments[0], str)
    ]


def test_every_landing_names_a_page_with_all_its_arguments(app):
    written = landings_written()
    assert len(written) >= 10
    wrong = [
        (where, endpoint)
        for where, endpoint, arguments in written
        if not any(rule.arguments <= arguments for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    ]
    assert not wrong


def test_no_page_is_named_by_its_path_below_the_views():
    """A path written in a lower domain points to a page that it does not know: it is named by a Landing instead."""
    named = {call.named.get("url_prefix") for file in sources() for call in file.calls}
    prefixes = sorted(prefix for prefix in named if isinstance(prefix, str) and prefix)
    assert len(prefixes) > 10
    starts = re.compile(rf"({'|'.join(re.escape(prefix) for prefix in prefixes)})(/|$)")
    found = [
        f"{file.path}:{line} {text}"
        for file in sources()
        if "/views" not in file.path and not file.path.startswith("portal/web/")
        for line, text in file.strings
        if starts.match(text) and "\n" not in text
    ]
    assert not found


@pytest.mark.parametrize("line", ENDPOINTS_0_1, ids=lambda line: line.replace(" ", "-"))
def test_an_endpoint_of_version_0_1_still_leads_to_the_same_path(app, line):
    """An endpoint that is renamed has its old name in `portal.web.landings.RENAMED`."""
    endpoint, rule = line.split(maxsplit=1)
    today = landings.RENAMED.get(endpoint, endpoint)
    assert _plain(rule) in {_plain(one.rule) for one in app.url_map.iter_rules() if one.endpoint == today}


def _plain(rule: str) -> str:
    """A rule without the bounds and the names of its arguments."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", r"<\1>", rule)


def test_only_names_of_today_are_in_use_and_only_names_of_before_are_renamed(app):
    assert set(landings.RENAMED.values()) <= set(app.view_functions)
    assert not set(landings.RENAMED) & set(app.view_functions)


@pytest.mark.parametrize(
    ("stored", "path"),
    [
        ("vendor_space.audit?audit_id=12", "/espace/audits/12"),
        ("campaigns.wave?wave_id=3&etat=en-retard", "/campagnes/vagues/3?etat=en-retard"),
        ("dashboard.home", "/"),
        ("/espace/audits/12", "/espace/audits/12"),
        ("/campagnes/vagues/3?etat=en-retard", "/campagnes/vagues/3?etat=en-retard"),
    ],
)
def test_what_a_row_keeps_is_read_whichever_version_wrote_it(app, stored, path):
    assert landings.path_in(app, Landing.read(stored)) == path


@pytest.mark.parametrize("stored", ["nowhere.page?number=1", "vendor_space.audit", "vendor_space.audit?audit_id=douze"])
def test_a_page_that_is_no_longer_there_leads_home_and_is_logged(app, stored):
    with capture_logs() as logs:
        assert landings.path_in(app, Landing.read(stored)) == "/"
    assert logs[0]["log_level"] == "error"


def test_a_renamed_endpoint_is_read_by_its_old_name(app, monkeypatch):
    monkeypatch.setattr(landings, "RENAMED", {"old.page": "vendor_space.audit"})
    assert landings.path_in(app, Landing.read("old.page?audit_id=4")) == "/espace/audits/4"
