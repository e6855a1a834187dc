"""What a request makes us write to the person: receipt, extension, answer, refusal.

Each is a document in French or English, drafted from what is known. What is not known is a visible blank.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from portal.core.clock import legal_date
from portal.core.dataclass import dataclass
from portal.core.dates import written
from portal.core.documents.tree import Blank, Block, Document, Inline, Note, Paragraph, Text
from portal.core.language import N_, Language, both
from portal.core.translation import translate
from portal.person_requests.identity import RequestingPerson
from portal.person_requests.models import PersonRequest
from portal.person_requests.rules.kinds import ARTICLES, SHORT_NAMES
from portal.vendors.rules.facts import Labelled


class RequestLetter(Labelled):
    """A letter about a request."""

    RECEIPT = "accuse", N_("Accusé de réception")
    EXTENSION = "prolongation", N_("Prolongation de deux mois")
    ANSWER = "reponse", N_("Réponse")
    REFUSAL = "refus", N_("Refus")


def letters_for(request: PersonRequest) -> tuple[RequestLetter, ...]:
    """The letters that such a request may need: consumer law knows no extension."""
    if request.kind.is_consumer_law:
        return tuple(one for one in RequestLetter if one is not RequestLetter.EXTENSION)
    return tuple(RequestLetter)


@dataclass(frozen=True)
class RequestMatter:
    """What the letters are drafted from."""

    request: PersonRequest
    person: RequestingPerson | None
    organisation: str
    officer: str
    """Our data protection officer, and how to reach them."""
    now: datetime


def letter_tree(kind: RequestLetter, matter: RequestMatter, language: Language) -> Document:
    """The letter asked for."""
    return _MAKERS[kind](matter, language)


def _receipt(matter: RequestMatter, language: Language) -> Document:
    request = matter.request
    received = _day(request.start, language)
    due = _day(request.due_on, language)
    blocks = [
        _opening(matter, language),
        _line(both(
            language,
            f"Nous avons reçu le {received} votre demande ({_named(matter, language)}), sous la référence"
            f" {request.reference}.",
            f"We received on {received} your request ({_named(matter, language)}), under the reference"
            f" {request.reference}.",
        )),
    ]  # fmt: skip
    if request.kind.is_consumer_law:
        blocks += [
            _filled(
                both(language, "Contrat dont vous vous rétractez : ", "Contract you withdraw from: "), "",
                both(language, "contrat ou commande, avec sa date", "contract or order, with its date"),
            ),
            _line(both(
                language,
                f"Ce message vous en donne acte sur un support durable. Les sommes dues vous sont remboursées le {due}"
                " au plus tard ; pour un bien, le remboursement peut attendre son retour ou la preuve de son envoi.",
                f"This message acknowledges it on a durable medium. The sums owed are refunded by {due} at the latest;"
                " for goods, the refund may wait for their return or the proof of their dispatch.",
            )),
        ]  # fmt: skip
    else:
        blocks.append(_line(both(
            language,
            f"Vous aurez une réponse le {due} au plus tard.",
            f"You will have an answer by {due} at the latest.",
        )))  # fmt: skip
    title = both(language, "Votre demande est reçue", "We have received your request")
    return _letter(title, matter, language, tuple(blocks))


def _extension(matter: RequestMatter, language: Language) -> Document:
    request = matter.request
    blocks = (
        _opening(matter, language),
        _line(both(
            language,
            f"Votre demande {request.reference}, reçue le {_day(request.start, language)}, nous demande plus d'un"
            " mois. Le règlement (UE) 2016/679 permet deux mois de plus (article 12, paragraphe 3).",
            f"Your request {request.reference}, received on {_day(request.start, language)}, takes us more than one"
            " month. Regulation (EU) 2016/679 allows two further months (Article 12(3)).",
        )),
        _filled(
            both(language, "En voici les motifs : ", "The reasons are: "), request.extension_reason,
            both(language, "complexité, nombre de demandes", "complexity, number of requests"),
        ),
        _filled(
            both(language, "Vous aurez une réponse le ", "You will have an answer by "),
            _day(request.due_on, language) if request.extended_on else "",
            both(language, "nouveau terme", "new term"),
            ".",
        ),
    )  # fmt: skip
    title = both(language, "Votre demande : un délai plus long", "Your request: a longer period")
    return _letter(title, matter, language, blocks)


def _answer(matter: RequestMatter, language: Language) -> Document:
    request = matter.request
    blocks = (
        _opening(matter, language),
        _line(both(
            language,
            f"Vous nous avez adressé le {_day(request.start, language)} une demande ({_named(matter, language)},"
            f" {_article(matter, language)}), référence {request.reference}.",
            f"You sent us on {_day(request.start, language)} a request ({_named(matter, language)},"
            f" {_article(matter, language)}), reference {request.reference}.",
        )),
        _filled(
            both(language, "Voici ce qui a été fait : ", "This is what was done: "), request.answer,
            both(language, "ce qui a été fait, et ce qui est joint", "what was done, and what is attached"),
        ),
        *_told_others(matter, language),
        _remedies(matter, language),
    )  # fmt: skip
    return _letter(both(language, "Réponse à votre demande", "Answer to your request"), matter, language, blocks)


def _refusal(matter: RequestMatter, language: Language) -> Document:
    request = matter.request
    ground = translate(request.refusal.label, language) if request.refusal else ""
    blocks = (
        _opening(matter, language),
        _line(both(
            language,
            f"Nous ne donnons pas suite à votre demande {request.reference} ({_named(matter, language)}), reçue le"
            f" {_day(request.start, language)}.",
            f"We do not act on your request {request.reference} ({_named(matter, language)}), received on"
            f" {_day(request.start, language)}.",
        )),
        _filled(both(language, "Motif : ", "Ground: "), ground, both(language, "motif", "ground")),
        _filled(
            both(language, "Ce qui le justifie : ", "Why: "), request.refusal_reason,
            both(language, "ce qui le démontre", "what demonstrates it"),
        ),
        _remedies(matter, language),
    )  # fmt: skip
    title = both(language, "Votre demande n'est pas suivie d'effet", "Your request is not acted on")
    return _letter(title, matter, language, blocks)


def _told_others(matter: RequestMatter, language: Language) -> tuple[Block, ...]:
    if not matter.request.kind.informs_recipients:
        return ()
    return (
        _filled(
            both(
                language, "Destinataires de vos données que nous avons prévenus : ",
                "Recipients of your data whom we told: ",
            ),
            matter.request.recipients,
            both(language, "destinataires, si la personne le demande", "recipients, if the person asks"),
        ),
    )  # fmt: skip


def _remedies(matter: RequestMatter, language: Language) -> Paragraph:
    if matter.request.kind.is_consumer_law:
        return _filled(
            both(
                language, "En cas de désaccord, vous pouvez saisir gratuitement notre médiateur de la consommation : ",
                "If you disagree, you may refer to our consumer mediator free of charge: ",
            ),
            "",
            both(language, "nom et adresse du médiateur", "name and address of the mediator"),
        )  # fmt: skip
    return _line(both(
        language,
        "Si cette réponse ne vous convient pas, vous pouvez saisir la CNIL (cnil.fr) ou le juge.",
        "If this answer does not satisfy you, you may complain to the CNIL (cnil.fr) or go to court.",
    ))  # fmt: skip


def _opening(matter: RequestMatter, language: Language) -> Paragraph:
    name = matter.person.name if matter.person else ""
    held: Inline = Text(name) if name else Blank("person.name", both(language, "nom de la personne", "name"))
    return Paragraph((Text(both(language, "À l'attention de ", "To ")), held, Text(",")))


def _named(matter: RequestMatter, language: Language) -> str:
    return translate(SHORT_NAMES[matter.request.kind], language).lower()


def _day(day: date, language: Language) -> str:
    return written(day, language)


def _line(text: str) -> Paragraph:
    return Paragraph((Text(text),))


def _filled(opening: str, text: str, missing: str, end: str = "") -> Paragraph:
    held: Inline = Text(text) if text else Blank("request", missing)
    return Paragraph((Text(opening), held, *((Text(end),) if end else ())))


def _article(matter: RequestMatter, language: Language) -> str:
    found = ARTICLES[matter.request.kind]
    return found.replace("RGPD art.", "GDPR Art.") if language is Language.EN else found


def _letter(title: str, matter: RequestMatter, language: Language, blocks: tuple[Block, ...]) -> Document:
    day = written(legal_date(matter.now), language)
    contact = _filled(
        both(language, "Pour toute question : ", "For any question: "), matter.officer,
        both(language, "contact du délégué à la protection des données", "contact of the data protection officer"),
    )  # fmt: skip
    reminder = both(
        language, "Lettre à relire avant de l'envoyer, par le moyen que la personne a choisi.",
        "Letter to be read again before it is sent, by the means that the person chose.",
    )  # fmt: skip
    return Document(
        title=title, subtitle=day, language=language,
        blocks=(Note((Text(reminder),)), *blocks, contact, _line(matter.organisation)), contents=False,
        reference=f"{matter.request.reference} · {day}", created=matter.now.replace(microsecond=0).isoformat(),
    )  # fmt: skip


_MAKERS: Mapping[RequestLetter, Callable[[RequestMatter, Language], Document]] = {
    RequestLetter.RECEIPT: _receipt,
    RequestLetter.EXTENSION: _extension,
    RequestLetter.ANSWER: _answer,
    RequestLetter.REFUSAL: _refusal,
}
