from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity import rules
from portal.identity.rules import SessionFacts, is_session_good

START = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "idle", "good"),
    [
        (timedelta(minutes=60), timedelta(minutes=60), True),
        (timedelta(minutes=61), timedelta(minutes=61), False),
        (timedelta(hours=12), timedelta(0), True),
        (timedelta(hours=12, seconds=1), timedelta(0), False),
    ],
)
def test_a_session_ends_after_an_idle_hour_or_twelve_hours_in_all(age, idle, good):
    now = START + age
    assert is_session_good(SessionFacts(START, now - idle, revoked=False, disabled=False), now) is good


@pytest.mark.parametrize("fact", ["revoked", "disabled"])
def test_a_revoked_session_and_a_closed_account_are_out_at_once(fact):
    facts = {"revoked": False, "disabled": False, fact: True}
    assert not is_session_good(SessionFacts(START, START, **facts), START)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2)), st.timedeltas(min_value=timedelta(0)))
def test_a_session_that_has_ended_never_comes_back(age, more):
    later = START + age + min(more, timedelta(days=365))
    facts = SessionFacts(START, START + age / 2, revoked=False, disabled=False)
    if not is_session_good(facts, START + age):
        assert not is_session_good(facts, later)


def test_the_same_accents_make_the_same_password_on_every_keyboard():
    assert rules.normal_password("e\u0301clair") == rules.normal_password("\u00e9clair")


@given(st.text(max_size=60))
def test_a_local_path_never_leaves_the_portal(target):
    """Whatever is asked, a browser that follows the answer stays where it is (WHATWG: \\ is /, tabs are dropped)."""
    found = rules.local_path(target)
    as_browsers_read = "".join(c for c in found if c not in "\t\r\n").replace("\\", "/")
    assert urlsplit(urljoin("https://vigie.exemple/connexion", as_browsers_read)).netloc == "vigie.exemple"
    assert found.startswith("/")


@pytest.mark.parametrize(
    "target",
    [
        None, "", "journal", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n/evil.example", " /journal", "/journal evil", "javascript:alert(1)", "/a\u2028b",
        "/" + "x" * 2000,
    ],
)  # fmt: skip
def test_what_is_not_a_path_of_ours_is_replaced(target):
    assert rules.local_path(target, "/accueil") == "/accueil"


@pytest.mark.parametrize("target", ["/", "/journal?page=2&q=é", "/invitation#abc", "/espace/audits/12"])
def test_a_path_of_ours_is_kept(target):
    assert rules.local_path(target, "/accueil") == target


def test_one_ipv6_subscriber_is_one_address():
    assert rules.network_of("2001:db8::1") == rules.network_of("2001:db8::ffff:1")
    assert rules.network_of("2001:db8::1") != rules.network_of("2001:db8:0:1::1")
    assert rules.network_of("fe80::1%eth0") == "fe80::/64"


@given(st.ip_addresses())
def test_every_address_has_a_network(address):
    assert rules.network_of(str(address))


def test_addresses_are_known_in_lower_case_without_changing_domain():
    assert rules.normal_address(" Jeanne@Exemple.TEST\n") == "jeanne@exemple.test"
    assert rules.normal_address("a@straße.de") != rules.normal_address("a@strasse.de")


@pytest.mark.parametrize(
    "address",
    ["a@b", "a b@c.fr", "a@c..fr", "@c.fr", "a@", "a@c.fr\nBcc: x@y.fr", "a@-c.fr", "é@c.fr", "x" * 250 + "@c.fr"],
)
def test_what_cannot_be_an_address_is_refused(address):
    assert not rules.is_address(address)


@pytest.mark.parametrize("address", ["a@c.fr", "jeanne.roy+vigie@sous.exemple.local", "o'neil@exemple.test"])
def test_what_can_be_an_address_is_accepted_private_networks_included(address):
    assert rules.is_address(address)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/141 Safari/537.36 Edg/141", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/141 Mobile Safari/537.36", "Chrome, Android"),
        ("Firefox", "Firefox"),
        ("", "Navigateur inconnu"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_its_owner_knows_it(agent, name):
    assert str(rules.device(agent)) == name


def test_the_fifth_failure_on_an_account_or_the_thirtieth_from_an_address_closes_the_door():
    assert not rules.is_throttled(4, 29)
    assert rules.is_throttled(5, 0)
    assert rules.is_throttled(0, 30)
