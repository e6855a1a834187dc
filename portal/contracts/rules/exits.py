"""What the end of a contract leaves to be proved (RGPD art. 28(3)(g)), and what each proof must show; pure.

At the end of the services the processor deletes or returns all the data, at the choice of the controller, and deletes
what copies there are, unless Union or Member State law requires them to be kept. Every processor of the chain is bound
by it (art. 28(4)): each proves it for itself. A paper is a declaration: somebody of ours also checks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from portal.contracts.rules.copy_names import names_company
from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.naming import fold, plain, tidy

TIME_LIMIT = timedelta(days=30)
"""From the last day of the contract to the day everything is proved, unless somebody says otherwise (clause CL20)."""
LATEST_LIMIT = timedelta(days=366)
SHORTEST_WORDS = 20
"""Letters of what somebody says that they read, checked or keep: less describes nothing."""
SUBPROCESSORS = "subprocessors"
"""Key of the table of facts that names the sub-processors."""


class ExitChoice(Labelled):
    """What becomes of the data, at the controller's choice."""

    RETURN = "return", N_("Restituer les données, puis les effacer")
    DELETE = "delete", N_("Effacer les données")


class CertificateReading(Labelled):
    """What is known of a certificate of return or deletion."""

    AWAITED = "awaited", N_("Attendu")
    WAITING = "waiting", N_("En cours de lecture")
    READ = "read", N_("Lu")
    """It has a text, which speaks of deletion or return and names who it is about."""
    UNREADABLE = "unreadable", N_("Non lu : aucun texte n'y est lisible")
    SILENT = "silent", N_("Non lu : son texte ne parle ni d'effacement ni de restitution")
    OTHER_NAME = "other_name", N_("Non lu : son texte ne nomme pas cette société")
    VOUCHED = "vouched", N_("Lu par une personne")

    @property
    def is_known(self) -> bool:
        """Whether the reading, or somebody, has seen in it what it must show."""
        return self in (CertificateReading.READ, CertificateReading.VOUCHED)


_STEMS = (
    "efface", "supprim", "suppression", "detrui", "destruction", "restitu", "delet", "erased", "erasure", "destroy",
    "return",
)  # fmt: skip
"""What the words of a certificate begin with, an article with an apostrophe before them or not."""


def reading_of(text: str, holder: str) -> CertificateReading:
    """What the text of a certificate shows about a company.

    >>> reading_of("Nuage Clair SAS certifie avoir effacé toutes les données.", "Nuage Clair").value
    'read'
    >>> reading_of("Nous certifions avoir effacé toutes les données.", "Nuage Clair").value
    'other_name'
    """
    if not text.strip():
        return CertificateReading.UNREADABLE
    said = plain(text)
    if not any(stem in said for stem in _STEMS):
        return CertificateReading.SILENT
    return CertificateReading.READ if names_company(text, (holder,)) else CertificateReading.OTHER_NAME


def says_enough(words: str) -> bool:
    """Whether words describe something.

    >>> says_enough("vérifié"), says_enough("." * 80), says_enough("Connexion refusée sur les trois serveurs.")
    (False, False, True)
    """
    return sum(letter.isalpha() for letter in words) >= SHORTEST_WORDS


def statement_problem(words: str, holder: str) -> Sentence | None:
    """Why what a person says that they read on a certificate is not enough: it names the company it is about."""
    if not says_enough(words):
        return say("Écrivez ce que vous avez lu : qui certifie, quoi, à quelle date. Une phrase suffit.")
    if not names_company(words, (holder,)):
        return say("Nommez %(holder)s dans votre phrase : un certificat qui ne nomme personne ne vaut pour personne.",
                   holder=holder)  # fmt: skip
    return None


def day_problem(day: date, ended_on: date, today: date) -> Sentence | None:
    """Why a certificate or a check cannot be of a day."""
    if day > today:
        return say("Cette date est à venir.")
    if day < ended_on:
        return say("Cette date précède la fin du contrat, le %(day)s : les données étaient encore traitées.",
                   day=ended_on)  # fmt: skip
    return None


def named_subprocessors(tables: Iterable[Any]) -> list[str]:
    """The sub-processors that tables of facts name, once each, in their order; legal forms and case aside.

    >>> named_subprocessors([[{"name": "Nuage Clair SAS"}, {"name": " "}], [{"name": "NUAGE CLAIR S.A.S."}], None])
    ['Nuage Clair SAS']
    """
    found: dict[str, str] = {}
    for table in tables:
        for row in table if isinstance(table, list) else ():
            name = tidy(str(row.get("name") or "")) if isinstance(row, Mapping) else ""
            if key := holder_key(name):
                found.setdefault(key, name)
    return list(found.values())


def holder_key(name: str) -> str:
    """What makes two spellings of a company one holder of the data."""
    return fold(name)[:200]


@dataclass(frozen=True)
class ProofState:
    """A certificate, as the rules take it."""

    holder: str
    reading: CertificateReading
    certified_on: date | None


@dataclass(frozen=True)
class CheckState:
    """The check that the data are gone."""

    what: str = ""
    how: str = ""
    by: str = ""
    on: date | None = None
    has_evidence: bool = False


@dataclass(frozen=True)
class ExitState:
    """What is known of the end of a contract."""

    ended_on: date
    choice: ExitChoice | None
    proofs: Sequence[ProofState]
    no_subprocessor_why: str
    """What was said of the absence of any sub-processor, when none is named."""
    has_subprocessors: bool
    check: CheckState


def lacks(state: ExitState) -> Iterator[Sentence]:
    """What is still to be proved before the end of a contract is closed, in the order of the page."""
    if state.choice is None:
        yield say("Dites s'il faut restituer ou effacer les données.")
    for proof in state.proofs:
        if proof.certified_on is None or proof.reading is CertificateReading.AWAITED:
            yield say("Le certificat de %(holder)s manque.", holder=proof.holder)
        elif proof.certified_on < state.ended_on:
            yield say("Le certificat de %(holder)s date d'avant la fin du contrat.", holder=proof.holder)
        elif not proof.reading.is_known:
            yield say("Le certificat de %(holder)s n'est pas lu.", holder=proof.holder)
    if not state.has_subprocessors and not says_enough(state.no_subprocessor_why):
        yield say("Nommez les sous-traitants ultérieurs, ou dites pourquoi il n'y en a pas.")
    yield from _unchecked(state)


def _unchecked(state: ExitState) -> Iterator[Sentence]:
    check = state.check
    if not (says_enough(check.what) and says_enough(check.how) and check.by.strip() and check.on is not None):
        yield say("Personne n'a contrôlé que les données ne sont plus là.")
    elif check.on < state.ended_on:
        yield say("Le contrôle date d'avant la fin du contrat.")
    elif not check.has_evidence:
        yield say("Le contrôle n'a pas de pièce : joignez ce qui le montre.")
