"""The index of a file, as a document: what is missing first, then each part, its files, the journal, how to check."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from portal.core.dates import written, written_time
from portal.core.documents.tree import Block, Document, Inline, Items, Note, Paragraph, Section, Table, Text
from portal.core.language import N_, Language, Sentence, say
from portal.core.translation import translate

COMMAND = "sha256sum -c SHA256SUMS"
MOST_SHOWN = 150
"""Rows of a table that the index prints; all of them are in its CSV."""
LONGEST_CELL = 600
TITLE = N_("Dossier pour l'autorité de contrôle")


def index_document(content: Mapping[str, Any], proven: Iterable[int], *, built_at: datetime, built_by: str) -> Document:
    """The index of what a frozen content says; `proven` are the entries of the journal whose proof is joined."""
    language = Language(content["language"])
    return _Index(content, frozenset(proven), language).document(built_at, built_by)


class _Index:
    def __init__(self, content: Mapping[str, Any], proven: frozenset[int], language: Language) -> None:
        self.content, self.proven, self.language = content, proven, language

    def said(self, sentence: Sentence | str) -> str:
        return translate(sentence, self.language)

    def document(self, built_at: datetime, built_by: str) -> Document:
        content, day = self.content, written(date.fromisoformat(self.content["on"]), self.language)
        subject = content["subject"]
        join = " at " if self.language is Language.EN else " à "
        return Document(
            title=self.said(TITLE),
            subtitle=subject["name"],
            language=self.language,
            reference=f"{subject['name']} · {content['on']}",
            cover=(
                (self.said(N_("Organisation")), content["organisation"]),
                (self.said(N_("Objet")), f"{subject['name']} ({subject['key']})"),
                (self.said(N_("Tel que c'était le")), day),
                (self.said(N_("Manques et inconnues")), str(_count(content))),
                (self.said(N_("Constitué le")), written_time(built_at, self.language, join=join)),
                (self.said(N_("Par")), built_by),
            ),
            blocks=(
                self.missing(), *(self.part(part) for part in content["parts"] if part["is_in"]), self.journal(),
                self.checking(),
            ),
            created=built_at.replace(microsecond=0).isoformat(),
        )  # fmt: skip

    def missing(self) -> Section:
        """Every gap, by part, with how many there are: nothing here is whole by being empty."""
        blocks: list[Block] = [
            Note((Text(self.said(say("Manques ou inconnues relevés dans ce dossier : %(count)s. Une rubrique sans "
                                     "manque relevé n'est pas pour autant prouvée complète.",
                                     count=_count(self.content)))),), kind="warning"),
        ]  # fmt: skip
        if self.content["gaps"]:
            blocks.append(_items(self.content["gaps"]))
        for part in self.content["parts"]:
            if part["gaps"]:
                heading = f"{part['title']} ({len(part['gaps'])})"
                blocks += [Paragraph((Text(heading, strong=True),)), _items(part["gaps"])]
        return Section(title=self.said(N_("Ce qui manque ou n'est pas connu")), blocks=tuple(blocks))

    def part(self, part: Mapping[str, Any]) -> Section:
        blocks: list[Block] = []
        for table in part["tables"]:
            blocks += self.table(part, table)
        if part["copies"]:
            blocks.append(self.copies(part))
        if not blocks:
            blocks.append(Paragraph((Text(self.said(N_("Rien à cette date."))),)))
        return Section(title=part["title"], blocks=tuple(blocks))

    def table(self, part: Mapping[str, Any], table: Mapping[str, Any]) -> Iterator[Block]:
        rows = table["rows"]
        if not rows:
            empty = Paragraph((Text(self.said(N_("Aucune ligne à cette date."))),))
            yield Section(title=table["title"], blocks=(empty,))
            return
        shown = rows[:MOST_SHOWN]
        blocks: list[Block] = []
        if len(rows) > len(shown):
            told = say("%(shown)s lignes sur %(all)s ; toutes sont dans %(file)s.", shown=len(shown), all=len(rows),
                       file=f"{part['key']}/{table['name']}.csv")  # fmt: skip
            blocks.append(Note((Text(self.said(told)),)))
        if table["records"]:
            blocks += [self.record(table["columns"], row) for row in shown]
        else:
            blocks.append(
                Table(
                    caption="", header=tuple(table["columns"]),
                    rows=tuple(tuple(self.cell(cell) for cell in row) for row in shown),
                )
            )  # fmt: skip
        yield Section(title=table["title"], blocks=tuple(blocks))

    def record(self, columns: Sequence[str], row: Sequence[Any]) -> Section:
        """A wide row as a list of fields; those that have nothing to say are left out, those unknown are said."""
        told = [(name, cell) for name, cell in zip(columns[1:], row[1:], strict=True) if cell != ""]
        header = (self.said(N_("Champ")), self.said(N_("Ce qui est dit")))
        cells = tuple(((Text(name, strong=True),), self.cell(cell)) for name, cell in told)
        title = f"{columns[0]} {_text(row[0])}" if isinstance(row[0], int) else _text(row[0])
        return Section(title=title, blocks=(Table(caption="", header=header, rows=cells, widths=(2, 5)),))

    def cell(self, cell: Any) -> tuple[Inline, ...]:
        if cell is None:
            return (Text(self.said(N_("inconnu")), emphasis=True),)
        text = shown_cell(cell, self.language)
        if len(text) > LONGEST_CELL:
            text = text[:LONGEST_CELL].rpartition(" ")[0] + " […]"
        return (Text(text or "–"),)

    def copies(self, part: Mapping[str, Any]) -> Section:
        header = (self.said(N_("Fichier")), self.said(N_("Ce que c'est")), self.said(N_("Empreinte SHA-256")))
        rows = tuple(
            ((Text(copy["name"]),), (Text(copy["what"]),), (Text(_grouped(copy["sha256"])),)) for copy in part["copies"]
        )
        return Section(
            title=self.said(N_("Fichiers joints")),
            blocks=(Table(caption="", header=header, rows=rows, widths=(4, 4, 4)),),
        )

    def journal(self) -> Section:
        entries = self.content["entries"]
        if not entries:
            text = Paragraph((Text(self.said(N_("Aucune écriture jointe."))),))
            return Section(title=self.said(N_("Extrait du journal")), blocks=(text,))
        intro = say("Écritures jointes : %(count)s ; avec leur preuve d'inclusion : %(proven)s.", count=len(entries),
                    proven=sum(entry["number"] in self.proven for entry in entries))  # fmt: skip
        header = tuple(self.said(one) for one in (N_("N°"), N_("Date"), N_("Auteur"), N_("Écriture"), N_("Preuve")))
        yes, no = self.said(N_("jointe")), self.said(N_("aucune"))
        shown = entries[-MOST_SHOWN:]
        told = [said for said in (intro, _cut(len(shown), len(entries))) if said is not None]
        rows = tuple(
            ((Text(str(one["number"])),), self.cell(one["at"]), (Text(f"{one['actor']} ({one['role']})"),),
             (Text(f"{one['action']} – {one['label']}"),), (Text(yes if one["number"] in self.proven else no),))
            for one in shown
        )  # fmt: skip
        return Section(
            title=self.said(N_("Extrait du journal")),
            blocks=(
                *(Paragraph((Text(self.said(one)),)) for one in told),
                Table(caption="", header=header, rows=rows, widths=(1, 3, 4, 6, 2)),
            ),
        )

    def checking(self) -> Section:
        lines = [
            say("Dans le dossier décompressé, la commande « %(command)s » relit chaque fichier et nomme celui qui a "
                "changé.", command=COMMAND),
            say("La page journal/verifier-une-preuve.html, ouverte sans réseau, vérifie une preuve du dossier "
                "journal/preuves."),
            say("Comparez l'empreinte de la clé qu'elle montre à celle que l'organisation publie."),
        ]  # fmt: skip
        if not self.content["checker"]:
            lines = lines[:1]
        return Section(title=self.said(N_("Vérifier ce dossier")), blocks=(_items([self.said(one) for one in lines]),))


def shown_cell(cell: Any, language: Language) -> str:
    """A frozen cell as a person reads it."""
    if isinstance(cell, dict):
        if "day" in cell:
            return written(date.fromisoformat(cell["day"]), language)
        return written_time(
            datetime.fromisoformat(cell["at"]), language, join=" at " if language is Language.EN else " à "
        )
    if isinstance(cell, bool):
        return translate(N_("oui") if cell else N_("non"), language)
    return _text(cell)


def _cut(shown: int, every: int) -> Sentence | None:
    """That the index prints the last entries alone, when there are more."""
    if shown == every:
        return None
    return say(
        "Ici, les %(shown)s dernières écritures sur %(all)s ; toutes sont dans %(file)s.",
        shown=shown, all=every, file="journal/journal.csv",
    )  # fmt: skip


def _text(cell: Any) -> str:
    return " ".join(str(cell).split())


def _count(content: Mapping[str, Any]) -> int:
    return len(content["gaps"]) + sum(len(part["gaps"]) for part in content["parts"])


def _items(lines: Iterable[str]) -> Items:
    return Items(tuple((Text(line),) for line in lines))


def _grouped(digest: str) -> str:
    """A digest that can be broken at the end of a line."""
    return " ".join(digest[at : at + 16] for at in range(0, len(digest), 16))
