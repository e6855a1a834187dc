"""Catalogues of RDMO, in XML: catalogs, sections, pages, sets and questions, each an element of its own at the root.

Options and conditions are often in files of their own, given as companions: without them they are losses. Elements of
RDMO 1 name their parent; those of RDMO 2 name their children, in order.
"""

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element  # nosec B405 - the type alone

from portal.core.dataclass import dataclass
from portal.core.language import say
from portal.questionnaires.importing.drafting import (
    Draft,
    DraftChoice,
    DraftQuestion,
    DraftSection,
    Texts,
    joined,
    yes_no_choices,
)
from portal.questionnaires.importing.expressions import Either, Expression, Opposite, Picked, Unsayable, every
from portal.questionnaires.importing.import_format import Companions
from portal.questionnaires.importing.losses import LossKind, LossReport
from portal.questionnaires.importing.source import ImportSource
from portal.questionnaires.importing.tree import flag, number

_URI = "{http://purl.org/dc/elements/1.1/}uri"
_TYPES = {
    "integer": "number", "float": "number", "boolean": "yes_no", "datetime": "date", "date": "date", "file": "file",
    "option": "single",
}  # fmt: skip
_WIDGETS = {
    "yesno": "yes_no", "checkbox": "multiple", "select_multiple": "multiple", "radio": "single", "select": "single",
    "select_creatable": "single", "autocomplete": "single", "freeautocomplete": "single", "date": "date",
    "file": "file", "file_upload": "file", "range": "number",
}  # fmt: skip
_HOLDERS = ("catalog", "section", "page", "questionset")
_CHILDREN = {"catalog": ("section",), "section": ("page", "questionset"), "page": ("questionset", "question"),
             "questionset": ("questionset", "question")}  # fmt: skip
_DEEPEST = 20


@dataclass(frozen=True)
class _Place:
    """Where a question stands: the titles above it and the conditions it inherits."""

    titles: tuple[Texts, ...]
    helps: tuple[Texts, ...]
    condition: Expression | None
    is_repeated: bool


def recognises(source: ImportSource) -> bool:
    """A root `rdmo`; one that holds no question is refused once it is read."""
    return source.root is not None and source.root.tag == "rdmo"


def read(source: ImportSource, companions: Companions, losses: LossReport) -> list[Draft]:
    """One questionnaire a catalogue; questions that no catalogue reaches make one of their own."""
    roots = [one.root for one in (source, *companions) if one.root is not None and one.root.tag == "rdmo"]
    for one in companions:
        if one.root is None or one.root.tag != "rdmo":
            losses.add(
                LossKind.REFERENCE, say("Ce fichier joint n'est pas du même format : il n'est pas lu."), one.name
            )
    return _Rdmo(source, roots, losses).drafts()


class _Rdmo:
    def __init__(self, source: ImportSource, roots: Sequence[Element], losses: LossReport) -> None:
        self._source, self._losses = source, losses
        self._own = list(roots[0]) if roots else []
        every_element = [element for root in roots for element in root]
        self._by_uri: dict[tuple[str, str], Element] = {}
        for element in every_element:
            self._by_uri.setdefault((element.tag, element.get(_URI, "")), element)
        self._members = _members(every_element)
        self._asked_by_attribute: dict[str, DraftQuestion] = {}
        self._used: set[str] = set()

    def drafts(self) -> list[Draft]:
        drafts = []
        for catalog in (one for one in self._own if one.tag == "catalog"):
            draft = Draft(
                _name(catalog), _texts(catalog, "title") or {"": _name(catalog)}, _texts(catalog, "help"),
            )  # fmt: skip
            self._asked_by_attribute = {}
            for section in self._children(catalog, "section"):
                draft.sections += self._sections(section)
            drafts.append(draft)
        if rest := self._unreached():
            drafts.append(rest)
        return drafts or [Draft(self._source.stem, {"": self._source.stem})]

    def _unreached(self) -> Draft | None:
        """Questions of the file that nothing leads to, in the order of the file."""
        rest = [one for one in self._own if one.tag == "question" and one.get(_URI, "") not in self._used]
        if not rest:
            return None
        draft = Draft(self._source.stem, {"": self._source.stem})
        sections = [one for one in self._own if one.tag == "section" and one.get(_URI, "") not in self._used]
        for one in sections:
            draft.sections += self._sections(one)
        section = DraftSection("questions", {"fr": "Questions", "en": "Questions"})
        nowhere = _Place((), (), None, is_repeated=False)
        section.questions = [self._question(one, nowhere) for one in rest if one.get(_URI, "") not in self._used]
        draft.sections += [section] if section.questions else []
        if any(one.tag == "catalog" for one in self._own):
            for question in section.questions:
                self._losses.add(
                    LossKind.GROUP, say("Question hors de tout catalogue : rangée à part."), question.source
                )
        return draft

    def _sections(self, element: Element) -> list[DraftSection]:
        """A section of ours for each of theirs; their pages and sets become headings in the help."""
        self._used.add(element.get(_URI, ""))
        section = DraftSection(_name(element), _texts(element, "title") or {"": _name(element)})
        place = _Place((), (), self._conditions(element), is_repeated=False)
        for child in self._ordered(element):
            section.questions += self._inside(child, place, 0)
        return [section] if section.questions else []

    def _inside(self, element: Element, place: _Place, depth: int) -> Iterator[DraftQuestion]:
        if depth > _DEEPEST:
            return
        if element.tag == "question":
            yield self._question(element, place)
            return
        is_repeated = flag(element.findtext("is_collection"))
        inner = _Place(
            (*place.titles, _texts(element, "title")),
            (_texts(element, "help"),),
            every([place.condition, self._conditions(element)]),
            is_repeated=place.is_repeated or is_repeated,
        )
        opening = True
        for child in self._ordered(element):
            for question in self._inside(child, inner, depth + 1):
                yield question
                opening = False
            if not opening:
                inner = _Place((), (), inner.condition, is_repeated=inner.is_repeated)

    # One question.

    def _question(self, element: Element, place: _Place) -> DraftQuestion:
        uri = element.get(_URI, "")
        self._used.add(uri)
        source = uri or _name(element)
        widget = (element.findtext("widget_type") or "").strip()
        given = (element.findtext("value_type") or "").strip()
        kind = _WIDGETS.get(widget) or _TYPES.get(given, "text")
        heading = joined(*place.titles, between=" — ")
        question = DraftQuestion(
            source,
            kind,
            _texts(element, "text") or _texts(element, "verbose_name"),
            name="-".join(_name(element).split("/")[-2:]),
            help=joined(heading, *place.helps, _texts(element, "help")),
            unit={"": element.findtext("unit") or ""},
            required=not flag(element.findtext("is_optional")),
            minimum=number(element.findtext("minimum")) if kind == "number" else None,
            maximum=number(element.findtext("maximum")) if kind == "number" else None,
        )
        if kind == "yes_no":
            question.choices = [
                DraftChoice(one.value if one.value not in {"oui", "non"} else {"oui": "1", "non": "0"}[one.value],
                            one.label, value=one.value)
                for one in yes_no_choices()
            ]  # fmt: skip
        elif kind in {"single", "multiple"}:
            self._options(element, question)
        elif element.find("optionsets/optionset") is not None:
            self._losses.add(LossKind.CHOICE, say("Choix proposés à titre d'exemple : non repris."), source)
        question.asked_if = every([place.condition, self._conditions(element)])
        self._note_extras(element, question, place, widget)
        attribute = _link(element, "attribute")
        if attribute:
            self._asked_by_attribute.setdefault(attribute, question)
        return question

    def _options(self, element: Element, question: DraftQuestion) -> None:
        links = [one.get(_URI, "") for one in element.findall("optionsets/optionset")]
        for uri in links:
            found = self._by_uri.get(("optionset", uri))
            options = list(self._options_of(found)) if found is not None else []
            if not options:
                self._losses.add(
                    LossKind.CHOICE, say("Liste de choix absente : joignez le fichier « options »."), question.source
                )
            elif found is not None and found.find("conditions/condition") is not None:
                self._losses.add(
                    LossKind.CONDITION, say("Choix proposés sous condition : toujours proposés."), question.source
                )
            question.choices += [self._option(one) for one in options]
        if not links:
            question.kind = "text"
            self._losses.add(
                LossKind.CHOICE, say("Question à choix sans choix : posée comme un texte."), question.source
            )

    def _options_of(self, optionset: Element) -> Iterator[Element]:
        listed = [one.get(_URI, "") for one in _by_order(optionset.findall("options/option"))]
        if listed:
            yield from (found for uri in listed if (found := self._by_uri.get(("option", uri))) is not None)
        else:
            yield from _by_order([
                one for (tag, _uri), one in self._by_uri.items()
                if tag == "option" and _link(one, "optionset") == optionset.get(_URI, "")
            ])  # fmt: skip

    def _option(self, element: Element) -> DraftChoice:
        extra = (element.findtext("additional_input") or "").strip().lower()
        return DraftChoice(
            element.get(_URI, "") or _name(element),
            _texts(element, "text"),
            must_explain=extra not in {"", "false", "none"},
            name=_name(element).rsplit("/", 1)[-1],
        )

    def _note_extras(self, element: Element, question: DraftQuestion, place: _Place, widget: str) -> None:
        source = question.source
        if place.is_repeated or (flag(element.findtext("is_collection")) and not question.takes_several):
            self._losses.add(
                LossKind.ANSWER, say("Réponse à répéter autant de fois qu'il faut : posée une fois."), source
            )
        for name in ("default_text", "default_option", "default_external_id", "step"):
            held = element.find(name)
            if held is not None and ((held.text or "").strip() or held.get(_URI)):
                self._losses.add(LossKind.ANSWER, say("« %(field)s » n'est pas repris.", field=name), source)
        if widget in {"select_creatable", "freeautocomplete"}:
            self._losses.add(LossKind.ANSWER, say("Réponse libre en dehors des choix : non reprise."), source)
        if widget and widget not in _WIDGETS and widget not in {"text", "textarea"}:
            self._losses.add(LossKind.ANSWER, say("Type de réponse inconnu : « %(kind)s ».", kind=widget[:60]), source)

    # Conditions.

    def _conditions(self, element: Element) -> Expression | None:
        """Those named by an element: one of them is enough."""
        links = [one.get(_URI, "") for one in element.findall("conditions/condition") if one.get(_URI)]
        said = tuple(self._condition(uri) for uri in links)
        return None if not said else said[0] if len(said) == 1 else Either(said)

    def _condition(self, uri: str) -> Expression:
        found = self._by_uri.get(("condition", uri))
        if found is None:
            return Unsayable(uri)
        relation = (found.findtext("relation") or "").strip()
        asked = self._asked_by_attribute.get(_link(found, "source"))
        option = _link(found, "target_option")
        text = (found.findtext("target_text") or "").strip()
        if asked is None:
            return Unsayable(f"{_link(found, 'source')} {relation} {option or text}")
        target = option or next(
            (one.source for one in asked.choices if text in {one.source, *one.label.values()}), text
        )
        if relation in {"eq", "contains"} and target:
            return Picked(asked.source, frozenset({target}))
        if relation == "neq" and target:
            return Opposite(Picked(asked.source, frozenset({target})))
        if relation == "notempty" and asked.choices:
            return Picked(asked.source, frozenset(one.source for one in asked.choices))
        return Unsayable(f"{_link(found, 'source')} {relation} {option or text}".strip())

    # The tree.

    def _children(self, parent: Element, tag: str) -> list[Element]:
        return [one for one in self._ordered(parent) if one.tag == tag]

    def _ordered(self, parent: Element) -> list[Element]:
        """What stands inside an element, in order: named by it (RDMO 2), or naming it (RDMO 1)."""
        links = [one for tag in _CHILDREN[parent.tag] for one in parent.findall(f"{tag}s/{tag}")]
        if links:
            ordered = _by_order(links)
            found = [(one, self._by_uri.get((one.tag, one.get(_URI, "")))) for one in ordered]
            for link, element in found:
                if element is None:
                    self._losses.add(
                        LossKind.TEXT, say("Élément annoncé et absent du fichier."), link.get(_URI, "") or link.tag
                    )
            return [element for _link_, element in found if element is not None]
        return self._members.get((parent.tag, parent.get(_URI, "")), [])


def _members(elements: Sequence[Element]) -> dict[tuple[str, str], list[Element]]:
    """What names each element as its parent, in order; a set inside a set belongs to the inner one."""
    found: dict[tuple[str, str], list[Element]] = {}
    for element in elements:
        for tag in ("questionset", "page", "section", "catalog"):
            if tag != element.tag or tag == "questionset":
                uri = _link(element, tag)
                if uri:
                    found.setdefault((tag, uri), []).append(element)
                    break
    return {key: _by_order(members) for key, members in found.items()}


def _by_order(elements: Sequence[Element]) -> list[Element]:
    def rank(element: Element) -> float:
        given = number(element.get("order"))
        return given if given is not None else number(element.findtext("order")) or 0.0

    return sorted(elements, key=rank)


def _link(element: Element, name: str) -> str:
    held = element.find(name)
    return "" if held is None else held.get(_URI, "") or (held.text or "").strip()


def _name(element: Element) -> str:
    """The last part of its path, or of its address."""
    held = (element.findtext(name) for name in ("uri_path", "path", "key"))
    return next((text for text in held if text), element.get(_URI) or "").strip().rstrip("/") or element.tag


def _texts(element: Element, name: str) -> Texts:
    """The text in every language; RDMO 1 says the language in the name of the field."""
    found = {
        one.get("lang", "").lower(): one.text.strip() for one in element.findall(name) if one.text and one.text.strip()
    }
    for one in element:
        if one.tag.startswith(f"{name}_") and len(one.tag) == len(name) + 3 and one.text and one.text.strip():
            found.setdefault(one.tag[-2:], one.text.strip())
    return found
