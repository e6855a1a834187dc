"""What a sample can show that is wrong: each flag with the rule it breaks, its contract item, and its denominator."""

from collections.abc import Mapping
from enum import StrEnum

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.findings.rules import RelationStage, Severity


class LawFile(StrEnum):
    """The file of law that a flag rests on (`portal/consumer_law/law`)."""

    PERIODS = "periods"
    CLOCKS = "clocks"
    FUNCTION = "function"
    EXCEPTIONS = "exceptions"
    TELEPHONE = "telephone"


@dataclass(frozen=True)
class FaultGround:
    """What a flag says and rests on."""

    label: str
    severity: Severity
    book: LawFile
    rule: str
    """The identifier of the rule broken; `{}` stands for what the case adds (a kind, a number)."""
    item: int
    """The line of the customer-relations requirements (clauses CL30 and CL31) that asks for it."""
    among: str
    """The cases it is counted among."""


class SampleFault(StrEnum):
    """What a case can show that is wrong, whatever it is a case of."""

    @property
    def ground(self) -> FaultGround:
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


class CaseFault(SampleFault):
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


GROUNDS: Mapping[CaseFault, FaultGround] = {
    CaseFault.LATE_LOGGING: FaultGround(
        N_("Déclaration enregistrée en retard"),
        Severity.MINOR,
        LawFile.CLOCKS,
        "log.same-day",
        2,
        N_("dossiers dont on sait quand la déclaration est arrivée et quand elle a été enregistrée"),
    ),
    CaseFault.LATE_FORWARDING: FaultGround(
        N_("Déclaration transmise en retard"),
        Severity.MINOR,
        LawFile.CLOCKS,
        "forward.next-day",
        2,
        N_("dossiers dont on sait quand la déclaration est arrivée et quand elle a été transmise"),
    ),
    CaseFault.NO_ACKNOWLEDGEMENT: FaultGround(
        N_("Aucun accusé de réception"),
        Severity.MAJOR,
        LawFile.CLOCKS,
        "acknowledge.prompt",
        3,
        N_("dossiers accusés, ou dont le délai d'accusé est passé"),
    ),
    CaseFault.LATE_ACKNOWLEDGEMENT: FaultGround(
        N_("Accusé de réception tardif"),
        Severity.MINOR,
        LawFile.CLOCKS,
        "acknowledge.prompt",
        3,
        N_("dossiers accusés dont on sait quand la déclaration est arrivée"),
    ),
    CaseFault.POOR_ACKNOWLEDGEMENT: FaultGround(
        N_("Accusé sans le contenu, la date et l'heure de la déclaration"),
        Severity.MINOR,
        LawFile.CLOCKS,
        "acknowledge.content",
        3,
        N_("accusés de la fonction en ligne dont on connaît le contenu, contrats conclus depuis qu'elle est due"),
    ),
    CaseFault.WRONG_START: FaultGround(
        N_("Point de départ faux"),
        Severity.MAJOR,
        LawFile.PERIODS,
        "start.{}",
        1,
        N_("dossiers qui disent le point de départ retenu"),
    ),
    CaseFault.WRONG_DEADLINE: FaultGround(
        N_("Dernier jour annoncé trop tôt"),
        Severity.MAJOR,
        LawFile.PERIODS,
        "end.midnight",
        1,
        N_("dossiers qui disent le dernier jour retenu"),
    ),
    CaseFault.MISSING_INFORMATION: FaultGround(
        N_("Information sur le droit de rétractation absente"),
        Severity.MAJOR,
        LawFile.PERIODS,
        "information.missing",
        1,
        N_("tous les dossiers"),
    ),
    CaseFault.LATE_INFORMATION: FaultGround(
        N_("Information sur le droit de rétractation tardive"),
        Severity.MINOR,
        LawFile.PERIODS,
        "information.late",
        1,
        N_("dossiers où l'information a été donnée"),
    ),
    CaseFault.FUNCTION_MISSING: FaultGround(
        N_("Fonction de rétractation non proposée"),
        Severity.MAJOR,
        LawFile.FUNCTION,
        "function.scope",
        4,
        N_("contrats conclus à distance en ligne depuis que la fonction est due, quand on sait si elle était proposée"),
    ),
    CaseFault.UNCODED_REFUSAL: FaultGround(
        N_("Refus sans exception codée"),
        Severity.MAJOR,
        LawFile.CLOCKS,
        "refusal.coded",
        5,
        N_("refus"),
    ),
    CaseFault.REFUSED_IN_TIME: FaultGround(
        N_("Refusée pour retard alors qu'elle était dans le délai"),
        Severity.CRITICAL,
        LawFile.PERIODS,
        "exercise.sent",
        5,
        N_("refus pour retard"),
    ),
    CaseFault.EXCEPTION_DOUBTFUL: FaultGround(
        N_("Exception invoquée incompatible avec le contrat"),
        Severity.MAJOR,
        LawFile.EXCEPTIONS,
        "exception.{}",
        5,
        N_("refus qui invoquent une exception"),
    ),
    CaseFault.LATE_REFUND: FaultGround(
        N_("Remboursement tardif"),
        Severity.MAJOR,
        LawFile.CLOCKS,
        "refund.due",
        6,
        N_("rétractations acceptées et remboursées, dont le terme est connu"),
    ),
    CaseFault.NO_REFUND: FaultGround(
        N_("Remboursement absent après le terme"),
        Severity.CRITICAL,
        LawFile.CLOCKS,
        "refund.due",
        6,
        N_("rétractations acceptées, remboursées ou dont le terme est passé"),
    ),
    CaseFault.PARTIAL_REFUND: FaultGround(
        N_("Remboursement partiel"),
        Severity.MAJOR,
        LawFile.CLOCKS,
        "refund.due",
        6,
        N_("rétractations acceptées et remboursées, dont le terme est passé et la somme connue"),
    ),
}


class CallFault(SampleFault):
    """A fault of an outbound call."""

    NO_CONSENT = "no-consent"
    CONSENT_AFTER_CALL = "consent-after-call"
    CONSENT_UNPROVED = "consent-unproved"
    CALLED_AFTER_WITHDRAWAL = "called-after-withdrawal"
    LATE_SUPPRESSION = "late-suppression"
    BANNED_SECTOR = "banned-sector"
    BANNED_TRAINING = "banned-training"
    CALL_ON_DAY_OFF = "call-on-day-off"
    CALL_OUT_OF_HOURS = "call-out-of-hours"
    CALLED_TOO_OFTEN = "called-too-often"
    CALLED_AFTER_REFUSAL = "called-after-refusal"


CALL_GROUNDS: Mapping[CallFault, FaultGround] = {
    CallFault.NO_CONSENT: FaultGround(
        N_("Appel sans accord préalable"),
        Severity.CRITICAL,
        LawFile.TELEPHONE,
        "calls.consent",
        9,
        N_("appels hors contrat en cours, depuis que l'accord est exigé"),
    ),
    CallFault.CONSENT_AFTER_CALL: FaultGround(
        N_("Accord recueilli après l'appel"),
        Severity.CRITICAL,
        LawFile.TELEPHONE,
        "calls.consent",
        9,
        N_("appels où l'accord est exigé et daté"),
    ),
    CallFault.CONSENT_UNPROVED: FaultGround(
        N_("Accord sans preuve de qui l'a recueilli ou par quels mots"),
        Severity.MAJOR,
        LawFile.TELEPHONE,
        "calls.proof",
        9,
        N_("appels où l'accord est exigé et daté"),
    ),
    CallFault.CALLED_AFTER_WITHDRAWAL: FaultGround(
        N_("Appel après opposition ou retrait de l'accord"),
        Severity.CRITICAL,
        LawFile.TELEPHONE,
        "calls.suppression",
        9,
        N_("appels à des personnes qui se sont opposées ou ont retiré leur accord"),
    ),
    CallFault.LATE_SUPPRESSION: FaultGround(
        N_("Numéro bloqué trop tard"),
        Severity.MAJOR,
        LawFile.TELEPHONE,
        "calls.suppression",
        9,
        N_("oppositions et retraits suivis d'un blocage, ou dont le délai est passé"),
    ),
    CallFault.BANNED_SECTOR: FaultGround(
        N_("Démarchage interdit : rénovation énergétique ou adaptation du logement"),
        Severity.CRITICAL,
        LawFile.TELEPHONE,
        "calls.renovation",
        9,
        N_("appels de ce secteur, depuis que l'interdiction y vaut"),
    ),
    CallFault.BANNED_TRAINING: FaultGround(
        N_("Démarchage interdit : compte personnel de formation"),
        Severity.CRITICAL,
        LawFile.TELEPHONE,
        "calls.training",
        9,
        N_("appels à des titulaires d'un compte de formation, depuis l'interdiction"),
    ),
    CallFault.CALL_ON_DAY_OFF: FaultGround(
        N_("Appel un samedi, un dimanche ou un jour férié"),
        Severity.MAJOR,
        LawFile.TELEPHONE,
        "calls.days",
        14,
        N_("tous les appels depuis le 1er mars 2023"),
    ),
    CallFault.CALL_OUT_OF_HOURS: FaultGround(
        N_("Appel en dehors des heures permises"),
        Severity.MAJOR,
        LawFile.TELEPHONE,
        "calls.hours",
        14,
        N_("appels dont on sait l'heure"),
    ),
    CallFault.CALLED_TOO_OFTEN: FaultGround(
        N_("Plus de quatre appels en trente jours"),
        Severity.MAJOR,
        LawFile.TELEPHONE,
        "calls.frequency",
        14,
        N_("appels dont on sait combien les ont précédés en trente jours"),
    ),
    CallFault.CALLED_AFTER_REFUSAL: FaultGround(
        N_("Rappel moins de soixante jours après un refus"),
        Severity.MAJOR,
        LawFile.TELEPHONE,
        "calls.rest",
        14,
        N_("appels à des personnes qui avaient refusé"),
    ),
}

_EVERY_GROUND = dict[SampleFault, FaultGround]([*GROUNDS.items(), *CALL_GROUNDS.items()])


def stages_of_faults() -> Mapping[str, str]:
    """The stage of the relation with consumers that each fault belongs to.

    What a consumer is told beforehand and calls made to offer something come before the sale; a withdrawal, after it.
    """
    before = {CaseFault.MISSING_INFORMATION, CaseFault.LATE_INFORMATION, *CallFault}
    return {fault: RelationStage.BEFORE if fault in before else RelationStage.AFTER for fault in _EVERY_GROUND}
