"""What CycloneDX 1.6 asks of the parts that we write, from its published description: fields, and those required.

Unknown fields are refused everywhere, as there; what we do not write is left out.
"""

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_REF: dict[str, Any] = {"type": "string", "minLength": 1}
_REFS: dict[str, Any] = {"type": "array", "items": _REF}
_MOMENT: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"}


def _record(*required: str, **fields: Any) -> dict[str, Any]:
    properties = {name.replace("bom_ref", "bom-ref"): schema for name, schema in fields.items()}
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def _list(item: Any) -> dict[str, Any]:
    return {"type": "array", "items": item}


_ORGANISATION = _record(bom_ref=_REF, name=_TEXT)
_REFERENCE = _record(
    "url", "type",
    url=_TEXT, comment=_TEXT, type={"enum": ["attestation", "electronic-signature", "digital-signature", "other"]},
    hashes=_list(_record("alg", "content", alg={"enum": ["SHA-256"]},
                         content={"type": "string", "pattern": "^[a-fA-F0-9]{64}$"})),
)  # fmt: skip
_SIGNATORY = {
    **_record(name=_TEXT, role=_TEXT, organization=_ORGANISATION, externalReference=_REFERENCE),
    "required": ["externalReference", "organization"],  # or an enveloped signature, which we do not write
}
_DECLARATIONS = _record(
    assessors=_list(_record(bom_ref=_REF, thirdParty={"type": "boolean"}, organization=_ORGANISATION)),
    attestations=_list(_record(summary=_TEXT, assessor=_REF, map=_list(_record(requirement=_REF, claims=_REFS)))),
    claims=_list(_record(bom_ref=_REF, target=_REF, predicate=_TEXT, reasoning=_TEXT, evidence=_REFS)),
    evidence=_list(_record(
        bom_ref=_REF, propertyName=_TEXT, description=_TEXT, created=_MOMENT, expires=_MOMENT,
        data=_list(_record(name=_TEXT, contents=_record(attachment=_record("content", content=_TEXT)))),
    )),
    targets=_record(organizations=_list(_ORGANISATION)),
    affirmation=_record(statement=_TEXT, signatories=_list(_SIGNATORY)),
)  # fmt: skip
_STANDARD = _record(
    bom_ref=_REF, name=_TEXT, version=_TEXT, owner=_TEXT,
    requirements=_list(_record(bom_ref=_REF, identifier=_TEXT, title=_TEXT, text=_TEXT)),
)  # fmt: skip
SUBSET = {
    **_record(
        "bomFormat", "specVersion", **{"$schema": _TEXT}, bomFormat={"enum": ["CycloneDX"]},
        specVersion={"const": "1.6"},
        serialNumber={"type": "string",
                      "pattern": "^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
        version={"type": "integer", "minimum": 1},
        metadata=_record(timestamp=_MOMENT, supplier=_ORGANISATION),
        definitions=_record(standards=_list(_STANDARD)),
        declarations=_DECLARATIONS,
    ),
    "$schema": "https://json-schema.org/draft/2020-12/schema",
}  # fmt: skip


def dangling(bom: Any) -> set[str]:
    """The references of a document that lead to nothing in it."""
    declared: set[str] = set()
    used: set[str] = set()

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for one in part:
                walk(one)
        elif isinstance(part, dict):
            declared.update(part[name] for name in ("bom-ref",) if name in part)
            used.update(part[name] for name in ("assessor", "requirement", "target") if name in part)
            for name in ("claims", "evidence"):
                used.update(one for one in part.get(name, []) if isinstance(one, str))
            for value in part.values():
                walk(value)

    walk(bom)
    return used - declared
