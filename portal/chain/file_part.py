"""What the chain puts in the file for the authority: every processor below a vendor, and what carries its transfers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import or_, select

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.chain.company_page import best_ground
from portal.chain.models import ChainCompany, ChainLink, ChainTransfer, NameJudgement, NameVerdict
from portal.chain.rules.graph import graph_of, knots
from portal.chain.rules.transfer_tools import TransferStanding
from portal.core.dataclass import dataclass
from portal.core.history import PastRows, rows_as_of
from portal.core.language import N_, Sentence, say
from portal.vendors.place_names import place_name
from portal.web.file_parts import FileCell, FilePart, FileScope, FileTable, PartContent, unknown_before

MOST_COMPANIES = 2000


@dataclass(frozen=True)
class _Link:
    engaging_id: int
    engaged_id: int
    service: str
    countries: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class _PastChain:
    """The companies below the vendors of a file, each with its depth, as they stood that day."""

    companies: PastRows
    links: Sequence[_Link]
    depths: Mapping[int, int]
    """Steps from the nearest vendor of the file, by number of company: 1 for those it engages itself."""
    roots: frozenset[int]
    left_out: int
    company_of: Mapping[int, int]
    """By name, the one that stands for its company."""


def chain_content(ctx: Context, scope: FileScope) -> PartContent:
    """The chain and its transfers, with every node that lacks what EDPB opinion 22/2024 wants at hand."""
    chain = _past_chain(ctx, scope)
    below = [one for one in chain.companies.rows if one.id in chain.depths]
    transfers = rows_as_of(ctx.session, ChainTransfer, scope.before, parents=chain.depths.keys())
    recorded: dict[int, list[ChainTransfer]] = defaultdict(list)
    for row in transfers.rows:
        recorded[chain.company_of[row.company_id]].append(row)
    grounds = {name: recorded[chain.company_of[name]] for name in chain.depths}
    gaps = [
        *unknown_before(chain.companies, say("Chaîne de sous-traitance")),
        *unknown_before(transfers, say("Outils de transfert")),
    ]
    if chain.left_out:
        gaps.append(say("Chaîne trop longue pour ce dossier : %(count)s de ses sociétés ne sont pas listées.",
                        count=chain.left_out))  # fmt: skip
    if chain.companies.is_known and not below:
        gaps.append(say("Aucun sous-traitant ultérieur n'est connu dans la chaîne ce jour-là."))
    places = _places(chain)
    return PartContent(
        tables=(_nodes(below, chain, scope), _links_table(chain, scope), _transfers(below, places, grounds, scope)),
        gaps=(*gaps, *_missing(below), *_bare(below, places, grounds, scope)),
    )


def _past_chain(ctx: Context, scope: FileScope) -> _PastChain:
    """Names are joined by the judgements that stood that day; links are those that were said."""
    standing = (ChainLink.valid_from <= scope.on) & or_(
        ChainLink.valid_until.is_(None), ChainLink.valid_until > scope.on
    )
    columns = (ChainLink.engaging_id, ChainLink.engaged_id, ChainLink.service, ChainLink.countries, ChainLink.source)
    links = [
        _Link(a, b, service, tuple(countries.split()), source)
        for a, b, service, countries, source in ctx.session.execute(
            select(*columns).where(standing).order_by(ChainLink.id)
        )
    ]
    judged = (NameJudgement.verdict == NameVerdict.SAME) & (NameJudgement.decided_at < scope.before)
    undone = or_(NameJudgement.undone_at.is_(None), NameJudgement.undone_at >= scope.before)
    same = ctx.session.execute(select(NameJudgement.one_id, NameJudgement.other_id).where(judged, undone)).all()
    behind = rows_as_of(ctx.session, ChainCompany, scope.before, parents=scope.vendor_ids)
    names = {one.engaging_id for one in links} | {one.engaged_id for one in links} | {n for pair in same for n in pair}
    names |= {one.id for one in behind.rows}
    of_name = knots(names, same)
    roots = {of_name[one.id] for one in behind.rows}
    found = graph_of(((one.engaging_id, one.engaged_id) for one in links), of_name).suppliers(sorted(roots))
    members = sorted(
        (found[of_name[name]], name) for name in names if of_name[name] in found and of_name[name] not in roots
    )
    depths = {name: depth for depth, name in members[:MOST_COMPANIES]}
    own = {name for name in names if of_name[name] in roots}
    companies = rows_as_of(ctx.session, ChainCompany, scope.before, row_ids=[*depths, *own])
    shown = [one for one in links if one.engaged_id in depths and one.engaging_id in {*depths, *own}]
    left_out = max(0, len(members) - MOST_COMPANIES)
    return _PastChain(companies if behind.is_known else behind, shown, depths, frozenset(own), left_out, of_name)


def _places(chain: _PastChain) -> Mapping[int, tuple[str, ...]]:
    """Where each company works: where it is established, and what the links that lead to it say."""
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for one in chain.companies.rows:
        if one.country:
            found[one.id][one.country] = None
    for link in chain.links:
        found[link.engaged_id].update(dict.fromkeys(link.countries))
    return {number: tuple(codes) for number, codes in found.items()}


def _nodes(below: Sequence[ChainCompany], chain: _PastChain, scope: FileScope) -> FileTable:
    rows = sorted(below, key=lambda one: (chain.depths[one.id], one.name, one.id))
    return FileTable(
        name="chaine", title=N_("Sous-traitants ultérieurs, à toute profondeur"), as_records=True,
        columns=(N_("Nom"), N_("Rang"), N_("Adresse"), N_("Contact"), N_("Pays"), N_("Ce qui est traité"),
                 N_("Source")),
        rows=tuple(
            (one.name, chain.depths[one.id], one.address or None, one.contact or None,
             place_name(one.country, scope.language) or None, one.processing or None, one.source)
            for one in rows
        ),
    )  # fmt: skip


def _links_table(chain: _PastChain, scope: FileScope) -> FileTable:
    names = {one.id: one.name for one in chain.companies.rows}
    return FileTable(
        name="liens", title=N_("Qui fait appel à qui"),
        columns=(N_("Qui fait appel"), N_("À qui"), N_("Pour quoi"), N_("Où"), N_("Source")),
        rows=tuple(
            (names.get(one.engaging_id), names.get(one.engaged_id), one.service or None,
             ", ".join(place_name(code, scope.language) for code in one.countries) or None, one.source)
            for one in chain.links
        ),
    )  # fmt: skip


Grounds = Mapping[int, Sequence[ChainTransfer]]
"""By name, what was recorded of the transfers to its company, under that name or another."""


def _outside(
    below: Sequence[ChainCompany], places: Mapping[int, tuple[str, ...]], grounds: Grounds, scope: FileScope
) -> Iterator[tuple[ChainCompany, str, ChainTransfer | None, TransferStanding]]:
    for one in below:
        for code in places.get(one.id, ()):
            found, ground = best_ground(code, grounds[one.id], scope.on)
            if found is not TransferStanding.INSIDE:
                yield one, code, ground, found


def _transfers(
    below: Sequence[ChainCompany], places: Mapping[int, tuple[str, ...]], grounds: Grounds, scope: FileScope
) -> FileTable:
    return FileTable(
        name="transferts", title=N_("Transferts hors de l'Espace économique européen"), as_records=True,
        columns=(
            N_("Société"), N_("Pays"), N_("Ce qu'il en est ce jour-là"), N_("Outil de transfert"),
            N_("Module des clauses"), N_("Importateur"), N_("Importateur soumis au RGPD (art. 3(2))"),
            N_("Analyse du droit du pays, le"), N_("Conclusion de l'analyse"), N_("Outil de repli"),
        ),
        rows=tuple(
            (one.name, place_name(code, scope.language), Sentence(found.label), *_ground(ground))
            for one, code, ground, found in _outside(below, places, grounds, scope)
        ),
    )  # fmt: skip


def _ground(ground: ChainTransfer | None) -> tuple[FileCell, ...]:
    if ground is None:
        return (None,) * 7
    return (
        Sentence(ground.tool.label), Sentence(ground.module.label), ground.importer, ground.is_subject_to_rgpd,
        ground.assessed_on, ground.assessment or None, Sentence(ground.fallback.label),
    )  # fmt: skip


def _missing(below: Sequence[ChainCompany]) -> Iterator[Sentence]:
    for one in below:
        if not (one.address and one.contact and one.country and one.processing):
            yield say("%(name)s : adresse, contact, pays ou traitement inconnu (avis CEPD 22/2024).", name=one.name)


def _bare(
    below: Sequence[ChainCompany], places: Mapping[int, tuple[str, ...]], grounds: Grounds, scope: FileScope
) -> Iterator[Sentence]:
    for one, code, _ground_held, found in _outside(below, places, grounds, scope):
        if found is TransferStanding.BARE:
            yield say("%(name)s, %(country)s : transfert sans outil connu ce jour-là.", name=one.name,
                      country=place_name(code, scope.language))  # fmt: skip


PARTS = (
    FilePart(
        key="chaine", order=40, title=N_("Chaîne de sous-traitance et transferts"), permission=Permission.CHAIN_VIEW,
        find=chain_content,
        actions=frozenset({"chain.vendor_stated", "chain.vendor_entered", "chain.vendor_chosen",
                           "chain.company_described", "chain.transfer_framed"}),
    ),
)  # fmt: skip
