"""« Oui », « En partie », « Non », « Non concerné »: the same four answers everywhere, or some of them."""

from collections.abc import Iterator
from dataclasses import replace

from portal.core.language import Sentence, say
from portal.questionnaires.definition import NO, NOT_APPLICABLE, PARTIAL, YES, Bilingual, Choice, Question
from portal.questionnaires.kinds.single import SingleChoiceKind
from portal.questionnaires.toml_fields import TomlTable

LABELS = {
    YES: Bilingual("Oui", "Yes"),
    PARTIAL: Bilingual("En partie", "Partly"),
    NO: Bilingual("Non", "No"),
    NOT_APPLICABLE: Bilingual("Non concerné", "Not applicable"),
}
_MARKS = {YES: 1.0, PARTIAL: 0.5, NO: 0.0}


class YesNoKind(SingleChoiceKind):
    """The choices are not written in the file: `answers` keeps some, `marks` and `justify` change their effect."""

    name = "yes_no"
    rank = 1
    own_fields = frozenset({"answers", "marks", "justify"})
    writes_choices = False

    def read_definition(self, table: TomlTable, question: Question) -> Question:
        """The four usual answers, or fewer with `answers`; the opposite marks, or none, with `marks`."""
        offered = table.texts("answers") or tuple(LABELS)
        if not {YES, NO} <= set(offered) <= set(LABELS):
            table.report(
                say("Le champ « answers » contient « oui » et « non », et peut ajouter « partiel » et « na ».")
            )
            offered = tuple(LABELS)
        marks: dict[str, float | None] = dict(_MARKS)
        given = table.table("marks") if "marks" in table else None
        if given:
            marks = {value: given.number(value, 0, 1) for value in offered}
            given.close()
        table.accept("marks")
        justify = {*table.texts("justify"), NOT_APPLICABLE}
        for value in sorted(justify - {*offered, NOT_APPLICABLE}):
            table.report(say("« %(value)s », dans « justify », n'est pas une réponse proposée.", value=value))
        choices = tuple(
            Choice(value, label, marks.get(value), value in justify)
            for value, label in LABELS.items()
            if value in offered
        )
        return replace(question, choices=choices)

    def definition_defects(self, question: Question) -> Iterator[Sentence]:
        """Nothing to check: `read_definition` always offers « oui » and « non »."""
        yield from ()


KIND = YesNoKind()
