"""The clause library shipped as files: the only module that opens its folder."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeAlias

from portal.contracts import library_parsing
from portal.contracts.library_parsing import LibraryFile, UnreadableFile
from portal.contracts.rules.model import Clause, ClauseLibrary, ContractTemplate, LibraryDefect
from portal.contracts.rules.problems import library_defects
from portal.contracts.rules.prose_parsing import parse_passages
from portal.contracts.rules.requirement_links import broken_links_of
from portal.core.errors import Refused
from portal.core.expressions import expression
from portal.core.language import Language, Sentence, say
from portal.core.looked_at import looked_at
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.toml_reading import NotToml, read_toml

FOLDER = Path(__file__).resolve().parents[2] / "clause_library"
OBLIGATIONS, THEMES = "obligations.toml", "themes.toml"
MAX_BYTES = 1_000_000

_PART = expression(r"## *(\w+) *")


def load(folder: Path = FOLDER) -> ClauseLibrary:
    """The library, sound as a whole; raises `Refused` when a file is defective, for a contract rests on all of them."""
    library, defects = read(folder)
    if defects:
        raise Refused(defective(defects))
    return library


def defective(defects: Sequence[LibraryDefect]) -> Sentence:
    """The refusal of a library that has defects: how many, and the first."""
    return say(
        "Défauts dans la bibliothèque de clauses : %(count)s ; le premier : %(file)s, %(where)s : %(message)s "
        "Lancez « flask clauses check ».",
        count=len(defects),
        file=defects[0].path,
        where=defects[0].where or defects[0].line or "-",
        message=defects[0].message,
    )


def cached(folder: Path = FOLDER) -> ClauseLibrary:
    """The library as last read in this process; read again when a file has changed."""
    return _kept(folder, _changed(folder))


def _changed(folder: Path) -> int:
    return looked_at(("clauses", folder), lambda: _last_change(folder))


def _last_change(folder: Path) -> int:
    """When something last changed in a folder: a hundred files, none of them named."""
    newest, left = os.stat(folder).st_mtime_ns, [os.fspath(folder)]
    while left:
        with os.scandir(left.pop()) as listed:
            for one in listed:
                newest = max(newest, one.stat().st_mtime_ns)
                if one.is_dir(follow_symlinks=False):
                    left.append(one.path)
    return newest


@lru_cache(maxsize=2)
def _kept(folder: Path, _changed: int) -> ClauseLibrary:
    return load(folder)


Stamps: TypeAlias = tuple[tuple[str, str], ...]
"""What was approved over the files: clause, digest of its approved text; no digest: the clause is retired."""
_APPROVED: dict[tuple[Path, int, Stamps], ClauseLibrary] = {}
_MOST_APPROVED = 12
"""Editions of the library kept by a process: drafts may rest on older ones."""


def with_approved(folder: Path, stamps: Stamps, texts: Callable[[], Mapping[str, str]]) -> ClauseLibrary:
    """The files with what was approved over them; `texts` is asked the first time this process meets these stamps.

    Raises `Refused` as `load`.
    """
    changed = _changed(folder)
    files = _kept(folder, changed)
    if not stamps:
        return files
    wanted = (folder, changed, stamps)
    if wanted not in _APPROVED:
        found = texts()
        library, defects = written_over(files, {key: found.get(key) if sha256 else None for key, sha256 in stamps})
        if defects:
            raise Refused(defective(defects))
        while len(_APPROVED) >= _MOST_APPROVED:
            del _APPROVED[next(iter(_APPROVED))]
        _APPROVED[wanted] = library
    return _APPROVED[wanted]


def written_over(
    library: ClauseLibrary, texts: Mapping[str, str | None]
) -> tuple[ClauseLibrary, tuple[LibraryDefect, ...]]:
    """A library with other texts for some clauses, and what is wrong in it; a clause without a text is retired."""
    defects: list[LibraryDefect] = []
    changed: dict[str, Clause] = {}
    for key, text in texts.items():
        if text is not None and key in library.clause:
            one = _clause_of(library.clause[key].path, text, defects)
            if one is not None:
                changed[key] = one
    retired = frozenset(key for key, text in texts.items() if text is None)
    made = replace(
        library,
        clauses=tuple(changed.get(one.key, one) for one in library.clauses if one.key not in retired),
        templates=tuple(_without(template, retired) for template in library.templates),
        themes=tuple(
            replace(theme, clauses=tuple(key for key in theme.clauses if key not in retired))
            for theme in library.themes
        ),
    )
    return made, tuple(defects or library_defects(made, frozenset(changed)))


def _without(template: ContractTemplate, retired: frozenset[str]) -> ContractTemplate:
    if retired.isdisjoint(template.clause_keys):
        return template
    slots = (
        replace(
            slot,
            among=tuple(key for key in slot.among if key not in retired),
            default="" if slot.default in retired else slot.default,
        )
        for slot in template.slots
    )
    return replace(template, slots=tuple(slot for slot in slots if slot.among))


def clause_of(path: str, text: str) -> Clause | None:
    """A clause from the whole text of a file, whatever is wrong in it; None when nothing can be made of it."""
    return _clause_of(path, text, [])


def _clause_of(path: str, text: str, defects: list[LibraryDefect]) -> Clause | None:
    data = text.encode()
    try:
        front, prose, offset = _front_matter(data)
        sheet = LibraryFile(
            path, _toml(front, offset), hashlib.sha256(data).hexdigest(), front.count(b"\n") + offset + 3
        )
    except UnreadableFile as defect:
        defects.append(LibraryDefect(path, "", defect.sentence, defect.line, defect.column))
        return None
    found = _clause(sheet, prose, defects)
    defects.extend(sheet.defects)
    return found


def read(folder: Path = FOLDER) -> tuple[ClauseLibrary, tuple[LibraryDefect, ...]]:
    """What could be read, and every defect; the files are compared with one another once each can be read."""
    defects: list[LibraryDefect] = []
    sheets = list(_sheets(folder, defects))
    clauses = [_clause(sheet, prose, defects) for sheet, prose in sheets if sheet.path.startswith("clauses/")]
    templates = _templates(sheet for sheet, _ in sheets if sheet.path.startswith("modeles/"))
    tables = [library_parsing.parse_requirements(sheet) for sheet, _ in sheets if sheet.path.startswith("exigences/")]
    library = ClauseLibrary(
        tuple(
            one for sheet, _ in sheets if sheet.path == OBLIGATIONS for one in library_parsing.parse_obligations(sheet)
        ),
        tuple(clause for clause in clauses if clause),
        templates,
        OBLIGATIONS,
        tuple(table for table in tables if table),
        tuple(one for sheet, _ in sheets if sheet.path == THEMES for one in library_parsing.parse_themes(sheet)),
        THEMES,
    )
    for sheet, _ in sheets:
        defects.extend(sheet.defects)
    return library, tuple(defects or library_defects(library))


def _templates(sheets: Iterable[LibraryFile]) -> tuple[ContractTemplate, ...]:
    """The templates in the order in which they are offered; those that follow another one are read last."""
    found: dict[str, ContractTemplate] = {}
    listed: list[ContractTemplate] = []
    for sheet in sorted(sheets, key=lambda sheet: "like" in sheet.table):
        template = library_parsing.parse_template(sheet, found)
        if template is not None:
            listed.append(template)
            found.setdefault(template.key, template)
    return tuple(sorted(listed, key=lambda template: template.place))


def source_of(folder: Path, clause: Clause) -> str:
    """The whole file of a clause, as it is shipped."""
    return _bytes(folder / clause.path).decode("utf-8")


def broken_links(library: ClauseLibrary, questionnaires: Mapping[str, Questionnaire]) -> tuple[LibraryDefect, ...]:
    """Requirements that lead to no question or no proof: to be corrected, but no contract waits for it."""
    return tuple(
        LibraryDefect(table.path, where, sentence)
        for table in library.tables
        for where, sentence in broken_links_of(table, questionnaires, library)
    )


def _sheets(folder: Path, defects: list[LibraryDefect]) -> Iterator[tuple[LibraryFile, str]]:
    """Every file of the folder as a TOML sheet, and the prose that follows it in a clause."""
    paths = [folder / OBLIGATIONS, *sorted(folder.glob("clauses/*.md")), *sorted(folder.glob("modeles/*.toml"))]
    paths += [*sorted(folder.glob("exigences/*.toml")), *folder.glob(THEMES)]
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            data = _bytes(path)
            front, prose, offset = _front_matter(data) if path.suffix == ".md" else (data, "", 0)
            table = _toml(front, offset)
        except UnreadableFile as defect:
            defects.append(LibraryDefect(name, "", defect.sentence, defect.line, defect.column))
        else:
            yield LibraryFile(name, table, hashlib.sha256(data).hexdigest(), front.count(b"\n") + offset + 3), prose


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(
            say("Ce fichier ne peut pas être lu : %(reason)s.", reason=error.strerror or error)
        ) from error
    if len(data) > MAX_BYTES:
        raise UnreadableFile(say("Ce fichier dépasse %(size)s Mo.", size=MAX_BYTES // 1_000_000))
    return data


def _front_matter(data: bytes) -> tuple[bytes, str, int]:
    """Split a clause between its two `+++` lines; the offset is the number of lines before the TOML."""
    opening, _, rest = data.partition(b"\n")
    front, fence, prose = rest.partition(b"\n+++")
    if opening.rstrip() != b"+++" or not fence:
        raise UnreadableFile(say("L'en-tête doit se trouver entre deux lignes « +++ »."), 1, 1)
    try:
        return front, prose.partition(b"\n")[2].decode("utf-8"), 1
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, len(data) - len(prose) + error.start) + 1
        raise UnreadableFile(say("Ce fichier n'est pas encodé en UTF-8."), line) from error


def _toml(data: bytes, offset: int) -> dict[str, object]:
    try:
        return read_toml(data)
    except NotToml as error:
        line = None if error.problem.line is None else error.problem.line + offset
        raise UnreadableFile(error.problem.message, line, error.problem.column) from error


def _clause(sheet: LibraryFile, prose: str, defects: list[LibraryDefect]) -> Clause | None:
    parts: dict[Language, tuple[str, int]] = {}
    for name, text, line in _parts(prose, sheet.next_line):
        if name in Language.__members__.values():
            parts[Language(name)] = (text, line)
        elif name or text.strip():
            message = say("Partie inattendue : seules « ## fr » et « ## en » suivent l'en-tête.")
            defects.append(LibraryDefect(sheet.path, name, message, line))

    def complain(part: str, line: int, sentence: Sentence) -> None:
        defects.append(LibraryDefect(sheet.path, part, sentence, line))

    read_parts = {
        language: parse_passages(text, language, partial(complain, f"## {language.value}"), first_line=line)
        for language, (text, line) in parts.items()
    }
    return library_parsing.parse_clause(sheet, read_parts)


def _parts(prose: str, first_line: int) -> Iterator[tuple[str, str, int]]:
    """Name, text and first line of each part; what comes before the first title has no name."""
    name, lines, start = "", list[str](), first_line
    for number, line in enumerate(prose.splitlines(), start=first_line):
        title = _PART.fullmatch(line)
        if not title:
            lines.append(line)
            continue
        yield name, "\n".join(lines), start
        name, lines, start = title[1], [], number + 1
    yield name, "\n".join(lines), start
