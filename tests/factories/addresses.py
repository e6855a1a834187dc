"""Addresses of the demonstration that lead somewhere: for each rule, a row that is there, and who may ask for it."""

import json
from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from sqlalchemy import Table, select
from werkzeug.routing import IntegerConverter, Rule

from portal.authz.policy import GRANTS, Role
from portal.core.db import Base
from portal.web import guard
from tests.demonstrations import World, made_here

ROWS_TRIED = 4
ADDRESSES_TRIED = 24
TABLES = {
    "vendors.request_id": "facts_request", "contracts.request_id": "contract_facts_request",
    "findings.message_id": "finding_message", "contracts.message_id": "contract_message",
    "decoys.message_id": "decoy_message", "contracts.decision_id": "deadline_decision",
    "vendors.decision_id": "vendor_decision", "paper.batch_id": "paper_batch", "decoys.batch_id": "decoy_batch",
    "journal.entry_id": "journal_entry", "own_questionnaires.entry_id": "own_question", "part_id": "own_section",
    "questionnaires.version_id": "questionnaire_version", "request_id": "person_request", "entity_id": "legal_entity",
    "import_id": "vendor_import", "older_id": "evidence",
}  # fmt: skip
"""Names that addresses give to rows which are not those of their tables, in one blueprint or in all."""
WIDEST = (
    Role.DPO, Role.ADMIN, Role.VENDOR_ADMIN, Role.LEGAL, Role.BUYER, Role.MANAGEMENT, Role.EXPERT,
    Role.VENDOR_RESPONDENT, Role.VENDOR_READER,
)  # fmt: skip


def who_may(world: World, rule: Rule) -> Role | None:
    """The first of those who may ask for an endpoint; the DPO for a public one."""
    needed = guard.declared(world.app, rule.endpoint)
    if needed == guard.PUBLIC:
        return Role.DPO
    return next((role for role in WIDEST if needed in GRANTS[role]), None)


def addresses(world: World, method: str) -> list[tuple[Rule, Role, str]]:
    """Each rule of a method with who may ask for it, at an address that is there when one is found.

    Looked for once for an edition of the code: the demonstration is the same each time.
    """
    kept = made_here() / f"addresses-{method}.json"
    known: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
    found = []
    for rule in sorted(world.app.url_map.iter_rules(), key=lambda one: (one.endpoint, one.rule)):
        role = who_may(world, rule)
        if method in (rule.methods or ()) and role is not None:
            path = known[rule.rule] if known else found_address(world, rule, role, method)
            found.append((rule, role, path))
    if not known:
        kept.write_text(json.dumps({rule.rule: path for rule, _, path in found}))
    return found


def found_address(world: World, rule: Rule, role: Role, method: str) -> str:
    """An address of a rule that this role finds there; the last one tried when there is none."""
    last = ""
    for values in islice(values_of(world, rule, role), ADDRESSES_TRIED):
        built = rule.build(values)
        if built is None:
            continue
        last = built[1]
        if not rule.arguments or is_there(world, role, method, last):
            return last
    return last


def is_there(world: World, role: Role, method: str, path: str) -> bool:
    """Whether an address leads somewhere."""
    data = None if method == "GET" else {"csrf_token": world.token(role)}
    found = world.asked(role, method, path, data=data)
    return found.status_code != 404


def values_of(world: World, rule: Rule, role: Role) -> Iterator[dict[str, Any]]:
    """Values of the arguments of a rule, rows of one vendor together first."""
    names = sorted(rule.arguments)
    choices = [_choices(world, rule, name, role) for name in names]
    for values in product(*choices):
        yield dict(zip(names, values, strict=True))


def _choices(world: World, rule: Rule, name: str, role: Role) -> list[Any]:
    offered = sorted(getattr(rule._converters[name], "items", ()) or ())
    if offered:
        return offered
    tables = tables_of(rule, name)
    if tables:
        found: list[Any] = []
        for table in tables:
            column = table.c.key if name.endswith("key") and "key" in table.c else table.c.id
            where = [table.c.vendor_id == own_vendor(world)] if role.is_vendor and "vendor_id" in table.c else []
            rows = world.row(select(column).where(*where).order_by(table.c.id.desc()).limit(ROWS_TRIED))
            found += [row[0] for row in rows]
        return found or [1]
    found = {
        "number": [1, 2], "round": [1], "question": ["gouvernance.pilotage", "registre.tenu"],
        "section_key": ["gouvernance"], "country": ["US", "FR"], "code": ["FR"], "filename": ["css/portal.css"],
        "anchor": ["a"], "spoken": ["fr"],
    }.get(name, ["socle-rgpd", "1"])  # fmt: skip
    return [1] if isinstance(rule._converters[name], IntegerConverter) and isinstance(found[0], str) else found


def tables_of(rule: Rule, name: str) -> list[Table]:
    """The tables whose rows an argument may name."""
    if not name.endswith("_id"):
        return []
    known = Base.metadata.tables
    blueprint = rule.endpoint.partition(".")[0]
    if named := TABLES.get(f"{blueprint}.{name}") or TABLES.get(name):
        return [known[named]]
    word = name.removesuffix("_id")
    exact = [known[word]] if word in known else []
    ending = [table for table in known.values() if table.name.endswith(f"_{word}") and "id" in table.c]
    return exact or ending


def own_vendor(world: World) -> int:
    """The vendor of the three external accounts."""
    user = world.clients[Role.VENDOR_ADMIN].user
    held = Base.metadata.tables["membership"]
    return int(world.row(select(held.c.vendor_id).where(held.c.user_id == user.id))[0][0])
