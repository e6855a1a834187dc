"""The answer to « what if »: the same for the command and for the page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from portal.authz.context import Context
from portal.chain import queries
from portal.chain.queries import ChainReach, ChainWorld, NamedThing
from portal.chain.rules.law_file import LawFile, LegalDelay, countries_lost, day_of_effect, read_law, under_law
from portal.chain.rules.persons import PersonCount, persons_of
from portal.chain.rules.what_if import ChainNode, Reached, if_companies_fail, if_not_adequate
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import Atlas, adequacy, in_eea, parse_country
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
    nodes: Sequence[NamedThing]
    activities: list[NamedThing]
    contracts: list[NamedThing]
    notes: tuple[Sentence, ...] = ()
    depths: Mapping[str, int] = field(default_factory=dict)
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

    @cached_property
    def bare_contracts(self) -> frozenset[NamedThing]:
        """The contracts without a fallback, to be asked one by one."""
        return frozenset(self.without_fallback)

    @property
    def persons(self) -> PersonCount:
        """How many people it is about."""
        return persons_of(self.volumes.values())

    @property
    def persons_told(self) -> Sentence:
        """The same, in a sentence."""
        return persons_words(self.persons)

    @property
    def is_nobody(self) -> bool:
        """Whether nothing at all is reached."""
        return not (self.vendors or self.nodes or self.contracts or self.activities)


def answer_of(ctx: Context, world: ChainWorld, question: Question) -> WhatIf:
    """Answer a question; raises Refused for a country or a law that is none. Nothing is written."""
    if question.law is not None:
        return answer_to_law(ctx, world, read_law(question.law))
    if question.country:
        return _if_country(ctx, world, question.country)
    reach = world.reaches.get(question.knots, lambda: _if_companies(world, question.knots))
    vendors = queries.vendors_numbered(ctx, reach.vendor_ids | question.vendor_ids)
    contracts = queries.contracts_with(ctx, vendors.keys())
    planned = queries.vendors_with_exit_plan(ctx, vendors.keys())
    bare = [one for one, vendor_id in contracts.items() if vendor_id not in planned]
    return replace(_told(ctx, reach, vendors, contracts), without_fallback=bare)


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
    reach = world.reaches.get(code, lambda: _if_lost(world, [code], atlas(), ctx.today))
    found = _standing(ctx, reach)
    return replace(found, without_fallback=found.contracts, countries=(code,), notes=tuple(notes))


def answer_to_law(ctx: Context, world: ChainWorld, law: LawFile) -> WhatIf:
    """Who a law to come reaches, once all that it changes has happened."""
    lost = countries_lost(atlas(), law, ctx.today)
    on = day_of_effect(law, ctx.today)
    reach = world.reaches.get(("law", law.digest), lambda: _if_lost(world, lost, under_law(atlas(), law), on))
    notes = [say("%(title)s : effet au %(day)s.", title=law.title, day=on.isoformat())]
    if lost:
        notes.append(say("Pays moins couverts qu'aujourd'hui : %(codes)s.", codes=", ".join(lost)))
    found = _standing(ctx, reach)
    found = replace(found, without_fallback=found.contracts, countries=lost, delays=law.delays, notes=tuple(notes))
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
        "%(old)s h deviennent %(new)s h. Contrats en vigueur qui écrivent %(old)s h ou plus : %(written)s ; sans délai "
        "lu ici : %(unread)s ; qui écrivent moins et tiennent : %(others)s.",
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


def _if_companies(world: ChainWorld, knots: frozenset[int]) -> ChainReach:
    reached = if_companies_fail(world.graph, knots)
    return _reach(world, reached, [node for node in world.named(reached.dependants) if node.knot not in knots])


def _if_lost(world: ChainWorld, countries: Sequence[str], law: Atlas, on: date) -> ChainReach:
    reached = if_not_adequate(world.graph, world.placed(countries), countries, law, on)
    return _reach(world, reached, world.named(reached.everyone))


def _reach(world: ChainWorld, reached: Reached, nodes: Sequence[ChainNode]) -> ChainReach:
    return ChainReach(
        nodes=[NamedThing(node.key, node.name) for node in nodes],
        depths={node.key: reached.dependants.get(node.knot, 0) for node in nodes},
        struck=reached.struck,
        vendor_ids=frozenset(
            node.vendor_id for node in world.named(reached.everyone) if node.vendor_id is not None
        ),
    )  # fmt: skip


def _standing(ctx: Context, reach: ChainReach) -> WhatIf:
    """What stands behind all that is reached, each read once."""
    vendors = queries.vendors_numbered(ctx, reach.vendor_ids)
    return _told(ctx, reach, vendors, queries.contracts_with(ctx, vendors.keys()))


def _told(
    ctx: Context, reach: ChainReach, vendors: Mapping[int, NamedThing], contracts: Iterable[NamedThing]
) -> WhatIf:
    volumes = queries.activities_with(ctx, vendors.keys())
    return WhatIf(
        vendors=_merged(vendors.values()),
        nodes=reach.nodes,
        vendor_ids=frozenset(vendors),
        activities=list(volumes),
        volumes=volumes,
        contracts=list(contracts),
        struck=reach.struck,
        depths=reach.depths,
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
        if count.unsaid == 1:
            return say("Personnes : %(how)s ; une fiche n'en dit pas le nombre.", how=told)
        return say("Personnes : %(how)s ; %(unsaid)s fiches n'en disent pas le nombre.", how=told, unsaid=count.unsaid)
    return say("Personnes : %(how)s, d'après le registre.", how=told)
