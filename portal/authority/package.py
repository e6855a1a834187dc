"""The archive of a file: index, tables, copies, proofs, and the list of digests that checks them all."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from portal.authority.index_document import COMMAND, index_document, shown_cell
from portal.authz.context import Context
from portal.core import process
from portal.core.documents.printing import print_in_child
from portal.core.errors import NotFound
from portal.core.language import N_, Language
from portal.core.spreadsheets import Value, write_csv
from portal.core.stored import StoredFile, blob_of
from portal.core.translation import translate
from portal.journal.signed_heads import proofs_of

PRINTING_SECONDS = 240
SUMS = "SHA256SUMS"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every member: the archive says nothing of the machine that made it."""
README = """\
DOSSIER POUR L'AUTORITÉ DE CONTRÔLE
===================================
{name} – tel que c'était le {on}

index.pdf     à lire d'abord : ce qui manque, puis chaque rubrique
*/*.csv       les mêmes tableaux, entiers (UTF-8)
*/fichiers/   copies signées, preuves, accusés, tels qu'ils sont au coffre
journal/      extrait du journal, une preuve d'inclusion par écriture signée
contenu.json  tout ce qui précède, pour un programme

Vérifier que rien n'a changé, dans ce dossier :   {command}
Vérifier une preuve du journal, sans réseau :     ouvrir journal/verifier-une-preuve.html
« inconnu » veut dire que personne ne l'a dit, ou que l'historique n'était pas encore tenu.

FILE FOR THE SUPERVISORY AUTHORITY
==================================
{name} – as it stood on {on}

index.pdf     read it first: what is missing, then each part
*/*.csv       the same tables, whole (UTF-8)
*/fichiers/   signed copies, evidence, receipts, as they are in the vault
journal/      extract of the journal, one inclusion proof for each signed entry
contenu.json  all of the above, for a program

Check that nothing changed, in this folder:       {command}
Check a proof of the journal, without network:    open journal/verifier-une-preuve.html
"unknown" means that nobody said it, or that history was not kept yet.
"""


class ArchiveWriter:
    """A ZIP written member by member, whose digests are kept for the list at its end; the same members, same bytes."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = ZipFile(out, "w")
        self._sums: list[tuple[str, str]] = []

    def add(self, name: str, content: bytes | Iterable[bytes], *, packed: bool = True) -> None:
        """One member; files that are packed already are kept as they are."""
        info = ZipInfo(name, _EPOCH)
        info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
        info.external_attr = 0o644 << 16
        info.create_system = 3
        digest = hashlib.sha256()
        with self._zip.open(info, "w") as member:
            for piece in (content,) if isinstance(content, bytes) else content:
                digest.update(piece)
                member.write(piece)
        self._sums.append((name, digest.hexdigest()))

    def __enter__(self) -> "ArchiveWriter":
        """Itself."""
        return self

    def __exit__(self, error: type[BaseException] | None, *_more: object) -> None:
        """End with the digest of every member, as `sha256sum` reads it, unless something went wrong."""
        try:
            if error is None:
                sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._sums))
                self.add(SUMS, sums.encode("ascii"))
        finally:
            self._zip.close()


def write_archive(
    ctx: Context, content: Mapping[str, Any], out: IO[bytes], *, built_at: datetime, built_by: str
) -> None:
    """Write the archive of a frozen content; memory does not depend on the size of the copies.

    The same content gives the same bytes, but for the index, which says when it was made and by whom. Raises what
    printing and the store raise.
    """
    proofs = dict(proofs_of(ctx, [entry["number"] for entry in content["entries"]]))
    index = index_document(content, proofs, built_at=built_at, built_by=built_by)
    with ArchiveWriter(out) as archive:
        archive.add("LISEZMOI-README.txt", readme(content).encode())
        archive.add("index.pdf", print_in_child(index, PRINTING_SECONDS))
        said = {name: value for name, value in content.items() if name != "checker"}
        archive.add("contenu.json", (json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
        for part in content["parts"]:
            for table in part["tables"]:
                archive.add(f"{part['key']}/{table['name']}.csv", _csv(table, Language(content["language"])))
            for copy in part["copies"]:
                if copy["in"]:
                    stored = _stored(ctx, copy)
                    archive.add(
                        f"{part['key']}/fichiers/{copy['name']}", process.store().open(blob_of(stored)), packed=False
                    )
        for name, text in _journal(content, proofs):
            archive.add(name, text.encode())


def readme(content: Mapping[str, Any]) -> str:
    """What to do with the archive, in both languages."""
    return README.format(name=content["subject"]["name"], on=content["on"], command=COMMAND)


def _stored(ctx: Context, copy: Mapping[str, Any]) -> StoredFile:
    found = ctx.session.get(StoredFile, copy["file"])
    if found is None or found.sha256 != copy["sha256"]:
        raise NotFound
    return found


def _csv(table: Mapping[str, Any], language: Language) -> bytes:
    unknown = translate(N_("inconnu"), language)
    rows: list[Sequence[Value]] = [[_value(cell, unknown, language) for cell in row] for row in table["rows"]]
    return write_csv(table["columns"], rows, language)


def _value(cell: Any, unknown: str, language: Language) -> Value:
    if cell is None:
        return unknown
    if isinstance(cell, dict):
        return str(cell.get("day") or cell["at"])
    return shown_cell(cell, language) if isinstance(cell, bool) else cell


def _journal(content: Mapping[str, Any], proofs: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    language = Language(content["language"])
    names = (N_("N°"), N_("Date"), N_("Auteur"), N_("Rôle"), N_("Écriture"), N_("Objet"))
    rows: list[Sequence[Value]] = [
        [one["number"], one["at"]["at"], one["actor"], one["role"], one["action"], one["label"]]
        for one in content["entries"]
    ]
    yield "journal/journal.csv", write_csv([translate(name, language) for name in names], rows, language).decode()
    for number, text in proofs.items():
        yield f"journal/preuves/ecriture-{number}.json", text
    if content["checker"]:
        yield "journal/verifier-une-preuve.html", content["checker"]
