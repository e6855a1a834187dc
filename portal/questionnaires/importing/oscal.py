"""Catalogues of controls in OSCAL: each control is a question, whether what it states is in place."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from portal.core.expressions import expression
from portal.core.language import say
from portal.questionnaires.importing.drafting import Draft, DraftQuestion, DraftSection, Texts, joined, yes_no_choices
from portal.questionnaires.importing.import_format import Companions
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.source import ImportSource
from portal.questionnaires.importing.tree import entries, table, tables, words

_PARAMETER = expression(r"\{\{\s{0,4}(?:insert:\s{0,4})?(?:param,\s{0,4})?([A-Za-z0-9_.-]{1,120})\s{0,4}\}\}")
_WHY = expression(r"\bwhy\b|\bpourquoi\b|\brationale\b", re.IGNORECASE)
_READ = {"statement", "guidance", "item", "overview", "objective", "example"}


def recognises(source: ImportSource) -> bool:
    """A catalogue with groups or controls."""
    catalog = table(table(source.content).get("catalog"))
    return bool(catalog.get("groups") or catalog.get("controls"))


def read(source: ImportSource, _companions: Companions, losses: LossReport) -> list[Draft]:
    """One questionnaire, a section a group."""
    catalog = table(table(source.content).get("catalog"))
    metadata = table(catalog.get("metadata"))
    language = words(metadata.get("language"))
    draft = Draft(
        source.stem, {language: words(metadata.get("title")) or source.stem}, version=words(metadata.get("version"))
    )
    reading = _OscalReading(language, losses)
    if catalog.get("controls"):
        section = DraftSection("controls", draft.title)
        section.questions = list(reading.questions(catalog))
        draft.sections.append(section)
    for group in tables(catalog.get("groups") or []):
        draft.sections += reading.sections(group)
    if remarks := words(metadata.get("remarks")):
        draft.introduction = {language: remarks}
    for name in ("back-matter", "params"):
        if catalog.get(name):
            losses.add(LossKind.REFERENCE, say("« %(field)s » n'est pas repris.", field=name), source.stem)
    return [draft]


class _OscalReading:
    def __init__(self, language: str, losses: LossReport) -> None:
        self._language, self._losses = language, losses
        self._parameters: dict[str, str] = {}

    def sections(self, group: Mapping[str, Any]) -> Iterator[DraftSection]:
        """The group's own controls, then those of the groups inside it."""
        title = {self._language: words(group.get("title")) or words(group.get("id"))}
        self._learn(group)
        section = DraftSection(words(group.get("id")) or words(group.get("title")), title)
        section.introduction = joined(*(self._prose(part, 0) for part in tables(group.get("parts") or [])))
        section.questions = list(self.questions(group))
        yield section
        for inner in tables(group.get("groups") or []):
            yield from self.sections(inner)

    def questions(self, parent: Mapping[str, Any]) -> Iterator[DraftQuestion]:
        """Each control, followed by those that refine it."""
        for control in tables(parent.get("controls") or []):
            source = words(control.get("id")) or words(control.get("title"))
            self._learn(control)
            if _is_withdrawn(control):
                self._losses.add(LossKind.TEXT, say("Contrôle retiré du catalogue : il n'est pas posé."), source)
            else:
                yield self._question(control, source)
            yield from self.questions(control)

    def _question(self, control: Mapping[str, Any], source: str) -> DraftQuestion:
        helps: list[Texts] = []
        reasons: list[Texts] = []
        for part in tables(control.get("parts") or []):
            name = words(part.get("name"))
            if name not in _READ:
                self._losses.add(LossKind.TEXT, say("Partie « %(name)s » : non reprise.", name=name[:60]), source)
                continue
            told = words(part.get("title"))
            is_why = name == "guidance" and bool(_WHY.search(told))
            (reasons if is_why else helps).append(self._prose(part, 0, with_title=not is_why))
        for name in ("links", "params"):
            if control.get(name):
                self._losses.add(LossKind.REFERENCE, say("« %(field)s » n'est pas repris.", field=name), source)
        return DraftQuestion(
            source,
            "yes_no",
            {self._language: words(control.get("title")) or source},
            help=joined(*helps),
            why=joined(*reasons),
            choices=yes_no_choices(values=("oui", "partiel", "non", "na")),
        )

    def _prose(self, part: Mapping[str, Any], depth: int, *, with_title: bool = True) -> Texts:
        """The words of a part and of those inside it, each line under its label."""
        label = next(
            (words(one.get("value")) for one in tables(part.get("props") or []) if one.get("name") == "label"), ""
        )
        title = words(part.get("title")) if with_title else ""
        said = self._filled(words(part.get("prose")).strip())
        if label and label != title and depth:
            said = f"{label} {said}"
        inner = [self._prose(one, depth + 1) for one in tables(part.get("parts") or [])]
        return joined({self._language: "\n".join(filter(None, (title, said)))}, *inner)

    def _learn(self, holder: Mapping[str, Any]) -> None:
        for one in tables(holder.get("params") or []):
            select = table(one.get("select"))
            choices = " / ".join(words(choice) for choice in entries(select.get("choice")))
            values = ", ".join(words(value) for value in entries(one.get("values")))
            self._parameters[words(one.get("id"))] = (
                values or words(one.get("label")) or choices or words(one.get("id"))
            )

    def _filled(self, prose: str) -> str:
        """The prose with the names of what an organisation sets for itself in square brackets."""
        if "{{" not in prose:
            return prose
        for _ in range(3):
            prose = _PARAMETER.sub(lambda match: f"[{self._parameters.get(match[1], match[1])}]", prose)
        return prose


def _is_withdrawn(control: Mapping[str, Any]) -> bool:
    return any(
        words(one.get("name")).lower() == "status" and words(one.get("value")).lower() == "withdrawn"
        for one in tables(control.get("props") or [])
    )
