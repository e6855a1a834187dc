"""The answer to « what if »: the same for the command and for the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from portal.authz.context import Context
from portal.chain import queries
from portal.chain.queries import ChainWorld, NamedThing
from portal.chain.rules.law_file import LawFile, LegalDelay, countries_lost, day_of_effect, read_law, under_law
from portal.chain.rules.persons import PersonCount, persons_of
from portal.chain.rules.what_if import ChainNode, Reached, if_companies_fail, if_not_adequate
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import adequacy, in_eea, parse_country
from portal.vendors.rules.facts import Volume


@dataclass(frozen=True)
class Question:
    """What is supposed: companies that fail, a country no longer adequate, or a law."""

    knots: frozenset[int] = frozenset()
    vendor_ids: frozenset[int] = frozenset()
    """Vendors that fail, whether or not the chain knows them."""
    country: str = ""
    law: bytes | None = None


@dataclass(frozen=True)
class WhatIf:
    """Who is reached. Of a company that fails, `nodes` holds those that depend on it and not itself; of a country,
    those that work there on no other ground too.
    """

    vendors: list[NamedThing]
    nodes: list[NamedThing]
    activities: list[NamedThing]
    contracts: list[NamedThing]
    notes: tuple[Sentence, ...] = ()
    depths: dict[str, int] = field(default_factory=dict)
    """Steps from each of these companies, by key, to where it begins."""
    without_fallback: list[NamedThing] = field(default_factory=list)
    """Those of the contracts for which nothing is recorded that would take over: no other ground for a transfer, no
    exit plan that was accepted when a company fails, no delay of their own when the law's changes."""
    volumes: Mapping[NamedThing, Volume] = field(default_factory=dict)
    """How many people each of the activities is about."""
    vendor_ids: frozenset[int] = frozenset()
    """Those vendors, by number."""
    struck: frozenset[int] = frozenset()
    """The companies where it begins, by the number that stands for their names."""
    countries: tuple[str, ...] = ()
    """The countries that are no longer adequate."""
    delays: tuple[LegalDelay, ...] = ()

    @property
    def persons(self) -> PersonCount:
        """How many people it is about."""
        return persons_of(self.volumes.values())


def answer_of(ctx: Context, world: ChainWorld, question: Question) -> WhatIf:
    """Answer a question; raises Refused for a country or a law that is none. Nothing is written."""
    if question.law is not None:
        return answer_to_law(ctx, world, read_law(question.law))
    if question.country:
        return _if_country(ctx, world, question.country)
    reached = if_companies_fail(world.graph, question.knots)
    nodes = [node for node in world.named(reached.dependants) if node.knot not in reached.struck]
    found = _told(ctx, world, reached, nodes, question.vendor_ids)
    planned = queries.vendors_with_exit_plan(ctx, found.vendor_ids)
    contracts = queries.contracts_with(ctx, found.vendor_ids)
    return replace(found, without_fallback=[one for one in found.contracts if contracts[one] not in planned])


def _if_country(ctx: Context, world: ChainWorld, typed: str) -> WhatIf:
    code = parse_country(typed, atlas())
    if isinstance(code, Sentence):
        raise Refused(code)
    if not code:
        raise Refused(say("Donnez un pays."))
    notes = []
    if in_eea(code, atlas(), ctx.today):
        notes.append(
            say("%(code)s est dans l'Espace économique européen : rien n'y repose sur une décision.", code=code)
        )
    elif adequacy(code, atlas(), ctx.today) is None:
        notes.append(
            say("Aucune décision d'adéquation ne couvre %(code)s : la liste est celle d'aujourd'hui.", code=code)
        )
    reached = if_not_adequate(world.graph, world.placed([code]), [code], atlas(), ctx.today)
    found = _told(ctx, world, reached, world.named(reached.everyone), frozenset(), tuple(notes))
    return replace(found, without_fallback=found.contracts, countries=(code,))


def answer_to_law(ctx: Context, world: ChainWorld, law: LawFile) -> WhatIf:
    """Who a law to come reaches, once all that it changes has happened."""
    lost = countries_lost(atlas(), law, ctx.today)
    on = day_of_effect(law, ctx.today)
    reached = if_not_adequate(world.graph, world.placed(lost), lost, under_law(atlas(), law), on)
    notes = [say("%(title)s : effet au %(day)s.", title=law.title, day=on.isoformat())]
    if lost:
        notes.append(say("Pays moins couverts qu'aujourd'hui : %(codes)s.", codes=", ".join(lost)))
    found = _told(ctx, world, reached, world.named(reached.everyone), frozenset(), tuple(notes))
    found = replace(found, without_fallback=found.contracts, countries=lost, delays=law.delays)
    for delay in law.delays:
        found = _with_delay(ctx, found, delay)
    return found


def _with_delay(ctx: Context, found: WhatIf, delay: LegalDelay) -> WhatIf:
    """The answer with the contracts in force that a new delay reaches, and their vendors.

    Reached: those that write the delay that is replaced or a longer one, and those of which no delay was read. One that
    writes a shorter delay holds before and after.
    """
    notices = queries.breach_notices(ctx)
    unread = [one for one in notices if one.hours is None]
    written = [one for one in notices if one.hours is not None and one.hours >= delay.replaces]
    reached = [*written, *unread]
    vendors = queries.vendors_numbered(ctx, frozenset(one.vendor_id for one in reached))
    note = say(
        "%(old)s h deviennent %(new)s h : %(written)s contrats en vigueur écrivent %(old)s h ou plus, %(unread)s n'ont "
        "pas de délai lu ici, %(others)s écrivent moins et tiennent.",
        old=delay.replaces, new=delay.hours, written=len(written), unread=len(unread),
        others=len(notices) - len(reached),
    )  # fmt: skip
    volumes = {**found.volumes, **queries.activities_with(ctx, vendors.keys())}
    return replace(
        found,
        vendors=_merged([*found.vendors, *vendors.values()]),
        vendor_ids=found.vendor_ids | vendors.keys(),
        activities=_merged(volumes),
        volumes=volumes,
        contracts=_merged([*found.contracts, *(one.contract for one in reached)]),
        without_fallback=_merged([*found.without_fallback, *(one.contract for one in unread)]),
        notes=(*found.notes, note),
    )


def _merged(things: Iterable[NamedThing]) -> list[NamedThing]:
    return sorted(dict.fromkeys(things), key=lambda one: (one.name, one.key))


def _told(
    ctx: Context,
    world: ChainWorld,
    reached: Reached,
    nodes: list[ChainNode],
    vendor_ids: frozenset[int],
    notes: tuple[Sentence, ...] = (),
) -> WhatIf:
    vendors = queries.vendors_behind(ctx, world.named(reached.everyone))
    vendors |= queries.vendors_numbered(ctx, vendor_ids - vendors.keys())
    volumes = queries.activities_with(ctx, vendors.keys())
    return WhatIf(
        vendors=_merged(vendors.values()),
        nodes=[NamedThing(node.key, node.name) for node in nodes],
        vendor_ids=frozenset(vendors),
        activities=list(volumes),
        volumes=volumes,
        contracts=list(queries.contracts_with(ctx, vendors.keys())),
        struck=reached.struck,
        notes=notes,
        depths={node.key: reached.dependants.get(node.knot, 0) for node in nodes},
    )


def persons_words(count: PersonCount) -> Sentence:
    """How many people it is about, in a sentence."""
    if count == PersonCount():
        return say("Personnes : aucune fiche du registre n'en dépend.")
    least = Decimal(count.at_least)
    told = say("au moins %(least)s", least=least)
    if count.at_most is not None:
        told = say("de %(least)s à %(most)s", least=least, most=Decimal(count.at_most))
    if count.unsaid:
        return say(
            "Personnes : %(how)s ; %(unsaid)s fiche(s) n'en disent pas le nombre.", how=told, unsaid=count.unsaid
        )
    return say("Personnes : %(how)s, d'après le registre.", how=told)
