"""What may be wrong with the register: each rule, and the sentence that explains one case of it."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.core.language import Sentence


class DoraRule(StrEnum):
    """A rule that the register must keep."""

    # Of the rows, wherever they come from.
    KEY_MISSING = "key_missing"
    KEY_TWICE = "key_twice"
    NOT_FOUND = "not_found"
    CELL_MISSING = "cell_missing"
    CODE_UNKNOWN = "code_unknown"
    COUNTRY_UNKNOWN = "country_unknown"
    CURRENCY_UNKNOWN = "currency_unknown"
    LEI_WRONG = "lei_wrong"
    EUID_WRONG = "euid_wrong"
    TYPE_DIFFERS = "type_differs"
    LEGAL_PERSON = "legal_person"
    DATE_WRONG = "date_wrong"
    DATE_AHEAD = "date_ahead"
    DATE_ORDER = "date_order"
    NUMBER_WRONG = "number_wrong"
    FUNCTION_WRONG = "function_wrong"
    LINK_WRONG = "link_wrong"
    NOT_LATIN = "not_latin"
    RANK_WRONG = "rank_wrong"
    RANK_FIRST = "rank_first"
    RANK_ITSELF = "rank_itself"
    RANK_GAP = "rank_gap"
    ONE_ROW = "one_row"
    SOME_ROWS = "some_rows"
    NOTHING_UNDER = "nothing_under"
    NOBODY_SIGNS = "nobody_signs"
    NO_CHAIN = "no_chain"
    NOT_ASSESSED = "not_assessed"
    ASSESSED_ALONE = "assessed_alone"
    NOT_DEFINED = "not_defined"
    # Of a package.
    FILE_MISSING = "file_missing"
    FILE_UNREAD = "file_unread"
    COLUMNS_WRONG = "columns_wrong"
    PACKAGE_WRONG = "package_wrong"
    # Of what the portal holds, before a row can be written.
    NOT_WRITTEN = "not_written"
    SAYS_TWO_THINGS = "says_two_things"
    NOT_SORTED = "not_sorted"
    NO_ENTITY = "no_entity"
    NO_CONTRACT = "no_contract"
    BRANCHES_UNSAID = "branches_unsaid"
    CHAIN_UNSAID = "chain_unsaid"
    NOT_JUDGED = "not_judged"


REFUSED = frozenset({
    DoraRule.KEY_MISSING, DoraRule.KEY_TWICE, DoraRule.NOT_FOUND, DoraRule.FILE_MISSING, DoraRule.FILE_UNREAD,
    DoraRule.COLUMNS_WRONG, DoraRule.PACKAGE_WRONG,
})  # fmt: skip
"""Rules whose breach has the authority's portal refuse the whole package."""
OF_THE_PORTAL = frozenset({
    DoraRule.NOT_WRITTEN, DoraRule.SAYS_TWO_THINGS, DoraRule.NOT_SORTED, DoraRule.NO_ENTITY, DoraRule.NO_CONTRACT,
    DoraRule.BRANCHES_UNSAID, DoraRule.CHAIN_UNSAID, DoraRule.NOT_JUDGED,
})  # fmt: skip
OF_A_PACKAGE = frozenset({
    DoraRule.FILE_MISSING, DoraRule.FILE_UNREAD, DoraRule.COLUMNS_WRONG, DoraRule.PACKAGE_WRONG
})  # fmt: skip


@dataclass(frozen=True)
class DoraRow:
    """One row of a table: its cells as the file holds them, and where it comes from."""

    cells: Mapping[str, str]
    words: str = ""
    """What it is about, in names alone."""
    line: int | None = None
    """Of the file."""
    origins: Mapping[str, int] = field(default_factory=dict)
    """Numbers of the rows of the portal it is written from, by what they are."""

    def cell(self, column: str) -> str:
        """What a column holds; nothing when it is not there."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class DoraDefect:
    """One thing that is wrong: in which table, row and column, what, and where to mend it."""

    rule: DoraRule
    table: str
    sentence: Sentence
    row: str = ""
    """What the row is about."""
    line: int | None = None
    column: str = ""
    """Empty when it is the row, or the table, as a whole."""
    mend: tuple[str, int] | None = None
    """What the portal has to be told about, and its number."""

    @property
    def refuses(self) -> bool:
        """Whether a package with it is refused, rather than accepted with a remark."""
        return self.rule in REFUSED


def where_to_mend(kind: str, origins: Mapping[str, int]) -> tuple[str, int] | None:
    """What has to be told about, of the rows of the portal that a row is written from.

    >>> where_to_mend("provider", {"company": 4}), where_to_mend("contract", {"company": 4})
    (('company', 4), None)
    """
    if kind == "provider" and "provider" not in origins:
        kind = "company"
    return (kind, origins[kind]) if kind in origins else None
