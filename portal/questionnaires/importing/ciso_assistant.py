"""Libraries of CISO Assistant: a flat list of nodes, each with its questions by URN.

The groups of implementation are kept where an answer selects them: the question is then asked under that condition.
"""

from collections.abc import Mapping
from typing import Any

from portal.core.language import say
from portal.questionnaires.definition import EvidenceDemand
from portal.questionnaires.importing.drafting import (
    Draft,
    DraftChoice,
    DraftQuestion,
    DraftSection,
    Texts,
    joined,
    yes_no_choices,
)
from portal.questionnaires.importing.expressions import Either, Every, Expression, Picked, Unsayable, every, leaves
from portal.questionnaires.importing.import_format import Companions
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.source import ImportSource
from portal.questionnaires.importing.tree import entries, flag, number, table, tables, words

_KINDS = {
    "text": "text", "number": "number", "boolean": "yes_no", "date": "date", "unique_choice": "single",
    "single_choice": "single", "multiple_choice": "multiple",
}  # fmt: skip
_RESULTS = {
    "compliant": 1.0, "true": 1.0, "partially_compliant": 0.5, "non_compliant": 0.0, "false": 0.0,
}  # fmt: skip
_NEUTRAL = {"not_applicable", "empty"}
_NODE_REFERENCES = ("reference_controls", "threats")
_FRAMEWORK_EXTRAS = ("outcomes", "field_visibility", "scores_definition", "min_score", "max_score")


def recognises(source: ImportSource) -> bool:
    """A library with a framework, or a framework alone."""
    return bool(_frameworks(source.content))


def read(source: ImportSource, _companions: Companions, losses: LossReport) -> list[Draft]:
    """One questionnaire a framework that has questions; all of them when none has, so that the refusal names one."""
    drafts = [_Framework(table(source.content), one, losses).draft() for one in _frameworks(source.content)]
    asking = [draft for draft in drafts if any(section.questions for section in draft.sections)]
    return asking or drafts


def _frameworks(content: Any) -> list[Mapping[str, Any]]:
    objects = table(table(content).get("objects")) or table(content)
    found = [*tables(objects.get("framework")), *tables(objects.get("frameworks"))]
    nested = [inner for one in found for inner in tables(one.get("frameworks"))]
    alone = [table(content)] if "requirement_nodes" in table(content) else []
    return [one for one in (*found, *nested, *alone) if isinstance(one.get("requirement_nodes"), list)]


class _Framework:
    def __init__(self, library: Mapping[str, Any], framework: Mapping[str, Any], losses: LossReport) -> None:
        self._library, self._framework, self._losses = library, framework, losses
        self._locale = words(library.get("locale")) or words(framework.get("locale"))
        self._nodes = tables(framework["requirement_nodes"])
        self._by_urn = {words(node.get("urn")): node for node in self._nodes if node.get("urn")}
        self._groups = self._selections()

    def draft(self) -> Draft:
        framework, library = self._framework, self._library
        self._note_extras()
        draft = Draft(
            source=words(framework.get("ref_id")) or words(library.get("ref_id")) or _tail(words(framework.get("urn"))),
            title=self._texts(framework, "name") or self._texts(library, "name"),
            introduction=self._texts(framework, "description") or self._texts(library, "description"),
            version=words(framework.get("version")) or words(library.get("version")),
        )
        pending: Texts = {}
        for node in self._nodes:
            heading = self._heading(node)
            questions = self._questions(node)
            if not questions:
                pending = joined(pending, self._told(node, heading))
                continue
            source = words(heading.get("urn")) or self._place(heading)
            if not draft.sections or draft.sections[-1].source != source:
                title = self._texts(heading, "name") or {self._locale: self._place(heading)}
                draft.sections.append(DraftSection(source, title))
            section = draft.sections[-1]
            if pending:
                section.introduction = joined(section.introduction, pending)
                pending = {}
            section.questions += questions
        if pending and draft.sections:
            draft.sections[-1].introduction = joined(draft.sections[-1].introduction, pending)
        for section in draft.sections:
            section.source = self._place(self._by_urn.get(section.source, {})) or section.source
        return draft

    # Nodes.

    def _heading(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        """The nearest node above that only gathers others, and that has a name; itself when there is none."""
        seen: set[str] = set()
        above = node
        while (urn := words(above.get("parent_urn"))) in self._by_urn and urn not in seen:
            seen.add(urn)
            above = self._by_urn[urn]
            if not flag(above.get("assessable")) and above.get("name"):
                return above
        return node

    def _told(self, node: Mapping[str, Any], heading: Mapping[str, Any]) -> Texts:
        """What a node without questions says: the title of a part, or a text that is read and listed."""
        place = self._place(node)
        if flag(node.get("assessable")):
            self._losses.add(LossKind.TEXT, say("Exigence sans question : reprise comme un texte à lire."), place)
        elif words(node.get("display_mode")) == "splash":
            self._losses.add(LossKind.PRESENTATION, say("Écran de transition : repris comme un texte à lire."), place)
        elif (
            heading is node
            and node.get("name")
            and any(one.get("parent_urn") == node.get("urn") for one in self._nodes)
        ):
            return self._texts(node, "description")
        return joined(self._texts(node, "name"), self._texts(node, "description"), self._texts(node, "annotation"))

    def _place(self, node: Mapping[str, Any]) -> str:
        return words(node.get("ref_id")) or _tail(words(node.get("urn")), 1) or words(node.get("name"))[:80]

    def _questions(self, node: Mapping[str, Any]) -> list[DraftQuestion]:
        found = node.get("questions")
        pairs = (
            [(str(urn), table(one)) for urn, one in found.items()]
            if isinstance(found, Mapping)
            else [(words(one.get("urn")) or words(one.get("id")), one) for one in tables(found)]
        )
        questions = [self._question(urn, one, node) for urn, one in pairs if one]
        if questions:
            self._add_context(node, questions[0])
        return questions

    def _add_context(self, node: Mapping[str, Any], opening: DraftQuestion) -> None:
        """What the node says of its questions stands before the first of them."""
        context = joined(self._texts(node, "name"), self._texts(node, "description"), self._texts(node, "annotation"))
        opening.help = joined(context, opening.help)
        if evidence := self._texts(node, "typical_evidence"):
            opening.evidence, opening.evidence_label = EvidenceDemand.OPTIONAL, evidence
        place = self._place(node)
        for name in _NODE_REFERENCES:
            if node.get(name):
                self._losses.add(LossKind.REFERENCE, say("« %(field)s » n'est pas repris.", field=name), place)
        for name in ("weight", "importance", "min_score", "max_score"):
            if node.get(name) is not None:
                self._losses.add(
                    LossKind.SCORE, say("« %(field)s » de l'exigence n'est pas repris.", field=name), place
                )

    # Questions.

    def _question(self, urn: str, raw: Mapping[str, Any], node: Mapping[str, Any]) -> DraftQuestion:
        given = words(raw.get("type")) or ("unique_choice" if raw.get("choices") else "text")
        kind = _KINDS.get(given)
        if kind is None:
            kind = "single" if raw.get("choices") else "text"
            self._losses.add(
                LossKind.ANSWER, say("Type de réponse inconnu : « %(kind)s ».", kind=given[:60]), _tail(urn)
            )
        question = DraftQuestion(
            source=urn,
            name="-".join(urn.split(":")[-3:]),
            kind=kind,
            text=self._texts(raw, "text"),
            help=self._texts(raw, "annotation"),
            weight=number(raw.get("weight")),
            choices=yes_no_choices() if kind == "yes_no" else self._choices(raw, several=kind == "multiple"),
        )
        for name in ("config",):
            if raw.get(name):
                self._losses.add(LossKind.ANSWER, say("« %(field)s » n'est pas repris.", field=name), _tail(urn))
        own = self._depends_on(raw)
        question.asked_if = own if own is not None and self._says_group(own, node) else every([self._group(node), own])
        return question

    def _choices(self, raw: Mapping[str, Any], *, several: bool) -> list[DraftChoice]:
        found = tables(raw.get("choices"))
        is_scored = any(_points(one) is not None for one in found)
        choices = []
        for rank, one in enumerate(found, start=1):
            urn = words(one.get("urn")) or f"choix:{rank}"
            points = _points(one)
            if points is None and is_scored and not several and words(one.get("compute_result")) not in _NEUTRAL:
                points = 0.0
            choices.append(DraftChoice(urn, self._texts(one, "value"), points, name="-".join(urn.split(":")[-2:])))
            self._note_choice(one, urn)
        return choices

    def _note_choice(self, one: Mapping[str, Any], urn: str) -> None:
        if one.get("description") or one.get("annotation"):
            self._losses.add(LossKind.CHOICE, say("L'explication d'un choix n'est pas reprise."), _tail(urn, 4))
        if one.get("color"):
            self._losses.add(LossKind.PRESENTATION, say("La couleur d'un choix n'est pas reprise."), _tail(urn, 4))
        if one.get("add_score") is not None and one.get("compute_result") is not None:
            self._losses.add(LossKind.SCORE, say("Le résultat d'un choix cède devant ses points."), _tail(urn, 4))

    def _depends_on(self, raw: Mapping[str, Any]) -> Expression | None:
        rule = table(raw.get("depends_on"))
        if not rule:
            return None
        parent, answers = words(rule.get("question")), [words(one) for one in entries(rule.get("answers"))]
        condition = words(rule.get("condition")) or "any"
        if not parent or not answers or condition not in {"any", "all"}:
            return Unsayable(f"depends_on {parent} ({condition})")
        if condition == "all" and len(answers) > 1:
            return Every(tuple(Picked(parent, frozenset({one})) for one in answers))
        return Picked(parent, frozenset(answers))

    # Groups of implementation.

    def _selections(self) -> dict[str, Expression | None]:
        """When each group applies: None for always, a condition when answers select it, « unsayable » otherwise."""
        selected: dict[str, list[Expression]] = {}
        for node in self._nodes:
            for urn, raw in table(node.get("questions")).items():
                for choice in tables(table(raw).get("choices")):
                    for group in entries(choice.get("select_implementation_groups")):
                        picked = Picked(str(urn), frozenset({words(choice.get("urn"))}))
                        selected.setdefault(words(group), []).append(picked)
        groups: dict[str, Expression | None] = {}
        for one in tables(self._framework.get("implementation_groups_definition")):
            name = words(one.get("ref_id"))
            if flag(one.get("default_selected")):
                groups[name] = None
            elif name in selected:
                groups[name] = Either(tuple(selected[name]))
            else:
                groups[name] = Unsayable(name)
        return groups

    def _group(self, node: Mapping[str, Any]) -> Expression | None:
        names = [words(name) for name in entries(node.get("implementation_groups"))]
        conditions = [self._groups.get(name) for name in names]
        if not names or any(one is None for one in conditions):
            return None
        said = tuple(one for one in conditions if one is not None and not isinstance(one, Unsayable))
        if len(said) < len(names):
            for name in names:
                if isinstance(self._groups.get(name), Unsayable):
                    self._losses.add(
                        LossKind.GROUP,
                        say("Groupe « %(group)s » choisi à la main : ses questions sont posées à tous.", group=name),
                        self._place(node),
                    )
            return None
        return said[0] if len(said) == 1 else Either(said)

    def _says_group(self, own: Expression, node: Mapping[str, Any]) -> bool:
        """Whether what it depends on is a question of the same node: hidden with its group, it hides what follows."""
        asked = {one.question for one in leaves(own) if isinstance(one, Picked)}
        return bool(asked) and asked <= set(table(node.get("questions")))

    def _note_extras(self) -> None:
        place = words(self._framework.get("ref_id")) or "framework"
        for name in _FRAMEWORK_EXTRAS:
            if self._framework.get(name):
                self._losses.add(LossKind.SCORE, say("« %(field)s » n'est pas repris.", field=name), place)
        for name in ("reference_controls", "threats", "risk_matrix", "requirement_mapping_set"):
            if table(self._library.get("objects")).get(name):
                self._losses.add(LossKind.REFERENCE, say("« %(field)s » n'est pas repris.", field=name), place)
        for name in ("copyright", "provider", "packager"):
            if self._library.get(name):
                self._losses.add(LossKind.IDENTITY, say("« %(field)s » n'est pas repris.", field=name), place)

    def _texts(self, raw: Mapping[str, Any], name: str) -> Texts:
        found = {self._locale: words(raw.get(name))} if words(raw.get(name)).strip() else {}
        for language, translated in table(raw.get("translations")).items():
            if text := words(table(translated).get(name)):
                found.setdefault(str(language), text)
        return found


def _points(choice: Mapping[str, Any]) -> float | None:
    points = number(choice.get("add_score"))
    return points if points is not None else _RESULTS.get(words(choice.get("compute_result")).lower())


def _tail(urn: str, parts: int = 3) -> str:
    """The end of a URN, which is what tells it from its neighbours."""
    return ":".join(urn.split(":")[-parts:])
