"""Facts that legal types for one contract, in place of what the register or the vendor's answers say."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts.models import Contract
from portal.contracts.rules.fact_catalogue import FACTS, FactDefinition, FactKind
from portal.core.documents.wording import printable
from portal.core.errors import Refused
from portal.core.language import N_, say
from portal.core.stale import StaleWrite
from portal.journal import services as journal

LONGEST_FACT = 10_000
"""Characters of one typed fact: a page and a half of a contract."""
LONGEST_CELL = 1_000
"""Characters of one cell of a typed table."""
MOST_ROWS = 200
"""Rows of one typed table."""


def type_facts(
    ctx: Context, contract: Contract, given: Mapping[str, str | Sequence[str]], seen: Mapping[str, Any] | None = None
) -> None:
    """Keep facts typed by legal for this contract; an emptied field goes back to what the register says.

    `seen` is what the person had before their eyes: what they left as it was is not written, so that a colleague's
    work at the same moment stays. Raises StaleWrite when both changed the same fact differently.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
    typed = dict(contract.typed)
    for key, raw in given.items():
        value = parse_typed_fact(key, raw)
        if seen is not None:
            before = seen.get(key)
            if value == before:
                continue
            if typed.get(key) not in (before, value):
                theirs = typed_fact_in_words(typed.get(key))
                told = say(
                    "Un collègue a saisi entre-temps : « %(theirs)s ». Gardez ou corrigez.", theirs=theirs or "—"
                )
                raise StaleWrite(told, theirs, about=key)
        if value is None:
            typed.pop(key, None)
        else:
            typed[key] = value
    before_, after = journal.changes(contract, {"typed": typed})
    if after:
        journal.record(ctx, "contract.facts_typed", contract, before=before_["typed"], after=after["typed"])


def type_table(ctx: Context, contract: Contract, key: str, rows: Sequence[Mapping[str, str | None]] | None) -> None:
    """Keep a table typed by legal for this contract, in place of the vendor's answers; None goes back to them."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
    typed = {name: value for name, value in contract.typed.items() if name != key}
    if rows is not None:
        typed[key] = parse_typed_rows(key, rows)
    before, after = journal.changes(contract, {"typed": typed})
    if after:
        journal.record(ctx, "contract.facts_typed", contract, before=before["typed"], after=after["typed"])


def typed_fact_in_words(value: Any) -> str:
    """A typed value as one line."""
    return "" if value is None else value if isinstance(value, str) else ", ".join(value)


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


def parse_typed_rows(key: str, raw: Sequence[Mapping[str, str | None]]) -> list[dict[str, str]]:
    """What is stored of a table typed for a fact, empty cells and empty rows left out; an empty table says « none ».

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
        clean = {column: text for column, cell in row.items() if (text := printable(cell or "").strip())}
        if any(len(text) > LONGEST_CELL for text in clean.values()):
            raise Refused(say("« %(key)s » : une case dépasse %(limit)s caractères.", key=key, limit=LONGEST_CELL))
        if clean:
            rows.append(clean)
    if not rows and fact.none is None:
        raise Refused(say("« %(key)s » : un tableau vide ne dit rien ; retirez-le.", key=key))
    return rows


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
