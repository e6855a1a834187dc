"""The certificate of signature, the last page of a contract signed in the portal, in the contract's language.

It says what was signed, by whom, when and by which means, and how strong that is: a simple electronic signature
(regulation (EU) 910/2014, art. 3(10) and 25(1)), and one seal of the organisation under a certificate of its own
making. Addresses of the network stay out of it: every party receives this page.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from portal.contracts.rules.model import BilingualWords, words
from portal.contracts.rules.signing_order import SigningMeans
from portal.core.dataclass import dataclass
from portal.core.dates import written_time
from portal.core.documents.tree import Block, Inline, Paragraph, Section, Table, Text
from portal.core.language import Language

ANCHOR = "certificate"
_TITLE = words("Certificat de signature", "Certificate of signature")
_INTRODUCTION = words(
    "{} établit ce certificat. Dans l'ordre ci-dessous, chaque signataire a ouvert le contrat dont l'empreinte suit, a "
    "reçu un code à usage unique à son adresse électronique, et l'a saisi avec son nom pour signer.",
    "This certificate is issued by {}. In the order below, each signatory opened the agreement whose digest follows, "
    "received a one-time code at their e-mail address, and typed it with their name to sign.",
)
_LEVEL = words(
    "Chaque signature est une signature électronique simple (règlement (UE) n° 910/2014, article 3, 10). Elle ne peut "
    "être refusée comme preuve au seul motif qu'elle est électronique (article 25, § 1). Ce n'est ni une signature "
    "avancée (article 26), ni une signature de niveau supérieur.",
    "Each signature is a simple electronic signature (Regulation (EU) No 910/2014, Article 3(10)). It shall not be "
    "denied as evidence solely because it is electronic (Article 25(1)). It is neither an advanced signature (Article "
    "26) nor one of a higher level.",
)
_SEAL = words(
    "Le cachet électronique de {}, apposé une fois, après la dernière signature, couvre tout le fichier : un seul "
    "octet changé se voit. Son certificat est établi par l'organisation elle-même.",
    "The electronic seal of {}, applied once, after the last signature, covers the whole file: a single changed byte "
    "shows. Its certificate is issued by the organisation itself.",
)
_CARRIED = words(
    "Le fichier exact que chacun a lu est joint à ce document sous le nom « {} ».",
    "The exact file that each person read is attached to this document under the name “{}”.",
)
_WHAT, _WHO = words("Ce qui est signé", "What is signed"), words("Qui a signé", "Who signed")
_ITEM, _CONTENT = words("Élément", "Item"), words("Contenu", "Content")
_CONTRACT = words("Contrat", "Agreement")
_FILE_DIGEST = words("Empreinte SHA-256 du fichier signé", "SHA-256 digest of the file signed")
_TEXT_DIGEST = words("Empreinte SHA-256 de son texte", "SHA-256 digest of its text")
_OPENED = words("Signature ouverte le", "Signature opened on")
_REFERENCE = words("Référence", "Reference")
_COLUMNS = (
    words("Ordre", "Order"), words("Signataire", "Signatory"), words("Pour", "For"),
    words("Date et heure", "Date and time"), words("Moyen", "Means"),
)  # fmt: skip
_WIDTHS = (2, 7, 5, 5, 7)
_MEANS: Mapping[SigningMeans, BilingualWords] = {
    SigningMeans.LINK: words("Lien personnel, et code", "Personal link, and code"),
    SigningMeans.SPACE: words("Espace connecté, et code", "Signed-in space, and code"),
    SigningMeans.STAFF: words("Compte connecté, et code", "Signed-in account, and code"),
}
_SENT_TO = words(" envoyé à {}", " sent to {}")
_AT = words(" à ", ", ")
_ZONE = words(" (heure de Paris)", " (Paris time)")


@dataclass(frozen=True)
class SignatureMade:
    """One signature, as its proof has it."""

    rank: int
    name: str
    capacity: str
    party: str
    """Whom it engages."""
    at: datetime
    email: str
    means: SigningMeans


@dataclass(frozen=True)
class SignedContractFacts:
    """What a certificate is about."""

    organisation: str
    title: str
    edition: str
    reference: str
    file_name: str
    file_sha256: str
    text_sha256: str
    opened_at: datetime
    signatures: Sequence[SignatureMade]


def certificate_section(facts: SignedContractFacts, language: Language) -> Section:
    """The section that closes the sealed file."""

    def said(line: BilingualWords, value: str = "") -> Paragraph:
        return Paragraph((Text(line.said_in(language).format(value)),))

    blocks: list[Block] = [
        said(_INTRODUCTION, facts.organisation),
        _signed(facts, language),
        _signatures(facts, language),
        said(_LEVEL),
        said(_SEAL, facts.organisation),
        said(_CARRIED, facts.file_name),
    ]
    return Section(_TITLE.said_in(language), tuple(blocks), anchor=ANCHOR)


def _signed(facts: SignedContractFacts, language: Language) -> Table:
    rows = (
        (_CONTRACT, f"{facts.title} – {facts.edition}"),
        (_FILE_DIGEST, facts.file_sha256),
        (_TEXT_DIGEST, facts.text_sha256),
        (_OPENED, _moment(facts.opened_at, language)),
        (_REFERENCE, facts.reference),
    )
    cells = tuple(((Text(label.said_in(language)),), (Text(value),)) for label, value in rows)
    header = (_ITEM.said_in(language), _CONTENT.said_in(language))
    return Table(_WHAT.said_in(language), header, cells, widths=(1, 3))


def _signatures(facts: SignedContractFacts, language: Language) -> Table:
    rows = tuple(tuple(_cells(one, language)) for one in facts.signatures)
    header = tuple(column.said_in(language) for column in _COLUMNS)
    return Table(_WHO.said_in(language), header, rows, widths=_WIDTHS)


def _cells(made: SignatureMade, language: Language) -> Iterator[tuple[Inline, ...]]:
    yield (Text(str(made.rank)),)
    yield Text(made.name, strong=True), Text(f", {made.capacity}")
    yield (Text(made.party),)
    yield (Text(_moment(made.at, language)),)
    yield (Text(_MEANS[made.means].said_in(language) + _SENT_TO.said_in(language).format(made.email)),)


def _moment(at: datetime, language: Language) -> str:
    moment = written_time(at, language, time="HH:mm:ss", join=_AT.said_in(language))
    return moment + _ZONE.said_in(language)
