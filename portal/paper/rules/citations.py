"""How a passage and a legal basis are cited on paper."""

from collections.abc import Iterable

from portal.contracts.rules.model import Obligation, typeset
from portal.core.language import Language
from portal.paper.rules.check_result import RequirementResult, Span

LONGEST = 420
"""Characters of a passage as cited; beyond, its end is left out, visibly."""


def quote_passage(span: Span, language: Language, longest: int = LONGEST) -> str:
    """The quotation between the marks of a language, without its final punctuation, with its page when it has one.

    >>> quote_passage(Span("Le sous-traitant  notifie\\ntoute violation.", 0, 42, 3), Language.EN)
    '“Le sous-traitant notifie toute violation” (p.\\xa03)'
    """
    text = " ".join(span.quote.split()).rstrip(" .;:,")
    if len(text) > longest:
        text = text[:longest].rsplit(" ", 1)[0].rstrip(" ,;:") + " […]"
    quoted = typeset(f"« {text} »", language) if language is Language.FR else f"“{text}”"
    return f"{quoted} (p.\u00a0{span.page})" if span.page else quoted


def legal_basis(result: RequirementResult, obligations: Iterable[Obligation]) -> str:
    """Articles of the RGPD on which a requirement rests, each once: « 28(3)(f), 35, 36 »."""
    articles_of_each = [one.basis.split(", ") for one in obligations if one.key in result.obligations]
    return ", ".join(dict.fromkeys(article for articles in articles_of_each for article in articles))
