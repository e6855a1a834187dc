"""The questionnaires that may be asked: those shipped as files, and those written in the portal once published.

The only module that opens the folder of the files. Without a session, the files alone are read.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import say
from portal.core.looked_at import looked_at
from portal.questionnaires import queries
from portal.questionnaires.definition import Question, Questionnaire
from portal.questionnaires.rules.coherence import Coherence, read_coherence, unknown_facts
from portal.questionnaires.rules.composition import COMPOSED, PackRule, read_rules
from portal.questionnaires.rules.meaning import changed_meaning
from portal.questionnaires.rules.parsing import defined_questions, parse_questionnaire
from portal.questionnaires.rules.sharing import sharing_defects
from portal.questionnaires.toml_fields import QuestionnaireDefect, TomlTable, UnsoundQuestionnaire
from portal.questionnaires.toml_reading import MAX_BYTES, NotToml, read_toml

FOLDER = Path(__file__).resolve().parents[2] / "questionnaires"
BASELINE = "socle-rgpd"
"""The questionnaire that every processor answers: the one proposed first."""
EVIDENCE_KINDS = "preuves.toml"
COMPOSITION = "composition.toml"
"""When each questionnaire is asked, and why."""
COMMENTS = "commentaires.toml"
"""What reviewers often write to vendors."""
COHERENCE = "coherence.toml"
"""Answers that contradict each other, and passages of the law that an answer may only repeat."""
NOT_QUESTIONNAIRES = frozenset({"bareme.toml", EVIDENCE_KINDS, COMPOSITION, COMMENTS, COHERENCE})
"""The scale from marks to grades, the validity of proofs, the rules of composition… have their own readers."""

FileDefect = tuple[Path, QuestionnaireDefect]


def load(folder: Path = FOLDER, session: Session | None = None) -> dict[str, Questionnaire]:
    """Every questionnaire by key; raises `Refused` when a file is defective: none is used then.

    One written in the portal that no longer goes with the files is left out, and nothing else: see `read`.
    """
    found, defects = _files(folder)
    if defects:
        path, defect = defects[0]
        raise Refused(
            say(
                "Défauts dans les questionnaires : %(count)s ; le premier : %(file)s, %(where)s : %(message)s "
                "Lancez « flask questionnaires check ».",
                count=len(defects),
                file=path.name,
                where=defect.where or defect.line or "-",
                message=defect.message,
            )
        )
    return {**found, **_own(session, found)[0]}


def all_defects(folder: Path = FOLDER) -> list[FileDefect]:
    """Every defect of every file, in the order of the files; a folder without a questionnaire is one."""
    return _files(folder)[1]


def read_drafts(place: Path) -> tuple[dict[str, Questionnaire], list[FileDefect]]:
    """The same of a folder or of one file, where a text may lack a language, a question its reason or its article."""
    content = _scan(place, draft=True)
    return dict(content.found), list(content.defects)


def composition_rules(folder: Path = FOLDER) -> tuple[PackRule, ...]:
    """When each questionnaire is asked, in the order asked; those of a file that is absent are left out."""
    found, _defects = _files(folder)
    return tuple(rule for rule in _content(folder).rules if rule.questionnaire in found)


def coherence_rules(folder: Path = FOLDER) -> Coherence:
    """By what answers are remarked upon; no rule without the file."""
    return _content(folder).coherence


def packs_of(key: str, folder: Path = FOLDER) -> frozenset[str]:
    """The questionnaires that one key may ask: itself, or all that services may call for when each is composed."""
    if key != COMPOSED:
        return frozenset({key})
    rules = composition_rules(folder)
    return frozenset(rule.questionnaire for rule in rules if rule.is_for_all or rule.conditions)


@dataclass(frozen=True)
class _FolderContent:
    found: Mapping[str, Questionnaire]
    defects: Sequence[FileDefect]
    rules: tuple[PackRule, ...] = ()
    coherence: Coherence = field(default_factory=Coherence)


_READ: dict[Path, tuple[tuple[object, ...], _FolderContent]] = {}


def read(folder: Path = FOLDER, session: Session | None = None) -> tuple[dict[str, Questionnaire], list[FileDefect]]:
    """The questionnaires that are sound, by key, and every defect; what has not changed is not read again."""
    found, defects = _files(folder)
    own, clashes = _own(session, found)
    return {**found, **own}, [*defects, *clashes]


def _files(folder: Path) -> tuple[dict[str, Questionnaire], list[FileDefect]]:
    content = _content(folder)
    return dict(content.found), list(content.defects)


def _own(
    session: Session | None, shipped: Mapping[str, Questionnaire]
) -> tuple[dict[str, Questionnaire], list[FileDefect]]:
    """Those written in the portal, as published; files win over them, should a newer edition bring the same key."""
    if session is None:
        return {}, []
    asked = {question.key: (home, question) for home, one in shipped.items() for question in one.questions}
    found: dict[str, Questionnaire] = {}
    defects: list[FileDefect] = []
    for key, questionnaire in queries.published_own(session).items():
        clashes = list(_clashes(questionnaire, shipped, asked))
        defects.extend((Path(key), clash) for clash in clashes)
        if not clashes:
            found[key] = questionnaire
    return found, defects


def _clashes(
    own: Questionnaire, shipped: Mapping[str, Questionnaire], asked: Mapping[str, tuple[str, Question]]
) -> Iterator[QuestionnaireDefect]:
    if own.key in shipped:
        yield QuestionnaireDefect(own.key, say("Un autre fichier porte déjà cette clé."))
    for question in own.questions:
        home, other = asked.get(question.key, ("", None))
        if other is not None and changed_meaning(other, question) is not None:
            message = say("Cette clé désigne une autre question, dans « %(home)s ».", home=home)
            yield QuestionnaireDefect(question.key, message)


def _content(folder: Path) -> _FolderContent:
    signature = looked_at(("questionnaires", folder), lambda: tuple(_signature(folder)))
    cached = _READ.get(folder)
    if cached is None or cached[0] != signature:
        cached = _READ[folder] = (signature, _scan(folder))
    return cached[1]


def _signature(folder: Path) -> Iterator[object]:
    try:
        with os.scandir(folder) as listed:
            found: list[os.DirEntry[str] | Path] = sorted(
                (one for one in listed if one.name.endswith(".toml")), key=lambda one: one.name
            )
    except (NotADirectoryError, FileNotFoundError):
        found = [folder]
    for path in found:
        try:
            facts = path.stat()
        except OSError as error:
            yield path.name, error.errno
        else:
            yield path.name, facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size


def _scan(folder: Path, *, draft: bool = False) -> _FolderContent:
    found: dict[str, Questionnaire] = {}
    defects: list[FileDefect] = []
    if not folder.exists():
        return _FolderContent({}, [(folder, QuestionnaireDefect("", say("Ce dossier n'existe pas.")))])
    paths = [path for path in sorted(folder.glob("*.toml")) if path.name not in NOT_QUESTIONNAIRES]
    if not folder.is_dir():
        paths = [folder]
    if not paths:
        message = say("Ce dossier ne contient aucun questionnaire (fichier .toml).")
        return _FolderContent({}, [(folder, QuestionnaireDefect("", message))])
    kinds = _evidence_kinds(folder)
    texts = [_read(path) for path in paths]
    defined: dict[str, Question] = {}
    for text in texts:
        defined = {**text.defined, **defined}
    for text in texts:
        path = text.path
        questionnaire, file_defects = _questionnaire(text, defined, kinds, draft=draft)
        defects.extend((path, defect) for defect in file_defects)
        if questionnaire is None:
            continue
        if questionnaire.key in found:
            defects.append(
                (path, QuestionnaireDefect(questionnaire.key, say("Un autre fichier porte déjà cette clé.")))
            )
        elif path.stem != questionnaire.key:
            message = say("Ce fichier devrait s'appeler « %(name)s ».", name=f"{questionnaire.key}.toml")
            defects.append((path, QuestionnaireDefect(questionnaire.key, message)))
        found.setdefault(questionnaire.key, questionnaire)
    rules, rule_defects = _rules(folder / COMPOSITION)
    # A key that another draft defines too is to be settled when one of them is published.
    between = [] if draft else _between(texts)
    coherence, remark_defects = _coherence(folder / COHERENCE, found.values())
    every = [*defects, *between, *rule_defects, *remark_defects]
    return _FolderContent(dict(sorted(found.items(), key=_breadth)), every, rules, coherence)


def _coherence(path: Path, found: Iterable[Questionnaire]) -> tuple[Coherence, list[FileDefect]]:
    """The rules of coherence, and the defects of their file: what it names must be asked somewhere."""
    if not path.exists():
        return Coherence(), []
    text = _read(path)
    if text.defect is not None:
        return Coherence(), [(path, text.defect)]
    noted: list[QuestionnaireDefect] = []
    rules = read_coherence(TomlTable(text.raw or {}, noted, "coherence"))
    asked = {question.key: question for questionnaire in found for question in questionnaire.questions}
    noted += [QuestionnaireDefect(where, message) for where, message in unknown_facts(rules, asked)]
    return rules if not noted else Coherence(), [(path, defect) for defect in noted]


def _rules(path: Path) -> tuple[tuple[PackRule, ...], list[FileDefect]]:
    """The rules of composition, and the defects of their file; none without one: every choice is made by hand."""
    if not path.exists():
        return (), []
    text = _read(path)
    if text.defect is not None:
        return (), [(path, text.defect)]
    found: list[QuestionnaireDefect] = []
    rules = read_rules(TomlTable(text.raw or {}, found, "composition"))
    return () if found else rules, [(path, defect) for defect in found]


def _breadth(one: tuple[str, Questionnaire]) -> tuple[bool, int, str]:
    """The baseline first, where one is to be chosen, then the broadest."""
    return one[0] != BASELINE, -len(one[1].questions), one[0]


def _evidence_kinds(folder: Path) -> frozenset[str] | None:
    """The keys a question may name as kinds of proof; None without a list that can be read, which says so itself."""
    try:
        rows = tomllib.loads((folder / EVIDENCE_KINDS).read_text(encoding="utf-8"))["kind"]
        return frozenset(row["key"] for row in rows)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _unknown_kinds(questions: Iterable[Question], kinds: frozenset[str]) -> Iterator[QuestionnaireDefect]:
    for question in questions:
        for kind in question.evidence_kinds:
            if kind not in kinds:
                message = say("« %(kind)s » n'est pas une preuve connue de preuves.toml.", kind=kind)
                yield QuestionnaireDefect(question.key, message)


@dataclass(frozen=True)
class _FileText:
    """A file as read: its document, or why there is none, and the questions it defines for all to share."""

    path: Path
    raw: Mapping[str, Any] | None = None
    lines: Sequence[str] = ()
    defined: Mapping[str, Question] = field(default_factory=dict)
    defect: QuestionnaireDefect | None = None

    def located(self, defects: Iterable[QuestionnaireDefect]) -> list[QuestionnaireDefect]:
        """The defects, each at its line."""
        return [replace(defect, line=_line(defect.where, self.lines)) for defect in defects]


def _read(path: Path) -> _FileText:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        message = say("Ce fichier ne peut pas être lu : %(reason)s.", reason=error.strerror or error)
        return _FileText(path, defect=QuestionnaireDefect("", message))
    if len(data) > MAX_BYTES:
        message = say("Ce fichier dépasse %(size)s Mo.", size=MAX_BYTES // 1_000_000)
        return _FileText(path, defect=QuestionnaireDefect("", message))
    try:
        raw = read_toml(data)
    except NotToml as error:
        return _FileText(path, defect=error.problem)
    return _FileText(path, raw, data.decode("utf-8-sig").split("\n"), defined_questions(raw))


def _questionnaire(
    text: _FileText, defined: Mapping[str, Question], kinds: frozenset[str] | None, *, draft: bool
) -> tuple[Questionnaire | None, list[QuestionnaireDefect]]:
    if text.defect is not None:
        return None, [text.defect]
    try:
        questionnaire = parse_questionnaire(text.raw, defined, draft=draft)
    except UnsoundQuestionnaire as error:
        return None, text.located(error.defects)
    if kinds is None:
        return questionnaire, []
    return questionnaire, text.located(_unknown_kinds(text.defined.values(), kinds))


def _between(texts: Sequence[_FileText]) -> Iterator[FileDefect]:
    """The defects that only the files together show, once for two files that bear the same key."""
    named: dict[str, _FileText] = {}
    for text in texts:
        if text.raw is not None:
            named.setdefault(str(text.raw.get("key")), text)
    for key, defect in sharing_defects({key: text.defined for key, text in named.items()}):
        yield from ((named[key].path, each) for each in named[key].located([defect]))


def _line(where: str, lines: Sequence[str]) -> int | None:
    """The line that gives this key, counted from 1; the last one, which is the repeated one when a key is repeated."""
    if not where:
        return None
    pattern = re.compile(
        r"\s*(?:key|same_as)\s*=\s*[\"']" + re.escape(where.split(" ", maxsplit=1)[0]) + r"[\"']\s*(#.*)?\r?"
    )
    return next((number for number in range(len(lines), 0, -1) if pattern.fullmatch(lines[number - 1])), None)
