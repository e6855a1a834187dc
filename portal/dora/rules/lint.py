"""What is wrong with the rows of a register, whoever wrote them: each breach of each rule; linear in the rows."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property

from portal.core.language import Sentence, say
from portal.dora.rules.defects import DoraDefect, DoraRow, DoraRule, where_to_mend
from portal.dora.rules.structure import CONCERNS, CellKind, ConditionTerm, DoraColumn, DoraStructure, DoraTable
from portal.vendors.rules.identifiers import lei_problem

Rows = Mapping[str, Sequence[DoraRow]]
NO_END = "9999-12-31"
"""How the register writes that something has no end, or never took place."""
LEI_TYPE, EUID_TYPE = "eba_qCO:qx2000", "eba_qCO:qx2002"
LEGAL_PERSON, BRANCH, OVERARCHING = "eba_CT:x212", "eba_ZZ:x838", "eba_CO:x2"
LONGEST_NUMBER = 20
"""Digits: of more, no amount of money is that large."""
R = DoraRule


def defects_of(structure: DoraStructure, rows: Rows, today: date) -> list[DoraDefect]:
    """Everything that is wrong with these rows, table by table; tables that are not there have no rows."""
    return list(_Lint(structure, rows, today).all())


class _Lint:
    """The rows, with what the rules look up in them."""

    def __init__(self, structure: DoraStructure, rows: Rows, today: date) -> None:
        self.structure = structure
        self.rows = {code: rows.get(code, ()) for code in structure.tables}
        self.today = today

    def all(self) -> Iterator[DoraDefect]:
        for table in self.structure.tables.values():
            yield from self._counted(table)
            yield from self._repeated(table)
            for row in self.rows[table.code]:
                for column in table.columns:
                    yield from self._cell(table, row, column)
        yield from self._providers()
        yield from self._contracts()
        yield from self._chain()
        yield from self._assessments()

    # --- what is looked up

    @cached_property
    def values(self) -> dict[tuple[str, str], frozenset[str]]:
        """What each column that another refers to holds."""
        wanted = {one.to for table in self.structure.tables.values() for one in table.columns if one.to}
        return {(table, column): self._held(table, column) for table, column in wanted}

    def _held(self, table: str, column: str) -> frozenset[str]:
        return frozenset(row.cell(column) for row in self.rows[table])

    @cached_property
    def critical(self) -> frozenset[str]:
        """The functions that are critical or important."""
        return frozenset(row.cell("c0010") for row in self.rows["B_06.01"] if row.cell("c0050") == CONCERNS)

    @cached_property
    def direct(self) -> frozenset[str]:
        """The providers that sign or serve themselves."""
        return self._held("B_03.02", "c0020") | self._held("B_02.02", "c0030")

    @cached_property
    def used(self) -> frozenset[tuple[str, str, str]]:
        """The codes that rows use, in the columns whose answers are to be explained."""
        wanted = {one.defines[:2] for one in self.structure.tables["B_99.01"].columns if one.defines}
        return frozenset(
            (table, column, row.cell(column)) for table, column in wanted for row in self.rows[table]
        )  # fmt: skip

    def _is(self, term: ConditionTerm, row: DoraRow) -> bool:
        held = row.cell(term.column)
        end = _day(held) if term.name == "past" else None
        is_so = {
            "always": True,
            "critical": row.cell("c0050") in self.critical,
            "direct": row.cell("c0010") in self.direct,
            "filled": bool(held),
            "past": end is not None and end < self.today,
            "is": held in term.values,
            "is_not": held not in term.values,
        }
        return is_so[term.name]

    # --- whole tables

    def _counted(self, table: DoraTable) -> Iterator[DoraDefect]:
        number = len(self.rows[table.code])
        if table.rows == "one" and number != 1:
            yield DoraDefect(
                R.ONE_ROW, table.code, say("Ce tableau a une ligne et une seule ; il en a %(number)s.", number=number)
            )
        elif table.rows == "some" and not number:
            yield DoraDefect(R.SOME_ROWS, table.code, say("Ce tableau n'a aucune ligne, et il lui en faut."))
        if table.code == "B_99.01" and not number:
            yield from self._undefined(table, table.columns, DoraRow({}))

    def _repeated(self, table: DoraTable) -> Iterator[DoraDefect]:
        if not table.key:
            return
        first: dict[tuple[str, ...], DoraRow] = {}
        for row in self.rows[table.code]:
            key = tuple(row.cell(column) for column in table.key)
            if not all(key):
                continue
            other = first.setdefault(key, row)
            if other is not row:
                shown = f"l. {other.line}" if other.line else other.words
                told = say(
                    "Cette ligne en répète une autre (%(other)s) : ce qui les identifie est identique.", other=shown
                )
                yield _of(R.KEY_TWICE, table, row, table.column(table.key[0]), told)

    def _undefined(self, table: DoraTable, columns: Iterable[DoraColumn], row: DoraRow) -> Iterator[DoraDefect]:
        for column in columns:
            if column.defines in self.used and not row.cell(column.code):
                told = say("Cette réponse sert dans le registre : dites ce que vous entendez par là.")
                yield _of(R.NOT_DEFINED, table, row, column, told)

    # --- one cell

    def _cell(self, table: DoraTable, row: DoraRow, column: DoraColumn) -> Iterator[DoraDefect]:
        value = row.cell(column.code)
        if column.defines:
            yield from self._undefined(table, [column], row)
        elif not value and column.code in table.key:
            told = say("Cette case identifie la ligne : elle ne peut pas rester vide.")
            yield _of(R.KEY_MISSING, table, row, column, told)
        elif not value or value == column.blank:
            yield from self._missing(table, row, column)
        else:
            for rule, told in self._unsound(table, row, column, value):
                yield _of(rule, table, row, column, told)

    def _missing(self, table: DoraTable, row: DoraRow, column: DoraColumn) -> Iterator[DoraDefect]:
        if column.required and all(self._is(term, row) for term in column.required):
            yield _of(R.CELL_MISSING, table, row, column, _why(column.required))

    def _unsound(
        self, table: DoraTable, row: DoraRow, column: DoraColumn, value: str
    ) -> Iterator[tuple[DoraRule, Sentence]]:
        if column.to is not None and value not in self.values[column.to] and value != self._nothing(column):
            told = say("« %(value)s » n'est dans aucune ligne du tableau %(table)s.", value=value, table=column.to[0])
            yield R.NOT_FOUND, told
        match column.kind:
            case CellKind.LEI | CellKind.IDENTIFIER:
                yield from _identifier(row, column, value)
            case CellKind.CODE:
                if not self.structure.lists[column.list].holds(value):
                    yield R.CODE_UNKNOWN, say("« %(value)s » n'est pas un code de cette liste.", value=value)
            case CellKind.COUNTRY | CellKind.CURRENCY:
                yield from self._listed(column, value)
            case CellKind.DATE:
                yield from self._dated(row, column, value)
            case _:
                yield from _written(column.kind, value)

    def _nothing(self, column: DoraColumn) -> str:
        return "" if column.required == (ConditionTerm("always"),) else self.structure.not_applicable

    def _listed(self, column: DoraColumn, value: str) -> Iterator[tuple[DoraRule, Sentence]]:
        if column.kind is CellKind.COUNTRY and value.removeprefix("eba_GA:") not in self.structure.countries:
            yield R.COUNTRY_UNKNOWN, say("« %(value)s » n'est pas le code d'un pays (eba_GA:FR).", value=value)
        if column.kind is CellKind.CURRENCY and value.removeprefix("eba_CU:") not in self.structure.currencies:
            yield R.CURRENCY_UNKNOWN, say("« %(value)s » n'est pas le code d'une monnaie (eba_CU:EUR).", value=value)

    def _dated(self, row: DoraRow, column: DoraColumn, value: str) -> Iterator[tuple[DoraRule, Sentence]]:
        day = _day(value)
        if day is None:
            told = say("« %(value)s » n'est pas une date écrite ainsi : 2026-12-31.", value=value)
            yield R.DATE_WRONG, told
            return
        if column.past and day > self.today and value != NO_END:
            yield R.DATE_AHEAD, say("Le %(day)s n'est pas encore venu.", day=f"{day:%d/%m/%Y}")
        before = _day(row.cell(column.after)) if column.after else None
        if before is not None and day < before:
            told = say(
                "Le %(day)s vient avant le %(before)s, où cela commence.",
                day=f"{day:%d/%m/%Y}",
                before=f"{before:%d/%m/%Y}",
            )
            yield R.DATE_ORDER, told

    # --- across rows

    def _providers(self) -> Iterator[DoraDefect]:
        """One identifier is of one type everywhere; a legal person has a LEI or an EUID."""
        table = self.structure.tables["B_05.01"]
        types = {row.cell("c0010"): row.cell("c0020") for row in self.rows["B_05.01"]}
        for row in self.rows["B_05.01"]:
            if row.cell("c0070") == LEGAL_PERSON and row.cell("c0020") not in {"", LEI_TYPE, EUID_TYPE}:
                told = say("Une personne morale s'identifie par un LEI ou un EUID.")
                yield _of(R.LEGAL_PERSON, table, row, table.column("c0020"), told)
        for other in self.structure.tables.values():
            for column in other.columns:
                if column.to == ("B_05.01", "c0010"):
                    for row in self.rows[other.code]:
                        known = types.get(row.cell(column.code))
                        if known and row.cell(column.type) and row.cell(column.type) != known:
                            told = say("Le tableau B_05.01 donne un autre type à ce même identifiant.")
                            yield _of(R.TYPE_DIFFERS, other, row, other.column(column.type), told)

    def _contracts(self) -> Iterator[DoraDefect]:
        """A contract has a service under it and is signed on both sides; one that frames others may have none."""
        table = self.structure.tables["B_02.01"]
        served, framing = self._held("B_02.02", "c0010"), self._held("B_02.01", "c0030")
        for row in self.rows["B_02.01"]:
            reference = row.cell("c0010")
            if not reference:
                continue
            if reference not in served and not (row.cell("c0020") == OVERARCHING and reference in framing):
                told = say("Aucun service n'est rendu sous ce contrat (tableau B_02.02).")
                yield _of(R.NOTHING_UNDER, table, row, table.column("c0010"), told)
            for code in ("B_03.01", "B_03.02"):
                if reference not in self._signed[code]:
                    told = say("Personne ne signe ce contrat dans le tableau %(table)s.", table=code)
                    yield _of(R.NOBODY_SIGNS, table, row, table.column("c0010"), told)

    @cached_property
    def _signed(self) -> dict[str, frozenset[str]]:
        return {code: self._held(code, "c0010") for code in ("B_03.01", "B_03.02")}

    def _chain(self) -> Iterator[DoraDefect]:
        """Rank 1 serves itself; each other one serves a company of the rank before, in the same contract and type."""
        table = self.structure.tables["B_05.02"]
        at: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for row in self.rows["B_05.02"]:
            at[row.cell("c0010"), row.cell("c0020"), row.cell("c0050")].add(row.cell("c0030"))
        for row in self.rows["B_05.02"]:
            rank, provider, recipient = row.cell("c0050"), row.cell("c0030"), row.cell("c0060")
            if not (_is_rank(rank) and provider and recipient):
                continue
            if rank == "1":
                if provider != recipient:
                    told = say("Au rang 1, le prestataire est celui du contrat : la case répète son identifiant.")
                    yield _of(R.RANK_ITSELF, table, row, table.column("c0060"), told)
            elif provider == recipient:
                told = say("Une société n'est pas son propre sous-traitant.")
                yield _of(R.RANK_ITSELF, table, row, table.column("c0060"), told)
            elif recipient not in at[row.cell("c0010"), row.cell("c0020"), str(int(rank) - 1)]:
                told = say(
                    "« %(recipient)s » n'est pas au rang %(rank)s de cette chaîne.",
                    recipient=recipient,
                    rank=int(rank) - 1,
                )
                yield _of(R.RANK_GAP, table, row, table.column("c0050"), told)
        yield from self._first_ranks(at)

    def _first_ranks(self, at: Mapping[tuple[str, str, str], set[str]]) -> Iterator[DoraDefect]:
        served = self.structure.tables["B_02.02"]
        begun = {(contract, kind) for contract, kind, _rank in at}
        told_of: set[tuple[str, str, str]] = set()
        for row in self.rows["B_02.02"]:
            contract, kind, provider = row.cell("c0010"), row.cell("c0060"), row.cell("c0030")
            if not (contract and kind and provider) or (contract, kind, provider) in told_of:
                continue
            told_of.add((contract, kind, provider))
            if provider in at.get((contract, kind, "1"), ()):
                continue
            rule = R.RANK_FIRST if (contract, kind) in begun else R.NO_CHAIN
            told = say("Ce prestataire n'est pas au rang 1 de la chaîne de ce service (tableau B_05.02).")
            yield _of(rule, served, row, served.column("c0030"), told)

    def _assessments(self) -> Iterator[DoraDefect]:
        """A service that supports a critical or important function is assessed, and what is assessed is served."""
        services, assessed = self.structure.tables["B_02.02"], self.structure.tables["B_07.01"]
        done = {(row.cell("c0010"), row.cell("c0020"), row.cell("c0040")) for row in self.rows["B_07.01"]}
        served = {(row.cell("c0010"), row.cell("c0030"), row.cell("c0060")) for row in self.rows["B_02.02"]}
        told_of: set[tuple[str, str, str]] = set()
        for row in self.rows["B_02.02"]:
            key = (row.cell("c0010"), row.cell("c0030"), row.cell("c0060"))
            if row.cell("c0050") in self.critical and key not in done | told_of and all(key):
                told_of.add(key)
                told = say("Ce service soutient une fonction critique ou importante : évaluez-le (tableau B_07.01).")
                yield _of(R.NOT_ASSESSED, services, row, services.column("c0060"), told)
        for row in self.rows["B_07.01"]:
            key = (row.cell("c0010"), row.cell("c0020"), row.cell("c0040"))
            if all(key) and key not in served:
                told = say("Aucun service du tableau B_02.02 n'a ce contrat, ce prestataire et ce type.")
                yield _of(R.ASSESSED_ALONE, assessed, row, assessed.column("c0040"), told)


def _of(rule: DoraRule, table: DoraTable, row: DoraRow, column: DoraColumn, told: Sentence) -> DoraDefect:
    words = row.words or " · ".join(row.cell(one) for one in table.key if row.cell(one))
    return DoraDefect(rule, table.code, told, words, row.line, column.code, where_to_mend(column.mend, row.origins))


def _why(required: Iterable[ConditionTerm]) -> Sentence:
    """Why a cell must be filled."""
    terms = {term.name: term for term in required}
    if "critical" in terms:
        return say("Cette case doit être remplie : le service soutient une fonction critique ou importante.")
    if "direct" in terms:
        return say("Cette case doit être remplie : ce prestataire signe ou sert lui-même.")
    if "past" in terms:
        return say("Le contrat a pris fin : dites pourquoi.")
    if "always" in terms:
        return say("Cette case doit être remplie.")
    column = next(term.column for term in terms.values())
    return say("Cette case doit être remplie, vu ce que dit la case %(column)s de la même ligne.", column=column)


def _identifier(row: DoraRow, column: DoraColumn, value: str) -> Iterator[tuple[DoraRule, Sentence]]:
    kind = LEI_TYPE if column.kind is CellKind.LEI else row.cell(column.type)
    if kind == LEI_TYPE:
        problem = lei_problem(value)
        if problem is None and value != value.strip().upper():
            problem = say("Le LEI « %(value)s » s'écrit en capitales, sans espace.", value=value)
        if problem is not None:
            yield R.LEI_WRONG, problem
    elif kind == EUID_TYPE and not (value[:2].isascii() and value[:2].isalpha() and "." in value[2:]):
        told = say("« %(value)s » n'est pas un EUID : un pays, un registre, un point, un numéro.", value=value)
        yield R.EUID_WRONG, told


def _written(kind: CellKind, value: str) -> Iterator[tuple[DoraRule, Sentence]]:
    """Numbers, identifiers of functions, links and names, as they must be written."""
    if kind is CellKind.NATURAL and not _is_natural(value):
        yield R.NUMBER_WRONG, say("« %(value)s » n'est pas un nombre entier.", value=value)
    elif kind is CellKind.AMOUNT and not _is_amount(value):
        yield R.NUMBER_WRONG, say("« %(value)s » n'est pas un montant : des chiffres, sans monnaie.", value=value)
    elif kind is CellKind.RANK and not _is_rank(value):
        yield R.RANK_WRONG, say("« %(value)s » n'est pas un rang : 1 est le prestataire du contrat.", value=value)
    elif kind is CellKind.FUNCTION and not (value.startswith("F") and _is_rank(value[1:])):
        yield R.FUNCTION_WRONG, say("« %(value)s » n'est pas l'identifiant d'une fonction : F1, F2…", value=value)
    elif kind is CellKind.LINK and value != "true":
        yield R.LINK_WRONG, say("Cette case dit « true », et rien d'autre.")
    elif kind is CellKind.LATIN and not _is_latin(value):
        yield R.NOT_LATIN, say("« %(value)s » n'est pas en alphabet latin.", value=value)


def _is_natural(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER


def _is_rank(text: str) -> bool:
    return _is_natural(text) and not text.startswith("0")


def _is_amount(text: str) -> bool:
    """Whether it is an amount: digits, and cents after a point.

    >>> [_is_amount(one) for one in ("1200", "1200.50", "1 200", "1.200.5", "", "-3")]
    [True, True, False, False, False, False]
    """
    whole, point, cents = text.partition(".")
    return _is_natural(whole) and (not point or _is_natural(cents))


def _is_latin(text: str) -> bool:
    """Whether every letter of a name belongs to the Latin alphabet, accents included.

    >>> _is_latin("Škoda & Çelik S.à r.l."), _is_latin("Газпром")
    (True, False)
    """
    return all("LATIN" in unicodedata.name(mark, "") for mark in text if mark.isalpha() and mark not in "ªº")


def _day(text: str) -> date | None:
    """The day a cell holds; none when it is not one."""
    try:
        return date.fromisoformat(text) if len(text) == 10 and text[4] == text[7] == "-" else None
    except ValueError:
        return None
