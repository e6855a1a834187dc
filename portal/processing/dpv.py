"""The register in the W3C Data Privacy Vocabulary, as JSON-LD whose context is in the file: read without network."""

import json
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from portal.processing.queries import ActivityLine
from portal.processing.reference import FOLDER
from portal.processing.rules.sheets import ControllerSheet, ProcessorSheet, StatedTransfer
from portal.vendors.rules.facts import SpecialCategory

Node = dict[str, Any]


@lru_cache(maxsize=1)
def terms() -> dict[str, dict[str, str]]:
    """The terms of the vocabulary, by what they say of us."""
    found: dict[str, dict[str, str]] = tomllib.loads((FOLDER / "dpv.toml").read_text(encoding="utf-8"))
    return found


def register_as_dpv(lines: Iterable[ActivityLine]) -> bytes:
    """A process a line, each with its own identifier; the same register always gives the same bytes."""
    document = {"@context": terms()["prefixes"], "@graph": [_process(line) for line in lines]}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _process(line: ActivityLine) -> Node:
    fields, sheet = terms()["fields"], line.sheet
    entity = line.activity.legal_entity
    node: Node = {
        "@id": f"vigie:activity/{line.activity.key}", "@type": terms()["classes"]["activity"],
        fields["identifier"]: line.activity.key, fields["name"]: sheet.name,
        fields["measures"]: [_of("measure", one) for one in (sheet.technical_measures, sheet.organisational_measures)],
    }  # fmt: skip
    transfers = [_transfer(one) for one in sheet.transfers]
    us = {"@id": f"vigie:entity/{entity.key}", fields["name"]: entity.name}
    linked = [
        {"@type": terms()["classes"]["processor"], fields["name"]: one.vendor.name, fields["description"]: one.name}
        for one in line.services
    ]
    if isinstance(sheet, ControllerSheet):
        node |= _controller(sheet, us, linked, line) | {fields["transfers"]: transfers}
    else:
        node |= _processor(sheet, us, linked)
        # A transfer is an operation too in this vocabulary: both stand under one name.
        node[fields["operations"]] = [*node[fields["operations"]], *transfers]
    found: Node = _without_empties(node)
    return found


def _controller(sheet: ControllerSheet, us: Node, linked: list[Node], line: ActivityLine) -> Node:
    fields, classes = terms()["fields"], terms()["classes"]
    basis = sheet.legal_basis
    return {
        fields["controller"]: {"@type": classes["controller"], **us},
        fields["processor"]: linked,
        fields["purpose"]: [_of("purpose", one) for one in (sheet.purpose, *sheet.other_purposes)],
        fields["legal_basis"]: {"@id": terms()["legal_basis"][basis.value]} if basis else None,
        fields["subjects"]: [
            {"@id": terms()["subjects"].get(one.value, f"vigie:subject/{one.value}")} for one in sheet.subjects
        ],
        fields["data"]: [
            {
                "@type": classes["special" if isinstance(one.category, SpecialCategory) else "data"],
                fields["identifier"]: one.category.value, fields["description"]: one.details,
                fields["retention"]: one.retention,
            }
            for one in sheet.data
        ],
        fields["recipients"]: [_of("recipient", one) for one in sheet.recipients],
        fields["impact"]: line.verdict.need.value if line.verdict else None,
    }  # fmt: skip


def _processor(sheet: ProcessorSheet, us: Node, linked: list[Node]) -> Node:
    fields, classes = terms()["fields"], terms()["classes"]
    return {
        fields["processor"]: [{"@type": classes["processor"], **us}, *linked],
        fields["controller"]: [
            {"@type": classes["controller"], fields["name"]: one.name, fields["description"]: one.contact}
            for one in sheet.controllers
        ],
        fields["operations"]: [_of("operation", one) for one in sheet.operations],
    }


def _transfer(one: StatedTransfer) -> Node:
    fields = terms()["fields"]
    return {
        "@type": terms()["classes"]["transfer"], fields["name"]: one.recipient, fields["country"]: one.country,
        fields["safeguard"]: {"@id": terms()["safeguard"][one.safeguard.value]} if one.safeguard else None,
        fields["description"]: one.document,
    }  # fmt: skip


def _of(kind: str, words: str) -> Node | None:
    return {"@type": terms()["classes"][kind], terms()["fields"]["name"]: words} if words else None


def _without_empties(value: Any) -> Any:
    """The same without what nobody said."""
    if isinstance(value, dict):
        kept = {key: _without_empties(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one not in (None, "", [], {})}
    if isinstance(value, list):
        return [one for one in map(_without_empties, value) if one not in (None, "", [], {})]
    return value
