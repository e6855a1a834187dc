"""What would do as proof of a question, in the same words for whoever answers and for whoever reads."""

from collections.abc import Collection

from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.language import Language
from portal.evidence.kinds import read_kinds
from portal.evidence.proving import read_rules, rules_of


@dataclass(frozen=True)
class RuleText:
    """What would answer a question, in words."""

    text: str
    passage: str
    """The passage of the standard to read."""
    missing: tuple[str, ...]
    """Kinds that are not among those held, by name."""


def rule_texts(question: str, language: Language, held: Collection[str] = ()) -> tuple[RuleText, ...]:
    """The rules that answer a question, beside the kinds of proof that are held for it."""
    return tuple(
        RuleText(
            rule.read(language),
            rule.answers[question],
            tuple(kind_name(kind, language) for kind in rule.missing(held)),
        )
        for rule in rules_of(read_rules(process.settings().questionnaires_dir), question)
    )


def kind_name(key: str, language: Language) -> str:
    """The name of a kind of proof; empty for none, or for one that the file no longer names."""
    kind = read_kinds(process.settings().questionnaires_dir).get(key)
    return (kind.en if language is Language.EN else kind.fr) if kind else ""
