"""No address, whatever is written after its « ? », is an error of ours: every page of the URL map, with absurd values.

The names tried are those that the views really ask for, noted while they are asked: none has to be listed.
"""

from collections import defaultdict
from urllib.parse import quote

import pytest

from portal.authz.policy import GRANTS, Role
from portal.web import guard
from tests.factories.people import user_of
from tests.factories.world import full_vendor
from tests.noted_fields import NotedFields

ABSURD = (
    "9999-12-31", str(10**30), "-1", "é" * 600, "%00", "%FF%FE%ED%A0%80",
)  # fmt: skip
"""As they stand in an address; the server takes no line of more than 4,094 bytes."""
LEFT_OUT = {"system.health", "scorecards.show"}
"""The page that answers 503 as a matter of course; one whose row, in the tests' world, is not whole."""


class _Noted(NotedFields):
    """The arguments of a request."""


@pytest.fixture
def noted(app, monkeypatch):
    """The names asked for since it was last cleared."""
    noting = type("Noting", (app.request_class,), {"parameter_storage_class": _Noted})
    monkeypatch.setattr(app, "request_class", noting)
    _Noted.asked.clear()
    return _Noted.asked


def _rows(session, vendor) -> dict[str, list[int]]:
    """A row of each kind that belongs to this vendor, by the name that addresses give to it."""
    found: dict[str, list[int]] = defaultdict(list)
    for mapper in type(vendor).registry.mappers:
        model = mapper.class_
        if hasattr(model, "vendor_id") and hasattr(model, "id"):
            row = session.query(model).filter(model.vendor_id == vendor.id).first()
            if row is not None:
                found[mapper.local_table.name.split("_")[-1]].append(row.id)
    found["vendor"].append(vendor.id)
    return found


def _path(rule, rows) -> str | None:
    values = {}
    for name, converter in rule._converters.items():
        kind = name.removesuffix("_id")
        if kind in rows:
            values[name] = rows[kind][0]
        else:
            values[name] = min(getattr(converter, "items", ()) or ["1"])
    built = rule.build(values)
    return built and built[1]


def _status(client, path: str, names: list[str], value: str) -> int:
    written = value if value.startswith(("%", "a%")) else quote(value)
    try:
        answer = client.get(f"{path}?{'&'.join(f'{name}={written}' for name in names)}")
    except Exception:  # what a page of ours raises is let through in tests
        return 500
    answer.close()
    return answer.status_code


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # the stricter of the two with what it is given
def test_no_address_with_an_absurd_value_is_an_error_of_ours(app, session, as_, noted):
    vendor = full_vendor(session, user_of(session, Role.DPO))
    session.commit()
    rows, tried, faults = _rows(session, vendor), 0, []
    clients = {role: as_(role).client for role in (Role.DPO, Role.ADMIN)}
    for rule in app.url_map.iter_rules():
        path = _path(rule, rows) if "GET" in rule.methods and rule.endpoint not in LEFT_OUT else None
        if path is None:
            continue
        client = clients[Role.DPO if guard.declared(app, rule.endpoint) in GRANTS[Role.DPO] else Role.ADMIN]
        noted.clear()
        client.get(path).close()
        tried_names: set[str] = set()
        # A value may make a view ask for more: it is tried until it asks for nothing new.
        while more := sorted(noted - tried_names - {"csrf_token"}):
            tried_names.update(more)
            for value in ABSURD:
                status = _status(client, path, more, value)
                alone = more if status >= 400 and len(more) > 1 else []  # one of them is refused: what of the others?
                found = {(name,): _status(client, path, [name], value) for name in alone} or {tuple(more): status}
                tried += len(found)
                faults += [(path, names, value[:20]) for names, status in found.items() if status >= 500]
    assert not faults
    assert tried > 300


@pytest.mark.parametrize("day", ["9999-12-31", "1899-12-31", "2201-01-01"])
def test_a_filter_in_a_year_that_no_one_can_mean_is_refused_with_a_sentence(as_, day):
    found = as_(Role.DPO).get(f"/journal?au={day}", status=422)
    assert "L’année doit être comprise entre 1900 et 2200." in found.words
