"""Everything held of one person, for them (RGPD art. 15 and 20): JSON in an archive, with an index to read first."""

import html
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.db import Base
from portal.core.errors import PortalError
from portal.core.language import Language, both
from portal.journal import services as journal
from portal.journal.models import JournalEntry
from portal.person_requests.identity import opened_person
from portal.person_requests.models import PersonRequest
from portal.privacy.declared import declaration
from portal.privacy.erasing import ErasedPerson
from portal.privacy.looking import mentions
from portal.privacy.people import KnownPerson, keys_of_person
from portal.privacy.rules import Fate, SoughtPerson, names_in

LONGEST_EXCERPT = 200
MOST_ENTRIES = 50_000
_WHOLE = frozenset({Fate.REMOVED, Fate.REPLACED, Fate.BLANKED})
"""What is given whole; of what others wrote, or is frozen with what is theirs, the place and the words around."""


class ExportedPerson(ErasedPerson):
    """What the entry of the journal is about: a number, and nobody."""


def export_person(ctx: Context, person: KnownPerson, out: Path) -> dict[str, int]:
    """Write the archive; how much of each it has. That it was made is noted, without saying of whom."""
    authorize(ctx, Permission.PRIVACY_MANAGE)
    held: dict[str, list[dict[str, Any]]] = {}
    for table, row in _rows(ctx, person):
        held.setdefault(table, []).append(row)
    entries = list(_entries(ctx, person))
    if entries:
        held["journal_entry"] = entries[:MOST_ENTRIES]
    if asked := list(_requests(ctx, person)):
        held["person_request"] = asked
    counts = {name: len(rows) for name, rows in held.items()}
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("LISEZMOI.html", _index(person, counts, is_cut=len(entries) > MOST_ENTRIES))
        for name, rows in sorted(held.items()):
            archive.writestr(f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=1, default=str))
    keys = keys_of_person(ctx, person)
    journal.record(ctx, "privacy.exported", ExportedPerson(keys[0].id if keys else 0), after={"rows": counts})
    return counts


def _rows(ctx: Context, person: KnownPerson) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows in which they are named, and those of their account."""
    fates = set(Fate) - {Fate.SEALED, Fate.DIGEST}
    rows: dict[tuple[str, tuple[Any, ...]], dict[str, Any]] = {}
    for one in mentions(ctx, person.sought, fates):
        told = (
            one.value if one.fate in _WHOLE and not isinstance(one.value, bytes) else excerpt(one.value, person.sought)
        )
        rows.setdefault((one.table, one.row), {"n°": one.number})[one.column] = told
    yield from ((table, row) for (table, _number), row in rows.items())
    if person.account is None:
        return
    for name in declaration().tables:
        table = Base.metadata.tables[name]
        if "user_id" in table.c and name != "contact":
            theirs = [column for column in table.c if not column.name.endswith(("_hash", "_key", "_sealed"))]
            found = ctx.session.execute(select(*theirs).where(table.c.user_id == person.account.id))
            yield from ((name, dict(row)) for row in found.mappings())


def _entries(ctx: Context, person: KnownPerson) -> Iterator[dict[str, Any]]:
    """What they did, as the journal has it: what it says of others is theirs (art. 15(4))."""
    if person.account is None:
        return
    entry = JournalEntry
    theirs = select(entry.id, entry.at, entry.action, entry.object_type, entry.object_id)
    where = theirs.where(JournalEntry.actor_id == person.account.id).order_by(JournalEntry.id).limit(MOST_ENTRIES + 1)
    yield from (dict(row) for row in ctx.session.execute(where).mappings())


def _requests(ctx: Context, person: KnownPerson) -> Iterator[dict[str, Any]]:
    """The requests that are theirs, opened one after the other: who asks is sealed."""
    for row in requests_of(ctx, person.sought):
        asked = opened_person(row.sealed)
        yield {"n°": row.reference, "name": asked.name, "contact": asked.contact, "words": asked.words} if asked else {}


def requests_of(ctx: Context, person: SoughtPerson) -> Iterator[PersonRequest]:
    """The requests that somebody made, not forgotten yet."""
    kept = select(PersonRequest).where(PersonRequest.sealed.is_not(None)).order_by(PersonRequest.id)
    for row in ctx.session.scalars(kept):
        try:
            asked = opened_person(row.sealed)
        except PortalError:
            continue
        if asked is not None and names_in([asked.name, asked.contact], person):
            yield row


def excerpt(value: Any, person: SoughtPerson) -> str:
    """The words around the first mention, on one line."""
    text = value.decode("utf-8", "ignore") if isinstance(value, bytes) else value
    told = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False, default=str)
    found = person.pattern.search(told)
    start = max(found.start() - LONGEST_EXCERPT // 2, 0) if found else 0
    return " ".join(told[start : start + LONGEST_EXCERPT].split())


def _index(person: KnownPerson, counts: dict[str, int], *, is_cut: bool) -> str:
    """In both languages: who receives the archive is not always somebody whose language is known."""
    parts = "".join(_index_in(language, person, counts, is_cut=is_cut) for language in Language)
    return (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Données d\'une personne – Data of a person</title>'
        f"{parts}</html>"
    )


def _index_in(language: Language, person: KnownPerson, counts: dict[str, int], *, is_cut: bool) -> str:
    told = declaration()
    lines = []
    for name, count in sorted(counts.items()):
        said = told.tables[name]
        purpose = told.purposes[said.purpose]
        cells = (f"{name}.json", str(count), purpose[language.value], both(language, *_bases(purpose["base"])))
        lines.append("<tr>" + "".join(f"<td>{html.escape(one)}</td>" for one in cells) + "</tr>")
    words = _WORDS[language]
    header = "".join(f"<th>{html.escape(one)}</th>" for one in words["header"])
    cut = f"<p>{html.escape(words['cut'][0] % MOST_ENTRIES)}</p>" if is_cut else ""
    return (
        f'<section lang="{language.value}"><h1>{html.escape(words["title"][0] % person.address)}</h1>'
        f"<p>{html.escape(' '.join(words['lead']))}</p><table><tr>{header}</tr>{''.join(lines)}</table>{cut}</section>"
    )


def _bases(french: str) -> tuple[str, str]:
    """What of the law a purpose rests on, as each language writes it.

    >>> _bases("RGPD art. 28(9), 17(3)(b) et (e)")
    ('RGPD art. 28(9), 17(3)(b) et (e)', 'GDPR Art. 28(9), 17(3)(b) and (e)')
    """
    return french, french.replace("RGPD art.", "GDPR Art.").replace(" et ", " and ")


_WORDS: Mapping[Language, Mapping[str, tuple[str, ...]]] = {
    Language.FR: {
        "title": ("Données détenues sur %s",),
        "lead": (
            "RGPD, articles 15 et 20. Chaque fichier JSON porte les lignes d'une table.",
            "De ce que d'autres ont écrit, ou qui est figé avec ce qui est à eux, seul le passage qui vous nomme est",
            "donné (art. 15(4)). Les fichiers déposés au coffre (preuves, contrats signés) ne sont pas lus.",
        ),
        "header": ("Fichier", "Lignes", "Pourquoi c'est gardé", "Base"),
        "cut": ("Du journal, seules les %s premières écritures sont ici : demandez les suivantes.",),
    },
    Language.EN: {
        "title": ("Data held on %s",),
        "lead": (
            "GDPR, Articles 15 and 20. Each JSON file holds the rows of one table.",
            "Of what others wrote, or what is frozen with what is theirs, only the passage that names you is given",
            "(Art. 15(4)). Files put in the store (evidence, signed contracts) are not read.",
        ),
        "header": ("File", "Rows", "Why it is kept", "Ground"),
        "cut": ("Of the journal, only the first %s entries are here: ask for the following ones.",),
    },
}
