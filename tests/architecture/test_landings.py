"""Names of pages kept in mails and rows: each leads to a page, and those of version 0.1 still lead where they led."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from portal.core.landing import Landing
from portal.web import landings

ROOT = Path(__file__).resolve().parents[2]
ENDPOINTS_0_1 = Path(__file__).with_name("endpoints_0_1.txt").read_text(encoding="utf-8").splitlines()
"""Every endpoint of version 0.1 with its rule; never edited."""


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "portal").rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def landings_written() -> list[tuple[str, str, frozenset[str]]]:
    """Where, endpoint and names of arguments of each `Landing("…", …)` of the portal."""
    return [
        (f"{where}:{node.lineno}", node.args[0].value, frozenset(word.arg for word in node.keywords))
        for where, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Landing"
        and isinstance(node.args[0], ast.Constant)
    ]  # fmt: skip


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
    prefixes = sorted({match[1] for _, tree in sources() for match in _url_prefixes(tree)} - {""})
    starts = re.compile(rf"({'|'.join(re.escape(prefix) for prefix in prefixes)})(/|$)")
    found = [
        f"{where}:{node.lineno} {node.value}"
        for where, tree in sources()
        if "/views" not in where and not where.startswith("portal/web/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and starts.match(node.value)
        and "\n" not in node.value
    ]  # fmt: skip
    assert not found


def _url_prefixes(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "url_prefix" and isinstance(node.value, ast.Constant):
            yield "url_prefix", node.value.value


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
