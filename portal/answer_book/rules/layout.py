"""Which rows of a foreign sheet or table are questions, and where their answers go.

Titles, examples and identity fields are no questions. A cell that already says something is never written over.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from portal.answer_book.rules.form import FormQuestion, Grid, GridCell
from portal.answer_book.rules.words import every_word, telling_words, word_set
from portal.core.dataclass import dataclass
from portal.core.expressions import expression

LONGEST_HEADER = 10
"""Words of the cell that names a column."""
LONGEST_LABEL = 7
"""Telling words of the name of an identity field."""
SHORT = 5
"""Words under which a text without a question mark may be a title."""


_HEADS: Mapping[str, frozenset[str]] = {
    "answer": word_set("reponse answer response reply conforme conformite compliant compliance status statut repondre"),
    "comment": word_set(
        "commentaire comment remarque remark observation precision detail note justification explanation"
    ),
    "other": word_set(
        "exemple example guidance aide help preuve evidence document reference ref poids weight score piece criticite "
        "priorite priority source article instruction annexe attachment id numero n no deadline"
    ),
    "question": word_set(
        "question exigence requirement control controle point item critere criteria criterion intitule libelle demande "
        "sujet topic mesure measure description theme"
    ),
}
_YES, _NO = word_set("oui yes"), word_set("non no")
_TICKS = _YES | _NO | word_set("partiel partial partiellement partially na partly")
_IDENTITY = word_set(
    """name nom company societe vendor supplier fournisseur prestataire entreprise raison sociale social
    denomination adresse address city ville postal code zip country pays telephone phone tel fax email mail e
    courriel electronique contact date signature fonction function title titre poste position job role siren
    siret tva vat rcs registration number numero immatriculation identifiant website site web url respondent
    repondant interlocuteur completed rempli par completee renseigne responsable person personne signataire
    signatory prenom first last surname version reference cachet stamp lieu place service department
    departement project projet organisation organization legal legale juridique forme form entity entite
    produit product concerned concerne offre full complet business filled prepared author auteur duns lei
    client customer qualite nature activite activity siege headquarter representant representative dirigeant
    commerciale trading principal main of the"""
)
_IDENTITY_TITLE = word_set("identification identite identity respondent repondant coordonnee signataire fiche")
_IDENTITY_PHRASES = (
    "information generale", "general information", "company detail", "vendor detail", "supplier detail",
    "company information", "supplier information", "vendor information", "about your company", "votre societe",
    "about you", "contact detail", "renseignement generaux", "vendor profile", "company profile",
)  # fmt: skip
_EXAMPLE = expression(
    r"\A\s*(?:\(?(?:exemple|example|ex\.|e\.\s?g\.|sample|modèle de réponse|p\. ex\.))", re.IGNORECASE
)
_PLACEHOLDER = expression(
    r"(?:[\s._…·\-–—]*|\[[^\]]{0,60}\]|<[^>]{0,60}>|(?:à|a) compl[ée]ter.{0,40}|to be completed.{0,40}|tbd|tbc"
    r"|(?:please )?(?:select|choose|click|enter|type)\b.{0,60}|votre réponse.{0,20}|your (?:answer|response).{0,20}"
    r"|(?:veuillez )?(?:choisi|s[ée]lectionn|cliqu|saisi|indiqu)\w{0,6}\b.{0,70})",
    re.IGNORECASE,
)
_ASKS = expression(
    r"\A\s*(?:[\d.]{1,9}[).]?\s{1,4})?(?:please|merci|veuillez|describe|list|provide|explain|indicate|specify|state|give"
    r"|name|confirm|attach|detail|décri|fourni|indique|précise|liste|expliqu|joign|joindre|donne|cite|énumér|détaill"
    r"|quel|combien|comment|où|qui|how|what|which|where|when|who|do|does|is|are|has|have|can|will|avez|est-ce|disposez)",
    re.IGNORECASE,
)
_ONE_LEVEL = expression(r"\A\s*(?:\d{1,2}|[A-Z]|[IVX]{1,4})\s?[.):\-–]?\s*")
_TITLE_NUMBER = expression(
    r"\A\s*(?:(?:section|partie|part|chapitre|chapter|thème|theme|annexe)\s{1,3})?(?:\d{1,2}|[A-Z]|[IVX]{1,4})"
    r"\s?[.):\-–—]\s{0,3}\D"
)


@dataclass(frozen=True)
class _Columns:
    """Where things stand in a region of a grid."""

    question: int
    answer: int
    comment: int = 0
    ticks: tuple[tuple[str, int], ...] = ()
    first_row: int = 1
    width: int = 0


def questions_of(grids: Iterable[Grid]) -> list[FormQuestion]:
    """Every question of a form, in order; a table without headers is read as the one before it."""
    found: list[FormQuestion] = []
    before: _Columns | None = None
    for grid in grids:
        regions = _regions(grid, before)
        for columns, rows in regions:
            found += _questions(grid, columns, rows)
            before = columns
    return found


def _regions(grid: Grid, before: _Columns | None) -> list[tuple[_Columns, list[int]]]:
    numbers = sorted(grid.rows)
    headers = [(number, columns) for number in numbers if (columns := _header(grid, number))]
    if not headers:
        width = max((column for row in grid.rows.values() for column in row), default=0)
        same = before is not None and before.width == width and _is_empty_in(grid, before.answer, numbers)
        columns = replace(before, first_row=0) if before is not None and same else _guessed(grid, numbers)
        return [(columns, numbers)] if columns else []
    ends = [*(number for number, _ in headers[1:]), numbers[-1] + 1]
    return [
        (_settled(grid, columns, rows), rows)
        for (start, columns), end in zip(headers, ends, strict=True)
        if (rows := [number for number in numbers if start < number < end])
    ]


def _header(grid: Grid, number: int) -> _Columns | None:
    """The columns that a row names, when it is one that names columns."""
    cells = {column: cell for column, cell in grid.rows[number].items() if cell.text.strip()}
    if len(cells) < 2 or any(len(every_word(cell.text)) > LONGEST_HEADER for cell in cells.values()):
        return None
    ticks = tuple((cell.text.strip(), column) for column, cell in cells.items() if _is_tick(cell.text))
    kinds = {column: _head(cell.text) for column, cell in cells.items()}
    answers = [column for column, kind in kinds.items() if kind == "answer"]
    comments = [column for column, kind in kinds.items() if kind == "comment"]
    words = {word for text, _ in ticks for word in every_word(text)}
    ticks = ticks if len(ticks) > 1 and words & _YES and words & _NO else ()
    if not answers and not ticks:
        if len(comments) == 1 and any(kind == "question" for kind in kinds.values()) and not _asks_something(cells):
            answers, comments = comments, []
        else:
            return None
    answer = answers[0] if answers else 0
    first = answer or min(column for _, column in ticks)
    asked = [
        column
        for column in cells
        if column < first and kinds[column] in {"question", ""} and not _is_tick(cells[column].text)
    ]
    if not asked or _asks_something({column: cells[column] for column in asked}):
        return None
    named = [column for column in asked if kinds[column] == "question"]
    exactly = [column for column in named if "question" in every_word(cells[column].text)]
    best = (exactly or named or asked)[-1 if exactly else 0]
    comment = next((column for column in [*comments, *answers[1:]] if column != answer), 0)
    candidates = exactly or named or asked
    return _Columns(
        best if len(candidates) == 1 else -best, answer, comment, () if answer else ticks, number + 1, max(cells)
    )


def _asks_something(cells: Mapping[int, GridCell]) -> bool:
    return any(cell.text.rstrip().endswith("?") and len(every_word(cell.text)) > 3 for cell in cells.values())


def _settled(grid: Grid, columns: _Columns, rows: list[int]) -> _Columns:
    """Where several columns could hold the questions, the one that says most."""
    if columns.question > 0:
        return columns
    first = columns.answer or min(column for _, column in columns.ticks)

    def said(column: int) -> int:
        return sum(len(grid.rows[number][column].text) for number in rows if column in grid.rows[number])

    return replace(columns, question=max(range(1, first), key=lambda column: (said(column), column)))


def _head(text: str) -> str:
    words = every_word(text)
    if {"oui", "non"} <= set(words) or {"yes", "no"} <= set(words):
        return "answer"
    return next((kind for word in words for kind, heads in _HEADS.items() if word in heads), "")


def _is_tick(text: str) -> bool:
    words = every_word(text)
    joined = "".join(words)
    if joined in {"na", "sansobjet", "nonapplicable", "notapplicable", "enpartie", "nonconcerne", "so"}:
        return True
    return len(words) == 1 and words[0] in _TICKS


def _guessed(grid: Grid, numbers: list[int]) -> _Columns | None:
    """Without a header: the column of the questions, and the first empty one on its right."""
    asking: dict[int, list[int]] = {}
    for number in numbers:
        for column, cell in grid.rows[number].items():
            if cell.text.rstrip().endswith("?") or (len(every_word(cell.text)) > 3 and _ASKS.match(cell.text)):
                asking.setdefault(column, []).append(number)
    if not asking:
        return None
    question = max(asking, key=lambda column: len(asking[column]))
    width = max(column for row in grid.rows.values() for column in row)
    rows = asking[question]
    after = question + max(grid.rows[number][question].width for number in rows)
    for column in range(after, max(width, after) + 1):
        if _is_empty_in(grid, column, rows):
            comment = column + 1 if column + 1 <= width and _is_empty_in(grid, column + 1, rows) else 0
            return _Columns(question, column, comment, (), 0, width)
    return None


def _is_empty_in(grid: Grid, column: int, rows: Iterable[int]) -> bool:
    cells = [grid.rows[number][column] for number in rows if column in grid.rows[number]]
    filled = sum(1 for cell in cells if not _is_blank(cell))
    return filled * 3 <= len(cells)


def _is_blank(cell: GridCell) -> bool:
    return bool(cell.boxes) or _PLACEHOLDER.fullmatch(cell.text.strip()) is not None


def _questions(grid: Grid, columns: _Columns, rows: list[int]) -> Iterator[FormQuestion]:
    asked = {number: grid.rows[number][columns.question] for number in rows if columns.question in grid.rows[number]}
    asked = {number: cell for number, cell in asked.items() if cell.text.strip()}
    style = _Style.of(grid, columns, asked)
    in_identity = in_example = False
    answered = [number for number in asked if not _is_blank(_answer_cell(grid, columns, number))]
    for number, cell in asked.items():
        text = " ".join(cell.text.split())
        if style.is_title(number, cell):
            words = every_word(text)
            plain = " ".join(words)
            in_identity = bool(set(words) & _IDENTITY_TITLE) or any(phrase in plain for phrase in _IDENTITY_PHRASES)
            in_example = _EXAMPLE.match(text) is not None
            continue
        if in_example or _is_example(grid, columns, number, text) or _is_identity(text, in_identity=in_identity):
            continue
        taken = number in answered
        if taken and answered == [number] and number == next(iter(asked)) and len(asked) > 2:
            continue  # the one row that is filled, at the head of the others, shows how to answer
        yield _question(grid, columns, number, text, taken=taken)


def _question(grid: Grid, columns: _Columns, number: int, text: str, *, taken: bool) -> FormQuestion:
    row = grid.rows[number]
    cell = _answer_cell(grid, columns, number)
    free = cell.is_free and not taken
    remarks = row.get(columns.comment, GridCell()) if columns.comment else GridCell(is_free=False)
    comment = columns.comment if remarks.is_free and not remarks.options and _is_blank(remarks) else 0
    ticks = columns.ticks if all(_is_blank(row.get(at, GridCell())) for _, at in columns.ticks) else ()
    ticks = tuple((label, at) for label, at in ticks if row.get(at, GridCell()).is_free)
    return FormQuestion(
        grid.name, number, text, columns.answer if free and not columns.ticks else 0, comment, cell, ticks
    )


def _answer_cell(grid: Grid, columns: _Columns, number: int) -> GridCell:
    if columns.ticks:
        texts = [grid.rows[number].get(at, GridCell()).text for _, at in columns.ticks]
        return GridCell("".join(texts))
    return grid.rows[number].get(columns.answer, GridCell())


@dataclass(frozen=True)
class _Style:
    """How the questions of a region look, so that its titles are told from them."""

    grid: Grid
    columns: _Columns
    numbered: bool
    """Most questions have a number of their own, in a column on their left."""
    deep: bool
    """These numbers have two levels or more: « 1.2 »."""
    bold: bool
    marks: float
    """Share of the rows that end with a question mark."""

    @classmethod
    def of(cls, grid: Grid, columns: _Columns, asked: Mapping[int, GridCell]) -> "_Style":
        """Look at what is surely asked."""
        sure = [number for number, cell in asked.items() if cell.text.rstrip().endswith("?")]
        own = [_number(grid, columns, number) for number in sure]
        deep = sum(1 for text in own if text and not _ONE_LEVEL.fullmatch(text))
        return cls(
            grid, columns,
            numbered=len(sure) > 1 and sum(map(bool, own)) * 5 >= len(sure) * 4,
            deep=len(sure) > 1 and deep * 5 >= len(sure) * 4,
            bold=bool(sure) and sum(asked[number].bold for number in sure) * 2 > len(sure),
            marks=len(sure) / len(asked) if asked else 0.0,
        )  # fmt: skip

    def is_title(self, number: int, cell: GridCell) -> bool:
        """Whether a row of the column of questions is a title."""
        text = cell.text.strip()
        last = self.columns.answer or max((at for _, at in self.columns.ticks), default=0)
        if cell.width > 1 and self.columns.question + cell.width - 1 >= last > 0:
            return True
        answer = self.grid.rows[number].get(self.columns.answer, GridCell()) if self.columns.answer else GridCell()
        if text.endswith("?"):
            return False
        words, own = every_word(text), _number(self.grid, self.columns, number)
        if (self.numbered and not own) or (cell.bold and not self.bold):
            return True
        if len(words) <= LONGEST_HEADER and (
            text.isupper()
            or (self.deep and _ONE_LEVEL.fullmatch(own) is not None)
            or (_TITLE_NUMBER.match(text) is not None and not _ASKS.match(text))
        ):
            return True
        if answer.options or answer.boxes or (_ASKS.match(text) and len(words) > 2):
            return False
        return len(words) <= SHORT and self.marks > 0.3 and not (self.numbered and own)


def _number(grid: Grid, columns: _Columns, number: int) -> str:
    """The short text on the left of a question, which holds its number or its code."""
    cells = [grid.rows[number].get(column, GridCell()) for column in range(1, columns.question)]
    return next((cell.text.strip() for cell in cells if cell.text.strip() and len(cell.text.strip()) <= 12), "")


def _is_example(grid: Grid, columns: _Columns, number: int, text: str) -> bool:
    cells = grid.rows[number]
    return _EXAMPLE.match(text) is not None or any(
        _EXAMPLE.match(cell.text) is not None for column, cell in cells.items() if column < columns.question
    )


def _is_identity(text: str, *, in_identity: bool) -> bool:
    """Whether a text names a fact of who answers, rather than asks something.

    >>> _is_identity("Nom et fonction du répondant", in_identity=False)
    True
    >>> _is_identity("Nom et coordonnées du DPO", in_identity=False)
    False
    """
    words = [word for word in telling_words(text.replace("/", " ")) if not word.isdecimal()]
    foreign = [word for word in words if word not in _IDENTITY]
    if text.rstrip().endswith("?"):
        return in_identity and not foreign
    return len(words) <= LONGEST_LABEL and (not foreign or (in_identity and len(foreign) * 3 <= len(words)))
