"""Which companies a vendor's text says it adds, replaces or removes: a proposal, that a person confirms; pure.

Sentences are read by their verbs, tables by their headings. What is not understood is left out, never guessed: the
person has the text before them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from portal.changes.rules.life import MoveKind
from portal.contracts.rules.written_dates import date_in
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import N_
from portal.paper.rules.folding import fold as fold_words
from portal.vendors.rules.countries import Atlas
from portal.vendors.rules.naming import fold, plain, words

LONGEST_TEXT = 200_000
MOST_LINES = 3_000
MOST_MOVES = 60
LONGEST_LINE = 4_000
LONGEST_NAME = 120
MOST_NAMES = 8
"""Names of one sentence."""


@dataclass(frozen=True)
class ReadMove:
    """One line as a text was read."""

    kind: MoveKind
    name: str
    replaces: str = ""
    country: str = ""
    processing: str = ""
    starts_on: date | None = None
    quote: str = ""
    """The sentence or the row it was read in."""


_REPLACE = expression(r"\b(?:remplac|replac|substitu)")
_REMOVE = expression(
    r"\b(?:retir(?:er|ons|ent|e)|retrait|supprim|suppression|cess(?:er|ons|era|e)|ne (?:fera|ferons|font|fait) plus"
    r"|n'?interviendra plus|remov|no longer|discontinu|stop(?:s|ping)?\b|offboard|withdraw)"
)
_MOVE = expression(r"\b(?:demenag|transfer(?:e|er|era|ons) (?:ses|son|l)|reloc|moves? (?:its|from|to)|change de pays)")
_ADD = expression(
    r"\b(?:ajout|nouveaux?\b|nouvelles?\b|nouvel\b|fer(?:ons|a) appel|faisons appel|recour|engage|confi(?:er|ons|era)"
    r"|add(?:s|ed|ing|ition|itional)?\b|new\b|onboard|appoint|engag|will use\b|start(?:s|ing)? using\b)"
)
_PASSIVE = expression(r"\b(?:remplace\w*|replac\w*|substitu\w*)\b.{0,80}\b(?:par|by|with)\b")
_SENTENCE = expression(r"(?<=[.!?;])\s+(?=[A-Z\u00c0-\u00dd«\"•*-])")
# One name: capitalised words, with what joins them; a figure may end it.
_NAME = expression(
    r"(?:[A-Z\u00c0-\u00dd][\w&'’+-]{0,30}|[A-Z\u00c0-\u00dd])(?:\.(?:com|io|ai|net|eu|fr|co))?"
    r"(?:[ \u00a0](?:(?:&|de|of|von|du|d')[ \u00a0])?(?:[A-Z\u00c0-\u00dd][\w&'’+.-]{0,30}|\d{1,4}\b)){0,6}"
    r"(?:,?[ \u00a0](?:Inc|Ltd|LLC|Corp|GmbH|S\.A\.S?|SAS|SA|SARL|B\.V|BV|Limited|PLC|plc|AB|ApS|Oy)\b\.?)?"
)
_COMMON = frozenset({
    "removed", "added", "additional", "replaced", "ajoute", "ajoutes", "retires", "supprimes", "remplaces", "current",
    "nous", "notre", "nos", "vous", "votre", "vos", "le", "la", "les", "un", "une", "des", "ce", "cette", "ces",
    "il", "elle", "ils", "afin", "dans", "pour", "par", "sur", "avec", "a", "au", "aux", "en", "et", "ou", "si",
    "madame", "monsieur", "bonjour", "cher", "chere", "chers", "cheres", "objet", "date", "conformement", "we",
    "our", "you", "your", "the", "an", "this", "these", "dear", "hello", "please", "from", "to", "as", "of", "on",
    "in", "with", "for", "subject", "effective", "starting", "beginning", "following", "pursuant", "if", "they",
    "it", "its", "new", "nouveau", "nouvelle", "nouveaux", "rgpd", "gdpr", "dpa", "dpo", "cnil", "article",
    "articles", "annexe", "annex", "appendix", "schedule", "ue", "eu", "eee", "eea", "contrat", "accord",
    "agreement", "contract", "sous", "traitant", "traitants", "subprocessor", "subprocessors", "processor",
    "prestataire", "sub", "ajout", "ajouts", "retrait", "retraits", "remplacement", "addition", "additions",
    "removal", "removals", "fournisseur", "replacement", "nom", "name", "company", "societe", "country", "pays",
    "service", "purpose", "finalite", "list", "liste", "change", "changes", "changement", "changements", "janvier",
    "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday", "sunday", "cordialement", "regards", "sincerely", "l",
})  # fmt: skip
"""Words that a sentence begins with, or a letter is made of: no name of a company is made of them alone."""
_COLUMNS = {
    "replaces": ("remplace", "replaces", "ancien", "former", "previous"),
    "name": ("societe", "company", "entity", "entite", "nom", "name", "sous-traitant", "sous traitant", "subprocessor",
             "sub processor", "sub-processor", "prestataire", "vendor"),
    "country": ("pays", "country", "location", "localisation", "lieu", "place", "region"),
    "date": ("date", "effet", "effective", "a compter", "from"),
    "kind": ("type", "changement", "change", "action", "nature du changement"),
    "processing": ("service", "finalite", "purpose", "activite", "activity", "traitement", "processing", "description",
                   "objet", "mission"),
}  # fmt: skip
_LETTERS = expression(r"[a-z]+")
_CELLS = expression(r"[|\t]")


def read_moves(text: str, own_names: Sequence[str], atlas: Atlas) -> list[ReadMove]:
    """What a text announces, in its order, each company once a kind; `own_names` are those of the vendor itself.

    A date that the text gives once is that of every line that gives none.
    """
    own = {fold(name) for name in own_names}
    found: dict[tuple[MoveKind, str, str], ReadMove] = {}
    for move in _moves(text[:LONGEST_TEXT].splitlines()[:MOST_LINES], own, atlas):
        found.setdefault((move.kind, fold(move.name), fold(move.replaces)), move)
        if len(found) == MOST_MOVES:
            break
    sentences = (one[:LONGEST_LINE] for line in text[:LONGEST_TEXT].splitlines()[:MOST_LINES]
                 for one in _SENTENCE.split(line))  # fmt: skip
    dated = (one for one in sentences if _is_cue(_folded(one)) or _starts(one))
    given = {day for one in dated if (day := date_in(one)) is not None}
    if len(given) == 1:
        [day] = given
        found = {key: move if move.starts_on else replace(move, starts_on=day) for key, move in found.items()}
    return list(found.values())


def _folded(text: str) -> str:
    return " ".join(fold_words(text[:LONGEST_LINE]).split())


def _starts(text: str) -> bool:
    folded = _folded(text)
    return any(cue in folded for cue in ("a compter du", "effet", "effective", "as of", "starting", "a partir du"))


def _is_cue(folded: str) -> bool:
    return any(cue.search(folded) for cue in (_REPLACE, _REMOVE, _MOVE, _ADD))


def _kind_of(folded: str) -> MoveKind | None:
    for cue, kind in ((_REPLACE, MoveKind.REPLACE), (_REMOVE, MoveKind.REMOVE), (_MOVE, MoveKind.MOVE),
                      (_ADD, MoveKind.ADD)):  # fmt: skip
        if cue.search(folded):
            return kind
    return None


def _moves(lines: Iterable[str], own: set[str], atlas: Atlas) -> Iterator[ReadMove]:
    mode: MoveKind | None = None
    columns: dict[str, int] = {}
    for raw in lines:
        line = raw.strip()[:LONGEST_LINE]
        if not line:
            continue
        cells = [cell.strip() for cell in _CELLS.split(line.strip("|"))]
        if len(cells) > 1:
            header = _header(cells)
            if header:
                columns = header
                continue
            if columns:
                yield from _row(cells, columns, mode or MoveKind.ADD, atlas)
                continue
        columns = {}
        for sentence in _SENTENCE.split(line):
            folded = _folded(sentence)
            kind = _kind_of(folded)
            if kind is not None and (len(folded) < 60 or ":" in sentence[-3:]):
                mode = kind
            if kind is not None:
                yield from _sentence(sentence, folded, kind, own, atlas)
            elif mode is not None and raw.lstrip()[:1] in "-•*–" and mode is not MoveKind.REPLACE:
                yield from _listed(sentence.lstrip("-•*– "), mode, own, atlas)


def _header(cells: Sequence[str]) -> dict[str, int]:
    """Which column holds what; empty when the row is no heading of a table of companies."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        folded = _folded(cell)
        for name, cues in _COLUMNS.items():
            if name not in found and place not in found.values() and any(cue in folded for cue in cues):
                found[name] = place
                break
    return found if "name" in found and len(found) > 1 and all(len(cell) < 60 for cell in cells) else {}


def _row(cells: Sequence[str], columns: dict[str, int], mode: MoveKind, atlas: Atlas) -> Iterator[ReadMove]:
    held = {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}
    name = held.get("name", "")[:LONGEST_NAME]
    kind = _kind_of(_folded(held.get("kind", ""))) or mode
    replaced = held.get("replaces", "").strip("-–— ")[:LONGEST_NAME]
    if not words(name):
        return
    if replaced and words(replaced):
        kind = MoveKind.REPLACE
    elif kind is MoveKind.REPLACE:
        kind = MoveKind.ADD
    yield ReadMove(
        kind, name, replaced, _country(held.get("country", ""), atlas), held.get("processing", "")[:500],
        date_in(held.get("date", "")), " | ".join(cells)[:500],
    )  # fmt: skip


def _sentence(sentence: str, folded: str, kind: MoveKind, own: set[str], atlas: Atlas) -> Iterator[ReadMove]:
    names = _names(sentence, own, atlas)
    day = date_in(sentence)
    quote = sentence.strip()[:500]
    if kind is MoveKind.REPLACE:
        if len(names) < 2:
            return
        first, second = names[0], names[1]
        new, old = (second, first) if _PASSIVE.search(folded) else (first, second)
        yield ReadMove(kind, new, old, _country_beside(sentence, new, names, atlas), "", day, quote)
        return
    for name in names:
        yield ReadMove(kind, name, "", _country_beside(sentence, name, names, atlas), "", day, quote)


def _listed(line: str, mode: MoveKind, own: set[str], atlas: Atlas) -> Iterator[ReadMove]:
    names = _names(line, own, atlas)
    if names:
        yield ReadMove(mode, names[0], "", _country(line, atlas), "", date_in(line), line[:500])


def _names(sentence: str, own: set[str], atlas: Atlas) -> list[str]:
    """The names of companies that a sentence writes, but those of the vendor, of countries, months and plain words."""
    found: dict[str, None] = {}
    for match in _NAME.finditer(sentence):
        name = _bare(match[0])
        folded = fold(name)
        if len(folded) < 2 or folded in own or not any(letter.isalpha() for letter in name):
            continue
        if all(word in _COMMON or word.isdigit() or len(word) == 1 for word in words(name)) or _code(name, atlas):
            continue
        found.setdefault(name[:LONGEST_NAME], None)
    return list(found)[:MOST_NAMES]


def _bare(text: str) -> str:
    """A name without the plain words that a sentence begins with, nor the date that follows it."""
    parts = text.replace("\u00a0", " ").split(" ")
    while parts and (parts[0].rstrip(",.").lower() in _COMMON or plain(parts[0]) in _COMMON):
        parts.pop(0)
    while parts and (parts[-1].isdigit() or (plain(parts[-1]) in _COMMON and not parts[-1].isupper())):
        parts.pop()
    return " ".join(parts).strip(" ,;:.")


def _code(name: str, atlas: Atlas) -> str:
    return atlas.names.get(plain(name), "")


def _country_beside(sentence: str, name: str, names: Sequence[str], atlas: Atlas) -> str:
    """The country that is said after a name, before the next one; the only one of the sentence otherwise."""
    start = sentence.find(name) + len(name)
    ends = [place for other in names if other != name and (place := sentence.find(other, start)) > 0]
    return _country(sentence[start : min(ends, default=len(sentence))], atlas) or (
        _country(sentence, atlas) if len(names) == 1 else ""
    )


def _country(text: str, atlas: Atlas) -> str:
    """The first country that a text names, in up to five words; codes of two letters only when the text is one."""
    whole = _code(text.strip(" ().,"), atlas)
    if whole:
        return whole if whole not in atlas.regions else ""
    told = _LETTERS.findall(_folded(text))[:200]
    for place in range(len(told)):
        for size in range(5, 0, -1):
            piece = " ".join(told[place : place + size])
            # « us », « in », « it »: what is a plain word is no country.
            if len(piece) > 3 and (code := atlas.names.get(piece, "")) and code not in atlas.regions:
                return code
    capitals = [one for one in ("USA", "UK", "US") if f" {one} " in f" {text.replace('(', ' ').replace(')', ' ')} "]
    return _code(capitals[0], atlas) if capitals else ""


NOTHING_READ = N_("Rien n'a été reconnu dans ce texte : ajoutez vous-même ce qu'il annonce.")
