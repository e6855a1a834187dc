"""Offered answers: read from the file, checked when posted, read again by their labels. Shared by several kinds."""

from collections.abc import Sequence
from dataclasses import replace

from portal.core.language import Language, say
from portal.questionnaires.definition import Choice
from portal.questionnaires.kinds.posted_text import UnacceptableAnswer
from portal.questionnaires.toml_fields import TomlTable


def read_choice(table: TomlTable, *, several: bool, marks: bool) -> Choice:
    """One choice; `several` when more than one may be ticked, `marks` when it is worth something by itself."""
    choice = Choice(value=table.slug("value"), label=table.bilingual("label"))
    if marks:
        choice = replace(choice, mark=table.number("mark", 0, 1), justify=table.boolean("justify", default=False))
    if several:
        choice = replace(
            choice,
            exclusive=table.boolean("exclusive", default=False),
            group=table.bilingual("group", required=False),
        )
    table.close(frozenset({"mark", "justify", "exclusive", "group"}))
    return choice


def offered_value(text: str, choices: Sequence[Choice]) -> str:
    """The text when it is the value of a choice; raises `UnacceptableAnswer`."""
    if text not in (choice.value for choice in choices):
        raise UnacceptableAnswer(say("« %(value)s » ne fait pas partie des réponses proposées.", value=text[:60]))
    return text


def label_of(value: str, choices: Sequence[Choice], language: Language) -> str:
    """The label of a value; a value offered no longer is its own label."""
    return next((choice.label.read(language) for choice in choices if choice.value == value), value)
