"""The letter that asks a vendor for what its contract does not say: each point, its article, what would answer it."""

from collections.abc import Mapping, Sequence

from portal.contracts.rules.model import BilingualWords, Obligation, words
from portal.core.dataclass import dataclass
from portal.core.documents import tree
from portal.core.documents.tree import Blank, Block, Inline, Items, Paragraph, Section, Signatures, Text
from portal.core.language import Language
from portal.paper.rules.check_result import RequirementResult, RequirementStatus
from portal.paper.rules.citations import legal_basis, quote_passage
from portal.paper.rules.naming import requirement_title
from portal.paper.rules.rulings import Ruling, final_status

_TITLE = words("Demande de compléments au contrat", "Request for additions to the contract")
_COVER = {
    "sender": words("De", "From"),
    "vendor": words("À", "To"),
    "contract": words("Contrat", "Contract"),
    "date": words("Date", "Date"),
}
_LABELS = {
    "sender": words("responsable du traitement", "controller"),
    "vendor": words("prestataire", "vendor"),
    "date": words("date de l'envoi", "date of sending"),
    "reply_by": words("date de réponse souhaitée", "date by which a reply is hoped for"),
    "signatory": words("nom et qualité du signataire", "name and capacity of the signatory"),
}
_GREETING = words("Madame, Monsieur,", "Dear Sir or Madam,")
_OPENING = words(
    "Nous avons lu le contrat par lequel vous traitez des données à caractère personnel pour notre compte. L'article "
    "28 du règlement (UE) 2016/679 (RGPD) fixe ce qu'un tel contrat doit contenir. Sauf erreur de notre part, les "
    "points suivants n'y figurent pas, ou pas entièrement.",
    "We have read the contract under which you process personal data on our behalf. Article 28 of Regulation (EU) "
    "2016/679 (GDPR) sets out what such a contract must contain. Unless we are mistaken, the following points are not "
    "in it, or not in full.",
)
_POINTS = words("Ce que nous vous demandons", "What we ask of you")
_ARTICLES = words("RGPD, art. %s", "GDPR, Art. %s")
_FOUND: Mapping[RequirementStatus, BilingualWords] = {
    RequirementStatus.MISSING: words(
        "Nous n'avons trouvé aucune stipulation sur ce point.", "We have found no provision on this point."
    ),
    RequirementStatus.WEAK: words(
        "Le contrat en traite, mais en partie seulement", "The contract addresses this, but only in part"
    ),
    RequirementStatus.CONTRADICTED: words(
        "Le contrat paraît dire le contraire", "The contract appears to say the contrary"
    ),
    RequirementStatus.TO_COMPLETE: words(
        "Le contrat laisse ce point à compléter", "The contract leaves this point to be completed"
    ),
    RequirementStatus.DEFERRED: words(
        "Le contrat renvoie à un document que nous n'avons pas reçu",
        "The contract refers to a document that we have not received",
    ),
}
_READ = words("Nous lisons : ", "We read: ")
LONGEST = 240
"""Characters of a passage cited in a letter."""
_NEEDED = words("Ce qui y répondrait : ", "What would answer it: ")
_SUPPLY = words(
    "Merci de nous adresser ce document, ou à défaut une stipulation qui y réponde : ",
    "Please send us that document or, failing that, a provision that answers it: ",
)
_ENCLOSED = words(
    "Vous trouverez ci-joint un projet d'avenant qui traite chacun de ces points. Nous examinerons volontiers toute "
    "autre rédaction qui y réponde.",
    "Please find enclosed a draft amendment that addresses each of these points. We will gladly consider any other "
    "wording that answers them.",
)
_OTHERWISE = words(
    "Si l'un de ces points est traité dans un autre document qui nous lie, il suffit de nous en indiquer la "
    "référence et l'article.",
    "If any of these points is addressed in another document that binds us, its reference and article will suffice.",
)
_REPLY = (
    words("Nous vous remercions de nous répondre au plus tard le ", "We would be grateful for your reply by "),
    words(".", "."),
)
_CLOSING = words(
    "Nous vous prions d'agréer, Madame, Monsieur, l'expression de nos salutations distinguées.", "Yours faithfully,"
)


@dataclass(frozen=True)
class LetterDetails:
    """Who writes to whom about what; what is left empty is a visible blank of the letter."""

    contract: str
    """What the contract is called."""
    sender: str = ""
    vendor: str = ""
    signatory: str = ""
    date: str = ""
    reply_by: str = ""
    enclosed: bool = False
    """Whether the draft amendment goes with it."""


def gap_letter(
    gaps: Sequence[RequirementResult],
    details: LetterDetails,
    obligations: Sequence[Obligation],
    language: Language,
    rulings: Mapping[str, Ruling] | None = None,
    created: str = "2000-01-01T00:00:00+00:00",
) -> tree.Document | None:
    """The letter about these gaps, in their order; None when there is nothing to ask for."""
    if not gaps:
        return None
    writer = _LetterWriter(details, obligations, language, rulings or {})
    blocks: list[Block] = [
        writer.paragraph(_GREETING),
        writer.paragraph(_OPENING),
        Section(writer.text(_POINTS), (Items(tuple(map(writer.point, gaps)), ordered=True),)),
    ]
    closing = [writer.paragraph(_ENCLOSED)] if details.enclosed else []
    closing += [writer.paragraph(_OTHERWISE), writer.reply(), writer.paragraph(_CLOSING)]
    lines = (writer.given("signatory", details.signatory),)
    blocks += [*closing, Signatures(((details.sender or f"[{writer.text(_LABELS['sender'])}]", lines),))]
    return tree.Document(
        title=writer.text(_TITLE),
        subtitle=details.contract,
        language=language,
        blocks=tuple(blocks),
        reference=details.contract[:60],
        draft=not all((details.sender, details.vendor, details.signatory, details.date, details.reply_by)),
        contents=False,
        cover=(
            (writer.text(_COVER["sender"]), writer.given("sender", details.sender)),
            (writer.text(_COVER["vendor"]), writer.given("vendor", details.vendor)),
            (writer.text(_COVER["contract"]), details.contract),
            (writer.text(_COVER["date"]), writer.given("date", details.date)),
        ),
        created=created,
        keywords=(writer.text(_TITLE),),
    )


@dataclass(frozen=True)
class _LetterWriter:
    """Writes one letter."""

    details: LetterDetails
    obligations: Sequence[Obligation]
    language: Language
    rulings: Mapping[str, Ruling]

    def text(self, both: BilingualWords) -> str:
        return both.said_in(self.language)

    def paragraph(self, both: BilingualWords) -> Paragraph:
        return Paragraph((Text(self.text(both)),))

    def given(self, key: str, value: str) -> tuple[Inline, ...]:
        return (Text(value),) if value else (Blank(f"letter.{key}", self.text(_LABELS[key])),)

    def reply(self) -> Paragraph:
        before, after = map(self.text, _REPLY)
        return Paragraph((Text(before), *self.given("reply_by", self.details.reply_by), Text(after)))

    def point(self, result: RequirementResult) -> tuple[Inline, ...]:
        status = final_status(result, self.rulings.get(result.id))
        title = self.text(requirement_title(result, self.obligations))
        articles = legal_basis(result, self.obligations)
        cited = f" ({self.text(_ARTICLES) % articles})" if articles else ""
        needed = " ".join(self.text(one.satisfied_when) for one in self.obligations if one.key in result.obligations)
        asked = self.text(_SUPPLY if status is RequirementStatus.DEFERRED else _NEEDED)
        inlines = [Text(title, strong=True), Text(f"{cited}. {self._found(result, status)}")]
        return (*inlines, *((Text(f" {asked}{needed[:1].lower()}{needed[1:]}"),) if needed else ()))

    def _found(self, result: RequirementResult, status: RequirementStatus) -> str:
        said = self.text(_FOUND.get(status, _FOUND[RequirementStatus.MISSING]))
        if status is RequirementStatus.MISSING:
            return said
        reason = self.text(result.reason) if status is result.status else ""
        parts = [f"{said}.", *([reason] if reason else [])]
        if result.spans:
            parts.append(f"{self.text(_READ)}{quote_passage(result.spans[0], self.language, LONGEST)}.")
        return " ".join(parts)
