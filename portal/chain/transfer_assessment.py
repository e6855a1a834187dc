"""The assessment of one transfer (« AITD ») as a document: six steps, filled in from what is known, blanks visible.

The steps are those of the CNIL's guide of 31 January 2025 (known from its presentation; its text is not reproduced and
the words here are ours, 2026-11-28).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from portal.chain.rules.transfer_tools import ClauseModule, TransferTool
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.dates import written
from portal.core.documents.tree import Blank, Block, Document, Note, Section, Table, Text
from portal.core.language import Language, both, colon, semicolon
from portal.core.translation import translate
from portal.vendors.place_names import place_name
from portal.vendors.rules.countries import Adequacy


@dataclass(frozen=True)
class TransferMatter:
    """What is known of a transfer to a company in a country."""

    company: str
    country: str
    now: datetime
    address: str = ""
    contact: str = ""
    processing: str = ""
    engaged_by: Sequence[str] = ()
    """Who engages it, and for which service."""
    activities: Sequence[str] = ()
    importer: str = ""
    is_subject_to_rgpd: bool | None = None
    tool: TransferTool = TransferTool.UNKNOWN
    module: ClauseModule = ClauseModule.UNKNOWN
    fallback: TransferTool = TransferTool.UNKNOWN
    decision: Adequacy | None = None
    assessed_on: date | None = None
    assessment: str = ""
    organisation: str = ""


Line = tuple[str, str]
"""What is asked, and what is known; an empty answer is a blank."""


def assessment_tree(matter: TransferMatter, language: Language) -> Document:
    """The whole document of one transfer."""
    where = place_name(matter.country, language)
    return Document(
        title=both(language, "Analyse d'impact du transfert", "Transfer impact assessment"),
        subtitle=f"{matter.company} · {where}", language=language, blocks=tuple(assessment_blocks(matter, language)),
        contents=False, reference=written(legal_date(matter.now), language),
        created=matter.now.replace(microsecond=0).isoformat(),
    )  # fmt: skip


def assessment_blocks(matter: TransferMatter, language: Language) -> Iterator[Block]:
    """The six steps, each a table of what is asked and what is known."""
    caveat = both(
        language,
        "Six étapes, dans nos mots, d'après le guide de la CNIL du 31 janvier 2025. L'exportateur la fait,"
        " l'importateur y coopère ; le responsable de traitement la vérifie et la complète. Les blancs sont à remplir"
        " par une personne : rien n'est conclu ici.",
        "Six steps, in our words, after the CNIL's guide of 31 January 2025. The exporter makes it, the importer"
        " cooperates; the controller checks and completes it. Blanks are for a person to fill in: nothing is concluded"
        " here.",
    )
    yield Note((Text(caveat),), "warning")
    steps = (
        (both(language, "1. Le transfert", "1. The transfer"), _transfer(matter, language)),
        (both(language, "2. L'outil", "2. The tool"), _tool(matter, language)),
        (both(language, "3. Le droit et les pratiques du pays", "3. Law and practice of the country"), _law(language)),
        (both(language, "4. Les mesures supplémentaires", "4. Supplementary measures"), _measures(language)),
        (both(language, "5. Leur mise en œuvre", "5. Putting them in place"), _steps(language)),
        (both(language, "6. La réévaluation", "6. Looking again"), _review(matter, language)),
    )
    for title, lines in steps:
        yield Section(title=title, blocks=(_table(list(lines), language),))


def _transfer(matter: TransferMatter, language: Language) -> Iterator[Line]:
    yield both(language, "Responsable de traitement", "Controller"), matter.organisation
    yield (
        both(language, "Exportateur, et pour quel service", "Exporter, and for which service"),
        semicolon(language).join(matter.engaged_by),
    )
    yield both(language, "Importateur", "Importer"), matter.importer or matter.company
    yield (
        both(language, "Son adresse et son contact", "Its address and contact"),
        _joined(language, matter.address, matter.contact),
    )
    yield both(language, "Pays", "Country"), place_name(matter.country, language)
    yield (
        both(language, "Importateur soumis au RGPD (art. 3(2))", "Importer under the GDPR (Art. 3(2))"),
        _yes(matter.is_subject_to_rgpd, language),
    )
    yield both(language, "Données et finalité", "Data and purpose"), matter.processing
    yield both(language, "Traitements qui en dépendent", "Processing that depends on it"), ", ".join(matter.activities)
    yield both(language, "Format : en clair, chiffrées, pseudonymisées", "Format: clear, encrypted, pseudonymised"), ""
    yield both(language, "Transferts ultérieurs", "Onward transfers"), ""


def _tool(matter: TransferMatter, language: Language) -> Iterator[Line]:
    decision = matter.decision
    told = ""
    if decision is not None:
        told = colon(language).join(part for part in (decision.act, decision.scope.get(language.value, "")) if part)
    none = both(language, "Aucune aujourd'hui", "None today")
    yield both(language, "Décision d'adéquation", "Adequacy decision"), told or none
    yield both(language, "Outil (art. 45 à 49)", "Tool (Arts 45 to 49)"), _choice(matter.tool, language)
    if matter.tool is TransferTool.CLAUSES:
        module = "" if matter.module is ClauseModule.UNKNOWN else translate(matter.module.label, language)
        yield both(language, "Module des clauses", "Module of the clauses"), module
    yield both(language, "Repli, si l'outil tombait", "Fallback, if the tool fell"), _choice(matter.fallback, language)


def _law(language: Language) -> Iterator[Line]:
    for french, english in (
        ("Textes qui ouvrent un accès des autorités à ces données", "Laws that give authorities access to these data"),
        ("L'importateur y est-il soumis ; a-t-il reçu des demandes",
         "Whether the importer is under them; requests it received"),
        ("Recours et contrôle indépendant ouverts aux personnes", "Redress and independent oversight open to persons"),
        ("Sources, avec leur date", "Sources, with their dates"),
        ("Ces règles privent-elles l'outil d'effet", "Whether these rules deprive the tool of effect"),
    ):  # fmt: skip
        yield both(language, french, english), ""


def _measures(language: Language) -> Iterator[Line]:
    for french, english in (
        ("Techniques : chiffrement, clés, pseudonymisation", "Technical: encryption, keys, pseudonymisation"),
        ("Contractuelles : contester une demande, prévenir", "Contractual: challenge a request, tell us"),
        ("Organisationnelles : accès, procédures, journaux", "Organisational: access, procedures, logs"),
        ("Suffisent-elles ? Sinon, le transfert cesse", "Whether they are enough; if not, the transfer stops"),
    ):
        yield both(language, french, english), ""


def _steps(language: Language) -> Iterator[Line]:
    for french, english in (
        ("Ce qui reste à faire, par qui, pour quand", "What is left to do, by whom, by when"),
        ("Signatures, annexes, autorisation éventuelle", "Signatures, annexes, authorisation if any"),
    ):
        yield both(language, french, english), ""


def _review(matter: TransferMatter, language: Language) -> Iterator[Line]:
    day = written(matter.assessed_on, language) if matter.assessed_on else ""
    yield both(language, "Analyse précédente", "Previous assessment"), day
    yield both(language, "Sa conclusion", "Its conclusion"), matter.assessment
    yield both(language, "Prochaine, ou dès que le droit change", "Next one, or as soon as the law changes"), ""
    yield both(language, "Conclusion, par qui et quand", "Conclusion, by whom and when"), ""


def _choice(tool: TransferTool, language: Language) -> str:
    return "" if tool is TransferTool.UNKNOWN else translate(tool.label, language)


def _yes(said: bool | None, language: Language) -> str:
    if said is None:
        return ""
    return both(language, "Oui", "Yes") if said else both(language, "Non", "No")


def _joined(language: Language, *parts: str) -> str:
    return semicolon(language).join(" ".join(part.split()) for part in parts if part.strip())


def _table(lines: Sequence[Line], language: Language) -> Table:
    rows = tuple(
        ((Text(name, strong=True),), (Text(text) if text else Blank("transfer", name),)) for name, text in lines
    )  # fmt: skip
    header = (both(language, "Demandé", "Asked"), both(language, "Ce que l'on sait", "What is known"))
    return Table(caption="", header=header, rows=rows, widths=(2, 4))
