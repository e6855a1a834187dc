"""What was read and what was found, as plain JSON values and back: a review can always be shown as it was made."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from portal.contracts.rules.model import BilingualWords
from portal.core.language import Language, Sentence
from portal.documents_in.document import Annex, ParagraphKind, SourceDocument, SourceParagraph
from portal.paper.rules.check_result import (
    Check,
    ContractTerm,
    ContractVerdict,
    RequirementResult,
    RequirementStatus,
    Span,
    TermJudgement,
)
from portal.paper.rules.patterns import Pattern
from portal.paper.rules.rulebook import Rulebook

_UNKEEPABLE = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
"""Characters that a PostgreSQL text refuses; each is replaced by one, so that every offset stays true."""


def rulebook_digest(rulebook: Rulebook) -> str:
    """The SHA-256 of everything the check looks for: two checks with the same digest asked the same things."""
    return hashlib.sha256(json.dumps(_canonical(rulebook), sort_keys=True).encode()).hexdigest()


def _canonical(value: object) -> Any:
    """A value as JSON that is the same in every process: sets have no order, expressions are their source."""
    if isinstance(value, Pattern):
        value = value.source  # the words that it names are in the rulebook too
    match value:
        case None | str() | int() | float():
            return value
        case tuple() | list():
            return [_canonical(one) for one in value]
        case _ if is_dataclass(value):
            return {one.name: _canonical(getattr(value, one.name)) for one in fields(value)}
        case set() | frozenset():
            return sorted((_canonical(one) for one in value), key=json.dumps)
        case re.Pattern():
            return [value.pattern, value.flags]
        case Mapping():
            return {str(key): _canonical(one) for key, one in value.items()}
        case _:
            raise TypeError(f"{type(value).__name__} has no stable form")


def freeze_sentence(sentence: Sentence) -> dict[str, Any]:
    """A sentence with its values, to be translated when shown."""
    values = {
        name: value if isinstance(value, int | float) else _text(value) for name, value in sentence.values.items()
    }
    frozen: dict[str, Any] = {"text": _text(sentence.text), "values": values}
    return {**frozen, "plural": _text(sentence.plural)} if sentence.plural else frozen


def thaw_sentence(frozen: Mapping[str, Any]) -> Sentence:
    """The sentence as it was."""
    return Sentence(frozen["text"], dict(frozen["values"]), frozen.get("plural", ""))


def freeze_document(document: SourceDocument) -> dict[str, Any]:
    """A document; its text is kept once, paragraphs as the places they take in it."""
    return {
        "text": _text(document.text),
        "language": document.language.value,
        "pages": document.pages,
        "paragraphs": [
            [p.start, p.end, p.kind.value, p.level, _text(p.number), p.page, p.language and p.language.value]
            for p in document.paragraphs
        ],
        "annexes": [[_text(annex.label), annex.start, annex.supplied] for annex in document.annexes],
        "remarks": [freeze_sentence(remark) for remark in document.remarks],
    }


def thaw_document(frozen: Mapping[str, Any]) -> SourceDocument:
    """The document as it was read."""
    text = frozen["text"]
    return SourceDocument(
        text,
        tuple(
            SourceParagraph(
                text[start:end], start, ParagraphKind(kind), level, number, page, language and Language(language)
            )
            for start, end, kind, level, number, page, language in frozen["paragraphs"]
        ),
        Language(frozen["language"]),
        tuple(Annex(label, start, supplied) for label, start, supplied in frozen["annexes"]),
        tuple(thaw_sentence(remark) for remark in frozen["remarks"]),
        frozen["pages"],
    )


def freeze_check(check: Check) -> dict[str, Any]:
    """A check, every reason in both languages."""
    return {
        "language": check.language.value,
        "verdict": check.verdict.value,
        "reason": _words(check.reason),
        "requirements": [_result(result) for result in check.requirements],
        "terms": [_term(term) for term in check.terms],
        **({"blanks": [_span(span) for span in check.blanks]} if check.blanks else {}),
    }


def thaw_check(frozen: Mapping[str, Any]) -> Check:
    """The check as it was made."""
    return Check(
        Language(frozen["language"]),
        ContractVerdict(frozen["verdict"]),
        BilingualWords(**frozen["reason"]),
        tuple(
            RequirementResult(
                one["id"], tuple(one["obligations"]), RequirementStatus(one["status"]), BilingualWords(**one["reason"]),
                tuple(Span(*span) for span in one["spans"]), one["specific"],
            )
            for one in frozen["requirements"]
        ),
        tuple(
            ContractTerm(
                one["id"], one["value"], one["unit"], TermJudgement(one["judgement"]), BilingualWords(**one["reason"]),
                Span(*one["span"]),
            )
            for one in frozen["terms"]
        ),
        tuple(Span(*span) for span in frozen.get("blanks", ())),
    )  # fmt: skip


def _result(result: RequirementResult) -> dict[str, Any]:
    return {
        "id": result.id,
        "obligations": list(result.obligations),
        "status": result.status.value,
        "reason": _words(result.reason),
        "spans": [_span(span) for span in result.spans],
        "specific": result.specific,
    }


def _term(term: ContractTerm) -> dict[str, Any]:
    return {
        "id": term.id,
        "value": term.value,
        "unit": term.unit,
        "judgement": term.judgement.value,
        "reason": _words(term.reason),
        "span": _span(term.span),
    }


def _span(span: Span) -> list[Any]:
    return [_text(span.quote), span.start, span.end, span.page]


def _words(words: BilingualWords) -> dict[str, str]:
    return {"fr": _text(words.fr), "en": _text(words.en)}


def _text(value: object) -> str:
    return str(value).translate(_UNKEEPABLE)
