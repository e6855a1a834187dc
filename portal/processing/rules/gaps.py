"""What a line of the register lacks: nothing is complete with a field that says nothing."""

from collections.abc import Callable, Iterator

from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say
from portal.processing.rules.impact import ImpactNeed
from portal.processing.rules.sheets import (
    ControllerSheet,
    LegalBasis,
    ProcessorSheet,
    RecordSheet,
    Safeguard,
    Sheet,
    StatedTransfer,
)
from portal.processing.rules.words import is_same_text, is_time_limit, says_something
from portal.vendors.rules.facts import Exposure

ExposureOf = Callable[[str], Exposure]
"""What chapter V makes of a country on the day, by its ISO 3166 code."""
SHORTEST_NAME = 2
"""Letters of a team: « RH » is one."""
_BASIS_TO_EXPLAIN = {
    LegalBasis.LAW: N_("Dites quel texte oblige à ce traitement."),
    LegalBasis.PUBLIC: N_("Dites quelle mission, confiée par quel texte."),
    LegalBasis.INTEREST: N_("Dites quel intérêt est poursuivi."),
}


@dataclass(frozen=True)
class LinkedUse:
    """A service of a processor that a line rests on, as far as transfers go."""

    vendor: str
    service: str
    countries: tuple[str, ...]
    """Codes of the places that are outside the European Economic Area; none when nobody said where the data are."""
    is_framed: bool
    """Whether something frames the transfer there (art. 45 to 49)."""


@dataclass(frozen=True)
class Gap:
    """Something that a line lacks: the field that would say it, and what to do."""

    field: str
    sentence: Sentence


def gaps_of(
    sheet: Sheet, *, need: ImpactNeed | None, links: tuple[LinkedUse, ...], has_links: bool, exposure_of: ExposureOf
) -> tuple[Gap, ...]:
    """Everything that keeps a line from being complete, in the order of its form.

    `need` is what its criteria say of an impact assessment (controllers only); `links` are the services linked that
    reach outside the EEA, or of which nobody said where; `has_links` whether any service is linked at all.
    """
    if isinstance(sheet, ControllerSheet):
        return (*_controller(sheet, need, has_links=has_links), *_common(sheet, links, exposure_of))
    return (*_processor(sheet), *_common(sheet, links, exposure_of))


def _gap(field: str, text: str, /, **values: object) -> Gap:
    return Gap(field, Sentence(text, values))


def _controller(sheet: ControllerSheet, need: ImpactNeed | None, *, has_links: bool) -> Iterator[Gap]:
    if not says_something(sheet.purpose):
        yield _gap("purpose", N_("Dites à quoi sert ce traitement (art. 30-1 b)."))
    elif is_same_text(sheet.purpose, sheet.name):
        yield _gap("purpose", N_("La finalité répète le nom : dites pourquoi les données sont utilisées."))
    yield from _basis(sheet)
    if not sheet.subjects:
        yield _gap("subjects", N_("Dites de qui sont les données (art. 30-1 c)."))
    yield from _data(sheet)
    if not has_links and not any(says_something(one, fewest=SHORTEST_NAME) for one in sheet.recipients):
        yield _gap("internal_recipients", N_("Dites qui reçoit les données, dans la maison ou dehors (art. 30-1 d)."))
    if need is ImpactNeed.UNKNOWN:
        yield _gap("criteria_seen", N_("Passez en revue les critères de l'analyse d'impact (art. 35)."))
    if need is ImpactNeed.REQUIRED:
        yield _gap("assessed_on", N_("L'analyse d'impact est requise : donnez le jour où elle a été faite."))


def _data(sheet: ControllerSheet) -> Iterator[Gap]:
    if not sheet.data:
        yield _gap("data", N_("Aucune catégorie de données : dites lesquelles (art. 30-1 c)."))
    for one in sheet.data:
        name, key = Sentence(one.category.label), one.category.value
        if not says_something(one.details):
            yield Gap(f"data_{key}", say("%(category)s : dites quelles données.", category=name))
        if not is_time_limit(one.retention):
            told = say(
                "%(category)s : dites quand elles sont effacées, par une durée ou un événement (art. 30-1 f).",
                category=name,
            )
            yield Gap(f"retention_{key}", told)


def _basis(sheet: ControllerSheet) -> Iterator[Gap]:
    if sheet.legal_basis is None:
        yield _gap("legal_basis", N_("Dites sur quelle base légale il repose (art. 6)."))
    elif sheet.legal_basis in _BASIS_TO_EXPLAIN and not says_something(sheet.basis_details):
        yield _gap("basis_details", _BASIS_TO_EXPLAIN[sheet.legal_basis])


def _processor(sheet: ProcessorSheet) -> Iterator[Gap]:
    if not sheet.controllers:
        yield _gap("controllers", N_("Dites pour quels responsables de traitement (art. 30-2 a)."))
    for one in sheet.controllers:
        if not says_something(one.name) or not says_something(one.contact):
            told = say("« %(name)s » : donnez son nom et ses coordonnées (art. 30-2 a).", name=one.name or "–")
            yield Gap("controllers", told)
    meaningful = [one for one in sheet.operations if says_something(one) and not is_same_text(one, sheet.name)]
    if not meaningful:
        yield _gap("operations", N_("Dites ce qui est fait pour eux, opération par opération (art. 30-2 b)."))


def _common(sheet: RecordSheet, links: tuple[LinkedUse, ...], exposure_of: ExposureOf) -> Iterator[Gap]:
    for one in sheet.transfers:
        yield from _transfer(one, exposure_of)
    for use in links:
        if not use.countries:
            told = say("%(who)s, « %(what)s » : dites où sont les données.", who=use.vendor, what=use.service)
            yield Gap("services", told)
        elif not use.is_framed:
            told = say(
                "%(vendor)s, « %(service)s », hors de l'Espace économique européen : rien n'encadre ce transfert.",
                vendor=use.vendor, service=use.service,
            )  # fmt: skip
            yield Gap("services", told)
    if not says_something(sheet.technical_measures) and not says_something(sheet.organisational_measures):
        yield _gap("technical_measures", N_("Décrivez les mesures de sécurité (art. 32)."))


def _transfer(one: StatedTransfer, exposure_of: ExposureOf) -> Iterator[Gap]:
    if not one.country:
        yield Gap("transfers", say("Transfert vers « %(name)s » : dites dans quel pays.", name=one.recipient))
        return
    exposure = exposure_of(one.country)
    if exposure is not Exposure.EEA and one.safeguard is None:
        yield Gap("transfers", say("Transfert vers « %(name)s » : dites ce qui l'encadre.", name=one.recipient))
    if one.safeguard is Safeguard.ADEQUACY and exposure is Exposure.THIRD_COUNTRY:
        told = say("Transfert vers « %(name)s » : aucune décision d'adéquation ne couvre ce pays.", name=one.recipient)
        yield Gap("transfers", told)
