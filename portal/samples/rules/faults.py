"""What a sample can show that is wrong: each flag with the rule it breaks, its contract item, and its denominator."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.core.language import N_
from portal.findings.rules import Severity


class Book(StrEnum):
    """The file of law that a flag rests on (`portal/consumer_law/law`)."""

    PERIODS = "periods"
    CLOCKS = "clocks"
    FUNCTION = "function"
    EXCEPTIONS = "exceptions"
    TELEPHONE = "telephone"


@dataclass(frozen=True)
class Ground:
    """What a flag says and rests on."""

    label: str
    severity: Severity
    book: Book
    rule: str
    """The identifier of the rule broken; `{}` stands for what the case adds (a kind, a number)."""
    item: int
    """The line of the customer-relations requirements (clauses CL30 and CL31) that asks for it."""
    among: str
    """The cases it is counted among."""


class Fault(StrEnum):
    """What a case can show that is wrong, whatever it is a case of."""

    @property
    def ground(self) -> Ground:
        """Its words, severity and rule."""
        return _EVERY_GROUND[self]

    @property
    def label(self) -> str:
        """Its words."""
        return self.ground.label

    @property
    def severity(self) -> Severity:
        """How grave a finding it opens."""
        return self.ground.severity


class Flag(Fault):
    """A fault of a withdrawal case. Accepting a late withdrawal is none: the trader may always give more."""

    LATE_LOGGING = "late-logging"
    LATE_FORWARDING = "late-forwarding"
    NO_ACKNOWLEDGEMENT = "no-acknowledgement"
    LATE_ACKNOWLEDGEMENT = "late-acknowledgement"
    POOR_ACKNOWLEDGEMENT = "poor-acknowledgement"
    WRONG_START = "wrong-start"
    WRONG_DEADLINE = "wrong-deadline"
    MISSING_INFORMATION = "missing-information"
    LATE_INFORMATION = "late-information"
    FUNCTION_MISSING = "function-missing"
    UNCODED_REFUSAL = "uncoded-refusal"
    REFUSED_IN_TIME = "refused-in-time"
    EXCEPTION_DOUBTFUL = "exception-doubtful"
    LATE_REFUND = "late-refund"
    NO_REFUND = "no-refund"
    PARTIAL_REFUND = "partial-refund"


GROUNDS: Mapping[Flag, Ground] = {
    Flag.LATE_LOGGING: Ground(
        N_("Déclaration enregistrée en retard"), Severity.MINOR, Book.CLOCKS, "log.same-day", 2,
        N_("dossiers dont on sait quand la déclaration est arrivée et quand elle a été enregistrée"),
    ),
    Flag.LATE_FORWARDING: Ground(
        N_("Déclaration transmise en retard"), Severity.MINOR, Book.CLOCKS, "forward.next-day", 2,
        N_("dossiers dont on sait quand la déclaration est arrivée et quand elle a été transmise"),
    ),
    Flag.NO_ACKNOWLEDGEMENT: Ground(
        N_("Aucun accusé de réception"), Severity.MAJOR, Book.CLOCKS, "acknowledge.prompt", 3,
        N_("dossiers accusés, ou dont le délai d'accusé est passé"),
    ),
    Flag.LATE_ACKNOWLEDGEMENT: Ground(
        N_("Accusé de réception tardif"), Severity.MINOR, Book.CLOCKS, "acknowledge.prompt", 3,
        N_("dossiers accusés dont on sait quand la déclaration est arrivée"),
    ),
    Flag.POOR_ACKNOWLEDGEMENT: Ground(
        N_("Accusé sans le contenu, la date et l'heure de la déclaration"), Severity.MINOR, Book.CLOCKS,
        "acknowledge.content", 3,
        N_("accusés de la fonction en ligne dont on connaît le contenu, contrats conclus depuis qu'elle est due"),
    ),
    Flag.WRONG_START: Ground(
        N_("Point de départ faux"), Severity.MAJOR, Book.PERIODS, "start.{}", 1,
        N_("dossiers qui disent le point de départ retenu"),
    ),
    Flag.WRONG_DEADLINE: Ground(
        N_("Dernier jour annoncé trop tôt"), Severity.MAJOR, Book.PERIODS, "end.midnight", 1,
        N_("dossiers qui disent le dernier jour retenu"),
    ),
    Flag.MISSING_INFORMATION: Ground(
        N_("Information sur le droit de rétractation absente"), Severity.MAJOR, Book.PERIODS, "information.missing", 1,
        N_("tous les dossiers"),
    ),
    Flag.LATE_INFORMATION: Ground(
        N_("Information sur le droit de rétractation tardive"), Severity.MINOR, Book.PERIODS, "information.late", 1,
        N_("dossiers où l'information a été donnée"),
    ),
    Flag.FUNCTION_MISSING: Ground(
        N_("Fonction de rétractation non proposée"), Severity.MAJOR, Book.FUNCTION, "function.scope", 4,
        N_("contrats conclus à distance en ligne depuis que la fonction est due, quand on sait si elle était proposée"),
    ),
    Flag.UNCODED_REFUSAL: Ground(
        N_("Refus sans exception codée"), Severity.MAJOR, Book.CLOCKS, "refusal.coded", 5, N_("refus"),
    ),
    Flag.REFUSED_IN_TIME: Ground(
        N_("Refusée pour retard alors qu'elle était dans le délai"), Severity.CRITICAL, Book.PERIODS, "exercise.sent",
        5, N_("refus pour retard"),
    ),
    Flag.EXCEPTION_DOUBTFUL: Ground(
        N_("Exception invoquée incompatible avec le contrat"), Severity.MAJOR, Book.EXCEPTIONS, "exception.{}", 5,
        N_("refus qui invoquent une exception"),
    ),
    Flag.LATE_REFUND: Ground(
        N_("Remboursement tardif"), Severity.MAJOR, Book.CLOCKS, "refund.due", 6,
        N_("rétractations acceptées et remboursées, dont le terme est connu"),
    ),
    Flag.NO_REFUND: Ground(
        N_("Remboursement absent après le terme"), Severity.CRITICAL, Book.CLOCKS, "refund.due", 6,
        N_("rétractations acceptées, remboursées ou dont le terme est passé"),
    ),
    Flag.PARTIAL_REFUND: Ground(
        N_("Remboursement partiel"), Severity.MAJOR, Book.CLOCKS, "refund.due", 6,
        N_("rétractations acceptées et remboursées, dont le terme est passé et la somme connue"),
    ),
}  # fmt: skip


class CallFlag(Fault):
    """A fault of an outbound call."""

    NO_CONSENT = "no-consent"
    CONSENT_AFTER_CALL = "consent-after-call"
    CONSENT_UNPROVED = "consent-unproved"
    CALLED_AFTER_WITHDRAWAL = "called-after-withdrawal"
    LATE_SUPPRESSION = "late-suppression"
    BANNED_SECTOR = "banned-sector"


CALL_GROUNDS: Mapping[CallFlag, Ground] = {
    CallFlag.NO_CONSENT: Ground(
        N_("Appel sans accord préalable"), Severity.CRITICAL, Book.TELEPHONE, "calls.consent", 9,
        N_("appels hors contrat en cours, depuis que l'accord est exigé"),
    ),
    CallFlag.CONSENT_AFTER_CALL: Ground(
        N_("Accord recueilli après l'appel"), Severity.CRITICAL, Book.TELEPHONE, "calls.consent", 9,
        N_("appels où l'accord est exigé et daté"),
    ),
    CallFlag.CONSENT_UNPROVED: Ground(
        N_("Accord sans preuve de qui l'a recueilli ou par quels mots"), Severity.MAJOR, Book.TELEPHONE, "calls.proof",
        9, N_("appels où l'accord est exigé et daté"),
    ),
    CallFlag.CALLED_AFTER_WITHDRAWAL: Ground(
        N_("Appel après opposition ou retrait de l'accord"), Severity.CRITICAL, Book.TELEPHONE, "calls.suppression", 9,
        N_("appels à des personnes qui se sont opposées ou ont retiré leur accord"),
    ),
    CallFlag.LATE_SUPPRESSION: Ground(
        N_("Numéro bloqué trop tard"), Severity.MAJOR, Book.TELEPHONE, "calls.suppression", 9,
        N_("oppositions et retraits suivis d'un blocage, ou dont le délai est passé"),
    ),
    CallFlag.BANNED_SECTOR: Ground(
        N_("Démarchage interdit : rénovation énergétique ou adaptation du logement"), Severity.CRITICAL, Book.TELEPHONE,
        "calls.renovation", 9, N_("appels de ce secteur"),
    ),
}  # fmt: skip

_EVERY_GROUND = dict[Fault, Ground]([*GROUNDS.items(), *CALL_GROUNDS.items()])
