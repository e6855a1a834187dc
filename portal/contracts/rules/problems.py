"""What is wrong in a clause library: every defect at once, each with its place and what is expected."""

from collections import Counter
from collections.abc import Iterator

from portal.contracts.rules.consistency import clause_defects, conditions, template_defects
from portal.contracts.rules.fact_catalogue import FACTS, FactKind
from portal.contracts.rules.model import (
    Clause,
    ClauseLibrary,
    CrossReference,
    FactPlaceholder,
    LibraryDefect,
    NegotiationPoint,
    Passage,
    ProseParagraph,
)
from portal.contracts.rules.operative_words import (
    SaidByClauses,
    commonplace_defects,
    operative_defects,
    said_by_clauses,
    text_of,
)
from portal.contracts.rules.position_figures import figure_defects
from portal.contracts.rules.requirement_links import table_defects
from portal.core.language import Language, Sentence, say

FEWEST_WORDS = 3
"""Words without which a paragraph says nothing."""
POSITIONS = frozenset({"preferred", "acceptable"})


def library_defects(library: ClauseLibrary, changed: frozenset[str] | None = None) -> Iterator[LibraryDefect]:
    """All defects of a library that was read: those of each file, then those between files.

    `changed` names the clauses whose own file is looked at, when the others are known to be sound.
    """
    yield from _duplicates(library)
    yield from _themes(library)
    known = frozenset(obligation.key for obligation in library.obligations)
    known |= {requirement.key for table in library.tables for requirement in table.requirements}
    for table in library.tables:
        for key, sentence in table_defects(table, library):
            yield LibraryDefect(table.path, key, sentence)
    said = said_by_clauses(library)
    for clause in library.clauses:
        if changed is None or clause.key in changed:
            yield from _of_clause(clause, said, known)
    for template in library.templates:
        for sentence in template_defects(template, library):
            yield LibraryDefect(template.path, template.key, sentence)
    for clause in library.clauses:
        for sentence, line in clause_defects(clause, library):
            yield LibraryDefect(clause.path, clause.key, sentence, line)


def _of_clause(clause: Clause, said: SaidByClauses, known: frozenset[str]) -> Iterator[LibraryDefect]:
    for sentence, line in _clause(clause, known):
        yield LibraryDefect(clause.path, clause.key, sentence, line)
    for sentence in commonplace_defects(said, clause):
        yield LibraryDefect(clause.path, clause.key, sentence)


def _duplicates(library: ClauseLibrary) -> Iterator[LibraryDefect]:
    where = [(obligation.key, library.obligations_path) for obligation in library.obligations]
    where += [(clause.key, clause.path) for clause in library.clauses]
    where += [(template.key, template.path) for template in library.templates]
    where += [(requirement.key, table.path) for table in library.tables for requirement in table.requirements]
    seen: dict[str, str] = {}
    for key, path in where:
        if key in seen:
            yield LibraryDefect(
                path, key, say("L'identifiant %(key)s est déjà pris dans %(path)s.", key=key, path=seen[key])
            )
        seen.setdefault(key, path)


def _themes(library: ClauseLibrary) -> Iterator[LibraryDefect]:
    """Once there are shelves, each clause stands on one of them, and only on one."""
    placed = [key for theme in library.themes for key in theme.clauses]
    for theme in library.themes:
        for key in theme.clauses:
            if key not in library.clause:
                yield LibraryDefect(library.themes_path, theme.key, say("Clause inconnue : %(key)s.", key=key))
    for clause in library.clauses if library.themes else ():
        if clause.key not in placed:
            sentence = say("La clause %(key)s n'est rangée dans aucun thème.", key=clause.key)
            yield LibraryDefect(library.themes_path, clause.key, sentence)
        elif placed.count(clause.key) > 1:
            sentence = say("La clause %(key)s est rangée dans deux thèmes.", key=clause.key)
            yield LibraryDefect(library.themes_path, clause.key, sentence)


def _clause(clause: Clause, known: frozenset[str]) -> Iterator[tuple[Sentence, int | None]]:
    if clause.position not in POSITIONS:
        yield say("Position inconnue : « %(name)s ».", name=clause.position), None
    yield from ((sentence, None) for sentence in conditions((*clause.applies_when, *clause.conditions.values())))
    for key in clause.covers:
        if key not in known:
            yield say("Obligation inconnue : %(key)s.", key=key), None
    for key in (*clause.needs, *(key for key in clause.variables if key not in clause.needs)):
        if key not in FACTS:
            yield say("Fait inconnu : « %(key)s ».", key=key), None
    for language in Language:
        if not clause.prose.get(language):
            yield say("Il manque la partie « ## %(language)s ».", language=language.value), None
        else:
            yield from _part(clause, language, clause.prose[language])
    yield from _unlike(clause)
    yield from ((sentence, None) for sentence in _negotiation(clause))
    yield from ((sentence, None) for sentence in figure_defects(clause))
    yield from ((sentence, None) for sentence in operative_defects(clause))


def _negotiation(clause: Clause) -> Iterator[Sentence]:
    """Positions that hang on no paragraph, or that no contract could take as they are written."""
    if clause.negotiation and clause.position != "preferred":
        yield say("Seule une clause « preferred » a un repli et une ligne rouge : celle-ci est déjà un repli.")
    paragraphs = [point.paragraph for point in clause.negotiation]
    for number in sorted({number for number in paragraphs if paragraphs.count(number) > 1}):
        yield say("Paragraphe %(n)s : deux replis pour un paragraphe.", n=number)
    for point in clause.negotiation:
        if point.paragraph > len(clause.prose.get(Language.FR, ())):
            yield say("Le repli vise le paragraphe %(n)s, que la clause n'a pas.", n=point.paragraph)
        if any(mark in said for said in (point.red_line.fr, point.red_line.en) for mark in "{}"):
            yield say("Paragraphe %(n)s : une ligne rouge s'écrit sans variable.", n=point.paragraph)
        if all(point.fallback.get(language) for language in Language):
            yield from _fallback(clause, point)
    if clause.not_negotiable is None and len(paragraphs) < len(clause.prose.get(Language.FR, ())):
        yield say("Des paragraphes n'ont pas de repli : dites pourquoi dans « not_negotiable ».")


def _fallback(clause: Clause, point: NegotiationPoint) -> Iterator[Sentence]:
    """A fallback is one text in two languages, and a contract can take it as it stands."""
    french, english = (point.fallback[language][0] for language in (Language.FR, Language.EN))
    if (_shape(french), _facts(french), _links(french)) != (_shape(english), _facts(english), _links(english)):
        yield say("Paragraphe %(n)s : le repli n'est pas le même texte en fr et en en.", n=point.paragraph)
    for language in Language:
        if says_nothing(point.fallback[language][0]):
            yield say("Paragraphe %(n)s (repli, %(part)s) : il ne dit rien.", n=point.paragraph, part=language.value)
    for key in sorted((french.placeholders | english.placeholders) - clause.variables.keys()):
        yield say("Paragraphe %(n)s : le repli cite « %(key)s », non déclaré.", n=point.paragraph, key=key)


def says_nothing(passage: Passage) -> bool:
    """Whether a paragraph has no word to read, nor a fact to show."""
    return not passage.placeholders and is_wordless(passage)


def is_wordless(passage: Passage) -> bool:
    """Whether a paragraph has too few words of its own to say anything."""
    return len([word for word in text_of(passage).split() if word.strip("|.,;:!?…–- ")]) < FEWEST_WORDS


def _part(clause: Clause, language: Language, passages: tuple[Passage, ...]) -> Iterator[tuple[Sentence, int | None]]:
    used: set[str] = set()
    said: set[str] = set()
    for number, passage in enumerate(passages, start=1):
        if says_nothing(passage):
            yield say("Paragraphe %(n)s (%(part)s) : il ne dit rien.", n=number, part=language.value), passage.line
    fenced: set[str] = set()
    for passage in passages:
        used |= passage.placeholders
        said.update(passage.obligations)
        fenced.add(passage.condition)
        for key in sorted(passage.placeholders - clause.variables.keys()):
            yield say("Variable employée mais non déclarée : « %(key)s ».", key=key), passage.line
        for key in passage.obligations:
            if key not in clause.covers:
                yield say("Le paragraphe vise %(key)s, qui n'est pas dans « covers ».", key=key), passage.line
        if passage.condition and passage.condition not in clause.conditions:
            yield say("Condition non déclarée : « %(name)s ».", name=passage.condition), passage.line
        for key in sorted(passage.placeholders & FACTS.keys()):
            if FACTS[key].kind is FactKind.ROWS:
                yield say("« %(key)s » est un tableau : renvoyez à son annexe.", key=key), passage.line
    unused = (
        *(
            say("Variable déclarée mais non employée : « %(key)s » (%(part)s).", key=k, part=language.value)
            for k in clause.variables
            if k not in used
        ),
        *(
            say("Aucun paragraphe ne vise %(key)s, pourtant dans « covers » (%(part)s).", key=k, part=language.value)
            for k in clause.covers
            if k not in said
        ),
        *(
            say("Condition déclarée mais non employée : « %(name)s » (%(part)s).", name=n, part=language.value)
            for n in clause.conditions
            if n not in fenced
        ),
    )
    yield from ((sentence, None) for sentence in unused)


def _unlike(clause: Clause) -> Iterator[tuple[Sentence, int | None]]:
    """The two languages must be one text: same paragraphs, same lists, same facts, same references."""
    french, english = clause.prose.get(Language.FR, ()), clause.prose.get(Language.EN, ())
    if not french or not english:
        return
    if len(french) != len(english):
        yield (
            say("Paragraphes de la partie fr : %(fr)s ; de la partie en : %(en)s.", fr=len(french), en=len(english)),
            None,
        )
    for number, (fr, en) in enumerate(zip(french, english, strict=False), start=1):
        unlike = (
            (
                _shape(fr) != _shape(en),
                say("Paragraphe %(n)s : listes ou alinéas différents entre fr et en.", n=number),
            ),
            (_facts(fr) != _facts(en), say("Paragraphe %(n)s : variables différentes entre fr et en.", n=number)),
            (_links(fr) != _links(en), say("Paragraphe %(n)s : renvois différents entre fr et en.", n=number)),
            (
                set(fr.obligations) != set(en.obligations),
                say("Paragraphe %(n)s : obligations différentes entre fr et en.", n=number),
            ),
            (fr.condition != en.condition, say("Paragraphe %(n)s : conditions différentes entre fr et en.", n=number)),
        )
        yield from ((sentence, en.line) for differs, sentence in unlike if differs)


def _shape(passage: Passage) -> tuple[tuple[str, int], ...]:
    return tuple(
        ("para", 1)
        if isinstance(block, ProseParagraph)
        else ("ordered" if block.ordered else "bulleted", len(block.items))
        for block in passage.blocks
    )


def _facts(passage: Passage) -> Counter[str]:
    return Counter(piece.key for piece in passage.pieces if isinstance(piece, FactPlaceholder))


def _links(passage: Passage) -> Counter[str]:
    return Counter(piece.target for piece in passage.pieces if isinstance(piece, CrossReference))
