"""The questionnaires shipped as files: the only module that opens their folder."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from portal.core.errors import Refused
from portal.core.language import say
from portal.questionnaires.definition import Questionnaire
from portal.questionnaires.rules.parsing import parse_questionnaire
from portal.questionnaires.toml_fields import QuestionnaireDefect, UnsoundQuestionnaire
from portal.questionnaires.toml_reading import NotToml, read_toml

FOLDER = Path(__file__).resolve().parents[2] / "questionnaires"
MAX_BYTES = 2_000_000
BASELINE = "socle-rgpd"
"""The questionnaire that every processor answers: the one proposed first."""
EVIDENCE_KINDS = "preuves.toml"
NOT_QUESTIONNAIRES = frozenset({"bareme.toml", EVIDENCE_KINDS})
"""The scale from marks to grades and the validity of proofs sit in the same folder and have their own readers."""

FileDefect = tuple[Path, QuestionnaireDefect]


def load(folder: Path = FOLDER) -> dict[str, Questionnaire]:
    """Every questionnaire of a folder by key; raises `Refused` when one is defective: none is used then."""
    found, defects = read(folder)
    if defects:
        path, defect = defects[0]
        raise Refused(
            say(
                "%(count)s défaut(s) dans les questionnaires ; le premier : %(file)s, %(where)s : %(message)s "
                "Lancez « flask questionnaires check ».",
                count=len(defects),
                file=path.name,
                where=defect.where or defect.line or "-",
                message=defect.message,
            )
        )
    return found


def all_defects(folder: Path = FOLDER) -> list[FileDefect]:
    """Every defect of every file, in the order of the files; a folder without a questionnaire is one."""
    return read(folder)[1]


_FolderContent = tuple[dict[str, Questionnaire], list[FileDefect]]
_READ: dict[Path, tuple[tuple[object, ...], _FolderContent]] = {}


def read(folder: Path = FOLDER) -> _FolderContent:
    """The questionnaires that are sound, by key, and every defect; files that have not changed are not read again."""
    signature = tuple(_signature(folder))
    cached = _READ.get(folder)
    if cached is None or cached[0] != signature:
        cached = _READ[folder] = (signature, _scan(folder))
    found, defects = cached[1]
    return dict(found), list(defects)


def _signature(folder: Path) -> Iterator[object]:
    for path in sorted(folder.glob("*.toml")):
        try:
            facts = path.stat()
        except OSError as error:
            yield path, error.errno
        else:
            yield path, facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size


def _scan(folder: Path) -> _FolderContent:
    found: dict[str, Questionnaire] = {}
    defects: list[FileDefect] = []
    if not folder.is_dir():
        return {}, [(folder, QuestionnaireDefect("", say("Ce dossier n'existe pas.")))]
    paths = [path for path in sorted(folder.glob("*.toml")) if path.name not in NOT_QUESTIONNAIRES]
    if not paths:
        return {}, [
            (folder, QuestionnaireDefect("", say("Ce dossier ne contient aucun questionnaire (fichier .toml).")))
        ]
    kinds = _evidence_kinds(folder)
    for path in paths:
        questionnaire, file_defects = _read(path, kinds)
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
    return dict(sorted(found.items(), key=_breadth)), defects


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


def _unknown_kinds(questionnaire: Questionnaire, kinds: frozenset[str]) -> Iterator[QuestionnaireDefect]:
    for question in questionnaire.questions:
        for kind in question.evidence_kinds:
            if kind not in kinds:
                message = say("« %(kind)s » n'est pas une preuve connue de preuves.toml.", kind=kind)
                yield QuestionnaireDefect(question.key, message)


def _read(path: Path, kinds: frozenset[str] | None) -> tuple[Questionnaire | None, list[QuestionnaireDefect]]:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return None, [
            QuestionnaireDefect("", say("Ce fichier ne peut pas être lu : %(reason)s.", reason=error.strerror or error))
        ]
    if len(data) > MAX_BYTES:
        return None, [QuestionnaireDefect("", say("Ce fichier dépasse %(size)s Mo.", size=MAX_BYTES // 1_000_000))]
    try:
        questionnaire = parse_questionnaire(read_toml(data))
    except NotToml as error:
        return None, [error.problem]
    except UnsoundQuestionnaire as error:
        return None, _located(error.defects, data)
    if kinds is None:
        return questionnaire, []
    return questionnaire, _located(_unknown_kinds(questionnaire, kinds), data)


def _located(defects: Iterable[QuestionnaireDefect], data: bytes) -> list[QuestionnaireDefect]:
    lines = data.decode("utf-8-sig").split("\n")
    return [replace(defect, line=_line(defect.where, lines)) for defect in defects]


def _line(where: str, lines: list[str]) -> int | None:
    """The line that gives this key, counted from 1; the last one, which is the repeated one when a key is repeated."""
    if not where:
        return None
    pattern = re.compile(r"\s*key\s*=\s*[\"']" + re.escape(where.split(" ", maxsplit=1)[0]) + r"[\"']\s*(#.*)?\r?")
    return next((number for number in range(len(lines), 0, -1) if pattern.fullmatch(lines[number - 1])), None)
