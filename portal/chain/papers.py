"""What a « what if » gives to send: to the vendor of each contract reached, a letter, a request to amend, and the
assessments of transfers to redo. In French or English, drafted from what is known; what is not is a visible blank.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from portal.chain.rules.law_file import LegalDelay
from portal.chain.transfer_assessment import TransferMatter, assessment_blocks
from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.dates import written
from portal.core.documents.tree import Blank, Block, Document, Inline, Items, Note, Paragraph, Section, Text
from portal.core.language import N_, Language, both, semicolon
from portal.vendors.place_names import place_name
from portal.vendors.rules.facts import Labelled


class ChainPaper(Labelled):
    """A paper about a contract that a « what if » reaches."""

    LETTER = "lettre", N_("Lettre au sous-traitant")
    AMENDMENT = "avenant", N_("Demande d'avenant")
    ASSESSMENTS = "aitd", N_("Analyses de transfert à refaire (AITD)")


@dataclass(frozen=True)
class Supposed:
    """What is supposed: companies that stop or leak, countries no longer adequate, or delays of the law."""

    companies: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    delays: tuple[LegalDelay, ...] = ()

    def words(self, language: Language) -> str:
        """In a sentence, without its full stop."""
        told = []
        if self.countries:
            places = ", ".join(place_name(code, language) for code in self.countries)
            told.append(both(language, f"plus de décision d'adéquation pour : {places}",
                             f"no adequacy decision any longer for: {places}"))  # fmt: skip
        told += [
            both(language, f"{one.replaces} h deviennent {one.hours} h pour notifier une violation",
                 f"{one.replaces} h become {one.hours} h to notify a breach")
            for one in self.delays
        ]  # fmt: skip
        if not told:
            names = ", ".join(self.companies)
            told.append(both(language, f"arrêt de {names}, ou violation de données chez cette société",
                             f"{names} stops, or suffers a personal data breach"))  # fmt: skip
        return semicolon(language).join(told)


@dataclass(frozen=True)
class PaperMatter:
    """What the papers of one contract are drafted from."""

    vendor: str
    address: str
    contract: str
    effective_on: date | None
    supposed: Supposed
    beneath: Sequence[str]
    """Companies struck that the vendor rests on, itself included."""
    activities: Sequence[str]
    transfers: Sequence[TransferMatter]
    organisation: str
    officer: str
    now: datetime


def paper_tree(kind: ChainPaper, matter: PaperMatter, language: Language) -> Document:
    """The paper asked for."""
    title, blocks = _MAKERS[kind](matter, language)
    day = written(legal_date(matter.now), language)
    return Document(
        title=title, subtitle=f"{matter.vendor} · {matter.contract}", language=language, blocks=tuple(blocks),
        contents=False, reference=day, created=matter.now.replace(microsecond=0).isoformat(),
    )  # fmt: skip


def _letter(matter: PaperMatter, language: Language) -> tuple[str, list[Block]]:
    asked = [
        both(language, "nous dire si cette hypothèse vous touche, et par quelle société de votre chaîne",
             "tell us whether this would affect you, and through which company of your chain"),
        both(language, "nous dire ce que vous avez prévu pour continuer, et sous quel délai",
             "tell us what you have planned in order to continue, and how soon"),
        both(language, "nous donner le nom et le contact de la personne qui suit ce sujet",
             "give us the name and contact of the person in charge of it"),
    ]  # fmt: skip
    if matter.supposed.countries:
        asked.insert(
            1,
            both(language, "nous donner l'outil de repli qui porterait ces transferts (RGPD, art. 46), signé ou prêt à"
                 " l'être", "give us the fallback that would carry these transfers (GDPR, Art. 46), signed or ready"
                 " to be"),
        )  # fmt: skip
    intro = both(
        language,
        "Nous préparons l'hypothèse suivante, qui ne s'est pas produite : ",
        "We are preparing for the following, which has not happened: ",
    )
    return both(language, "Préparer une hypothèse", "Preparing for an event"), [
        *_heading(matter, language),
        _paragraph(_ended(f"{intro}{matter.supposed.words(language)}")),
        *_beneath(matter, language),
        _paragraph(both(language, "En application de ce contrat et de l'article 28 du RGPD, merci de :",
                        "Under this agreement and Article 28 of the GDPR, please:")),
        Items(tuple((Text(one),) for one in asked)),
        Paragraph((Text(both(language, "Réponse attendue avant le ", "Reply expected by ")),
                   Blank("answer.due", both(language, "jour", "day")))),
        *_ending(matter, language),
    ]  # fmt: skip


def _amendment(matter: PaperMatter, language: Language) -> tuple[str, list[Block]]:
    wanted = []
    for one in matter.supposed.delays:
        wanted.append(
            both(language,
                 f"Notification d'une violation : le contrat garde son propre délai. S'il renvoyait à la loi"
                 f" ({one.replaces} h, qui deviendraient {one.hours} h), l'avenant écrit un délai en heures, à compter"
                 " de la prise de connaissance.",
                 f"Notification of a breach: the agreement keeps its own delay. If it referred to the law"
                 f" ({one.replaces} h, which would become {one.hours} h), the amendment writes a delay in hours, from"
                 " awareness."),
        )  # fmt: skip
    for code in matter.supposed.countries:
        where = place_name(code, language)
        wanted.append(
            both(language,
                 f"Transferts vers {where} : clauses contractuelles types (décision (UE) 2021/914), module adapté,"
                 " annexes remplies, en repli de la décision d'adéquation et en vigueur le jour où elle tombe.",
                 f"Transfers to {where}: standard contractual clauses (Decision (EU) 2021/914), the module that fits,"
                 " annexes filled in, as a fallback from the adequacy decision, in force the day it falls."),
        )  # fmt: skip
    if not wanted:
        wanted = [
            both(language, "Continuité : qui prend la suite de la société défaillante, sous quel délai, avec quelles"
                 " données.", "Continuity: who takes over from the company that fails, how soon, with which data."),
            both(language, "Sortie : format et délai de restitution des données, puis effacement (art. 28, § 3, g).",
                 "Exit: format and delay in which data are returned, then erased (Art. 28(3)(g))."),
        ]  # fmt: skip
    intro = both(language, "L'avenant aurait pour objet, si cette hypothèse se produisait : ",
                 "The amendment would apply if the following happened: ")  # fmt: skip
    return both(language, "Demande d'avenant", "Request to amend"), [
        *_heading(matter, language),
        _paragraph(_ended(f"{intro}{matter.supposed.words(language)}")),
        *_beneath(matter, language),
        _paragraph(both(language, "Nous vous demandons de convenir de :", "We ask you to agree on:")),
        Items(tuple((Text(one),) for one in wanted), ordered=True),
        Note((Text(both(language, "Projet à relire par un juriste avant envoi.",
                        "Draft, to be read by a lawyer before it is sent.")),), "draft"),
        *_ending(matter, language),
    ]  # fmt: skip


def _assessments(matter: PaperMatter, language: Language) -> tuple[str, list[Block]]:
    title = both(language, "Analyses de transfert à refaire", "Transfer impact assessments to redo")
    intro = both(language, "Si l'hypothèse suivante se produisait : ", "If the following happened: ")
    blocks: list[Block] = [_paragraph(_ended(f"{intro}{matter.supposed.words(language)}"))]
    for one in matter.transfers:
        where = f"{one.company} · {place_name(one.country, language)}"
        blocks.append(Section(title=where, blocks=tuple(assessment_blocks(one, language))))
    if not matter.transfers:
        told = both(language, "Aucun transfert de cette chaîne n'en dépend : aucune analyse n'est à refaire.",
                    "No transfer of this chain depends on it: no assessment is to be redone.")  # fmt: skip
        blocks.append(Note((Text(told),)))
    return title, blocks


def _heading(matter: PaperMatter, language: Language) -> list[Block]:
    missing = both(language, "adresse du sous-traitant", "address of the processor")
    address: Inline = (
        Text(", ".join(matter.address.split("\n"))) if matter.address else Blank("vendor.address", missing)
    )
    signed = f", {written(matter.effective_on, language)}" if matter.effective_on else ""
    about = both(language, "Contrat : ", "Agreement: ")
    return [
        Paragraph((Text(f"{matter.vendor}, "), address)),
        Paragraph((Text(about, strong=True), Text(f"{matter.contract}{signed}"))),
        _paragraph(both(language, "Madame, Monsieur,", "Dear Sir or Madam,")),
    ]


def _beneath(matter: PaperMatter, language: Language) -> list[Block]:
    blocks: list[Block] = []
    if matter.beneath:
        told = both(language, "Sociétés de votre chaîne concernées : ", "Companies of your chain concerned: ")
        blocks.append(_paragraph(_ended(f"{told}{', '.join(matter.beneath)}")))
    if matter.activities:
        told = both(language, "Traitements qui en dépendent chez nous : ", "Processing that depends on it with us: ")
        blocks.append(_paragraph(_ended(f"{told}{', '.join(matter.activities)}")))
    return blocks


def _ending(matter: PaperMatter, language: Language) -> list[Block]:
    missing = both(language, "contact du délégué", "contact of the data protection officer")
    officer: Inline = Text(matter.officer) if matter.officer else Blank("entity.dpo_contact", missing)
    ours: Inline = (
        Text(matter.organisation)
        if matter.organisation
        else Blank("organisation", both(language, "notre organisation", "our organisation"))
    )
    return [
        Paragraph((Text(both(language, "Pour toute question : ", "For any question: ")), officer)),
        Paragraph((ours,)),
    ]


def _ended(text: str) -> str:
    """With its full stop, once: the name of a company may end with one.

    >>> _ended("Acme Inc."), _ended("Acme")
    ('Acme Inc.', 'Acme.')
    """
    return text if text.endswith(".") else f"{text}."


def _paragraph(text: str) -> Paragraph:
    return Paragraph((Text(text),))


_MAKERS: Mapping[ChainPaper, Callable[[PaperMatter, Language], tuple[str, list[Block]]]] = {
    ChainPaper.LETTER: _letter,
    ChainPaper.AMENDMENT: _amendment,
    ChainPaper.ASSESSMENTS: _assessments,
}
