"""Facts that legal types for one contract, in place of what the register or the vendor's answers say."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeGuard

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import facts_queries
from portal.contracts.fact_sources.gathered_facts import gather_facts
from portal.contracts.fact_sources.stored_facts import kept_in, told_in
from portal.contracts.models import Contract
from portal.contracts.rules.fact_catalogue import FACTS, FactDefinition, FactKind
from portal.contracts.rules.facts import Row, Value
from portal.core.documents.wording import printable
from portal.core.errors import Refused
from portal.core.language import N_, Language, Sentence, say
from portal.core.stale import StaleWrite
from portal.journal import services as journal

LONGEST_FACT = 10_000
"""Characters of one typed fact: a page and a half of a contract."""
LONGEST_CELL = 1_000
"""Characters of one cell of a typed table."""
MOST_ROWS = 200
"""Rows of one typed table."""
LONGEST_OVERRIDE = 1_000
"""Characters of why a known fact is not followed."""


class MissingReason(Refused):
    """A fact known otherwise was typed without saying why; `about` is its key, and nothing was written."""

    def __init__(self, sentence: Sentence, about: str) -> None:
        super().__init__(sentence)
        self.about = about


def type_facts(
    ctx: Context,
    contract: Contract,
    given: Mapping[str, str | Sequence[str]],
    seen: Mapping[str, Any] | None = None,
    *,
    language: Language | None = None,
    reasons: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Keep facts typed by legal for this contract; an emptied field goes back to what the register says.

    `language` is what they were typed in: that of the contract otherwise. `seen` is what the person had before their
    eyes: what they left as it was is not written, so that a colleague's work at the same moment stays. `reasons` say
    why a fact known otherwise is not followed; they are kept, and never printed. Raises StaleWrite when both changed
    the same fact differently, MissingReason when a known fact is set aside without one.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
    spoken = language or contract.language
    typed, changed = dict(contract.typed), []
    for key, raw in given.items():
        value = parse_typed_fact(key, raw)
        now = told_in(key, typed.get(key), spoken, contract.language)
        if seen is not None:
            before = seen.get(key)
            if value == before:
                continue
            if now not in (before, value):
                theirs = typed_fact_in_words(now)
                told = say(
                    "Un collègue a saisi entre-temps : « %(theirs)s ». Gardez ou corrigez.", theirs=theirs or "—"
                )
                raise StaleWrite(told, theirs, about=key)
        if value != now:
            changed.append(key)
        _put(typed, key, kept_in(key, typed.get(key), value, spoken, contract.language))
    _write(ctx, contract, typed, changed, spoken, reasons)


def type_table(
    ctx: Context,
    contract: Contract,
    key: str,
    rows: Sequence[Mapping[str, Any]] | None,
    *,
    language: Language | None = None,
    reason: str = "",
) -> None:
    """Keep a table typed by legal for this contract, in place of the vendor's answers; None goes back to them.

    A cell is a text, or a text by language. Raises MissingReason when a table known otherwise is set aside without one.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
    typed = dict(contract.typed)
    _put(typed, key, None if rows is None else parse_typed_rows(key, rows))
    changed = [key] if typed.get(key) != contract.typed.get(key) else []
    _write(ctx, contract, typed, changed, language or contract.language, {key: reason})


def _put(typed: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        typed.pop(key, None)
    else:
        typed[key] = value


def _write(
    ctx: Context, contract: Contract, typed: dict[str, Any], changed: Sequence[str], language: Language,
    reasons: Mapping[str, str],
) -> None:  # fmt: skip
    """Write what was typed, with why what is known otherwise is not followed; the journal keeps both."""
    overrides = {key: why for key, why in contract.overrides.items() if key in typed}
    set_aside = facts_set_aside(ctx, contract, {key: typed[key] for key in changed if key in typed}, language)
    for key in changed:
        reason = reasons.get(key, "").strip()[:LONGEST_OVERRIDE]
        if key not in set_aside:
            if key in typed and not reason:
                overrides.pop(key, None)
            continue
        if not reason and key not in overrides:
            raise MissingReason(
                say(
                    "« %(fact)s » est déjà connu : dites pourquoi ce contrat s'en écarte.",
                    fact=FACTS[key].label.fr,
                ),
                key,
            )
        if reason:
            overrides[key] = {"reason": reason, "by": ctx.actor.name, "at": ctx.now.isoformat()}
    before, after = journal.changes(contract, {"typed": typed, "overrides": overrides})
    if after:
        told_before, told_after = before.get("typed", {}), dict(after.get("typed", {}))
        why = {key: overrides[key]["reason"] for key in changed if key in overrides}
        if why:
            told_after["overridden_because"] = why
        journal.record(ctx, "contract.facts_typed", contract, before=told_before, after=told_after)


def facts_set_aside(ctx: Context, contract: Contract, typed: Mapping[str, Any], language: Language) -> frozenset[str]:
    """Which of these typed facts say something else than the register or the answers, in a language."""
    if not typed:
        return frozenset()
    known, theirs = (
        gather_facts(
            facts_queries.sources_for(ctx, contract.vendor, contract.service, contract.legal_entity, one), language
        ).facts.values
        for one in ({}, typed)
    )
    return frozenset(key for key in typed if key in known and key in theirs and _departs(known[key], theirs[key]))


def _departs(known: Value, typed: Value) -> bool:
    """Whether what is typed says something else; a table whose blank cells alone were filled in does not."""
    if not (_is_table(known) and _is_table(typed)) or len(known) != len(typed):
        return known != typed
    return any(
        text and row.get(column) != text
        for held, row in zip(known, typed, strict=True)
        for column, text in held.items()
    )


def _is_table(value: Value) -> TypeGuard[tuple[Row, ...]]:
    return isinstance(value, tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)


def typed_fact_in_words(value: Any) -> str:
    """A typed value as one line."""
    return ", ".join(_texts(value)) if value is not None else ""


def parse_typed_fact(key: str, raw: str | Sequence[str]) -> str | list[str] | None:
    """What is stored of what was typed for a fact: a text, or a list; None when nothing is left of it.

    Raises Refused for a fact that is not typed (a table, see `parse_typed_rows`), an unknown code, or a text too long.
    """
    fact = FACTS.get(key)
    if fact is None or fact.kind is FactKind.ROWS:
        raise Refused(say("« %(key)s » ne se saisit pas ici.", key=key))
    parts = raw.split("\n") if isinstance(raw, str) and fact.kind is not FactKind.TEXT else [raw]
    listed = [clean for part in (parts if isinstance(raw, str) else raw) if (clean := printable(str(part)).strip())]
    if sum(map(len, listed)) > LONGEST_FACT:
        raise Refused(say("Ce texte dépasse %(limit)s caractères.", limit=LONGEST_FACT))
    if fact.kind is FactKind.CODES:
        _check_codes(fact, listed)
    if not listed:
        return None
    return " ".join(listed) if fact.kind is FactKind.TEXT else listed


def parse_typed_rows(key: str, raw: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is stored of a table typed for a fact, empty cells and empty rows left out; an empty table says « none ».

    A cell is a text, or a text by language.

    Raises Refused for a fact that is no table, a column it has not, too many rows, a cell too long, or an empty table
    where « none » cannot be said.
    """
    fact = FACTS.get(key)
    if fact is None or fact.kind is not FactKind.ROWS:
        raise Refused(say("« %(key)s » n'est pas un tableau.", key=key))
    if len(raw) > MOST_ROWS:
        raise Refused(say("« %(key)s » : un tableau compte au plus %(most)s lignes.", key=key, most=MOST_ROWS))
    columns = {column.key for column in fact.columns}
    rows = []
    for row in raw:
        if unknown := sorted(row.keys() - columns):
            known = ", ".join(column.key for column in fact.columns)
            raise Refused(
                say(
                    "« %(key)s » n'a pas de colonne « %(column)s » ; ses colonnes : %(known)s.",
                    key=key,
                    column=unknown[0],
                    known=known,
                )
            )
        clean = {column: kept for column, cell in row.items() if (kept := _clean_cell(cell))}
        if any(len(text) > LONGEST_CELL for cell in clean.values() for text in _texts(cell)):
            raise Refused(say("« %(key)s » : une case dépasse %(limit)s caractères.", key=key, limit=LONGEST_CELL))
        if clean:
            rows.append(clean)
    if not rows and fact.none is None:
        raise Refused(say("« %(key)s » : un tableau vide ne dit rien ; retirez-le.", key=key))
    return rows


def _clean_cell(cell: Any) -> Any:
    if isinstance(cell, Mapping):
        return {code: text for code, one in cell.items() if (text := printable(one or "").strip())}
    return printable(cell or "").strip()


def _texts(value: Any) -> Sequence[str]:
    """The texts of a value, whatever its languages."""
    if isinstance(value, Mapping):
        return [text for one in value.values() for text in _texts(one)]
    return [value] if isinstance(value, str) else list(value)


def _check_codes(fact: FactDefinition, codes: Sequence[str]) -> None:
    if not set(codes) <= fact.choices.keys():
        raise Refused(N_("Cette valeur n'est pas proposée."))
    if len(codes) > 1 and not fact.several:
        raise Refused(N_("Une seule valeur est possible."))
    if len(codes) > 1 and "none" in codes:
        raise Refused(N_("« Aucun transfert » ne va pas avec un autre régime."))


def lock_typed(ctx: Context, contract: Contract) -> None:
    """Keep a contract to this transaction, and see what others have just written."""
    ctx.session.flush()  # refreshing forgets what waits to be written
    ctx.session.refresh(contract, ["typed"], with_for_update=True)
