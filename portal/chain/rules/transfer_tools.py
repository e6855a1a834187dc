"""What may carry data to a country outside the European Economic Area, and whether it does (RGPD art. 44 to 49)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from portal.core.dataclass import dataclass
from portal.core.language import N_
from portal.vendors.rules.countries import Adequacy, Atlas, adequacy, in_eea
from portal.vendors.rules.facts import Labelled


class TransferTool(Labelled):
    """The ground of a transfer; nobody has said when it is unknown."""

    UNKNOWN = "inconnu", N_("Personne ne l'a dit")
    ADEQUACY = "adequation", N_("Décision d'adéquation, société dans son champ (art. 45)")
    CLAUSES = "clauses", N_("Clauses contractuelles types (art. 46(2)(c))")
    RULES = "regles", N_("Règles d'entreprise contraignantes (art. 47)")
    CODE = "code", N_("Code de conduite ou certification (art. 46(2)(e) et (f))")
    DEROGATION = "derogation", N_("Dérogation (art. 49)")
    NONE = "aucun", N_("Aucun outil")

    @property
    def stands_alone(self) -> bool:
        """Whether it carries data without any decision of the Commission on the country."""
        return self not in (TransferTool.UNKNOWN, TransferTool.ADEQUACY, TransferTool.NONE)

    @property
    def needs_assessment(self) -> bool:
        """Whether the law of the country is assessed first (CNIL, « AITD » of 31 January 2025): art. 46, 47."""
        return self in (TransferTool.CLAUSES, TransferTool.RULES, TransferTool.CODE)


class ClauseModule(Labelled):
    """Module of the standard contractual clauses (decision (EU) 2021/914)."""

    UNKNOWN = "", N_("Sans module")
    ONE = "m1", N_("Module 1 : responsable à responsable")
    TWO = "m2", N_("Module 2 : responsable à sous-traitant")
    THREE = "m3", N_("Module 3 : sous-traitant à sous-traitant")
    FOUR = "m4", N_("Module 4 : sous-traitant à responsable")


class TransferStanding(Labelled):
    """What a transfer comes to on a day."""

    INSIDE = "eee", N_("Dans l'Espace économique européen")
    ADEQUATE = "adequat", N_("Couvert par une décision d'adéquation")
    FRAMED = "encadre", N_("Encadré par un outil")
    BARE = "sans_outil", N_("Hors de l'EEE sans outil")
    """The red ones."""


@dataclass(frozen=True)
class TransferGround:
    """What is recorded of the transfers of a company to a country."""

    country: str
    tool: TransferTool = TransferTool.UNKNOWN
    fallback: TransferTool = TransferTool.UNKNOWN
    """What would carry the data if the tool fell."""

    @property
    def tools(self) -> tuple[TransferTool, ...]:
        """The tool and what would take its place."""
        return (self.tool, self.fallback)


NOTHING_SAID = TransferGround("")


def standing_of(country: str, ground: TransferGround, atlas: Atlas, on: date) -> TransferStanding:
    """What sending data to a country comes to on a day.

    A decision that covers only some organisations (United States: those certified under the Data Privacy Framework)
    covers nobody until somebody has said that the company is within its scope. A fallback that is recorded is held to
    be in force: it is what the clauses say today.
    """
    if in_eea(country, atlas, on):
        return TransferStanding.INSIDE
    decision = adequacy(country, atlas, on)
    if decision is not None and (not decision.partial or TransferTool.ADEQUACY in ground.tools):
        return TransferStanding.ADEQUATE
    if any(tool.stands_alone for tool in ground.tools):
        return TransferStanding.FRAMED
    return TransferStanding.BARE


def standing_among(country: str, grounds: Iterable[TransferGround], atlas: Atlas, on: date) -> TransferStanding:
    """What sending data to a company in a country comes to, from what its names have: a tool under one holds for all.

    >>> from portal.vendors.reference import atlas
    >>> clauses = TransferGround("IN", TransferTool.CLAUSES)
    >>> str(standing_among("IN", [TransferGround("IN"), clauses], atlas(), date(2026, 11, 24)))
    'encadre'
    """
    there = [ground for ground in grounds if ground.country == country]
    if not there:
        return standing_of(country, NOTHING_SAID, atlas, on)
    order = list(TransferStanding)
    return min((standing_of(country, ground, atlas, on) for ground in there), key=order.index)


def rests_on_adequacy(country: str, ground: TransferGround, atlas: Atlas, on: date) -> bool:
    """Whether nothing would carry the data to this country if no decision covered it: neither its place in the EEA nor
    a tool of another kind.
    """
    return not in_eea(country, atlas, on) and not any(tool.stands_alone for tool in ground.tools)


def worst(standings: Iterable[TransferStanding]) -> TransferStanding | None:
    """The farthest from a lawful ground; none when no place is known."""
    return max(standings, key=list(TransferStanding).index, default=None)


def decisions_for(country: str, atlas: Atlas) -> Iterator[Adequacy]:
    """The adequacy decisions on a country, past and present, with their dates and scope."""
    return (decision for decision in atlas.adequacy if decision.code == country)


def grounds_by_country(grounds: Sequence[TransferGround]) -> dict[str, TransferGround]:
    """What is recorded, by country; the last word on a country counts."""
    return {ground.country: ground for ground in grounds}
