"""A register read from a file and entered whole or not at all; entering what was exported changes nothing."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.language import Sentence, say
from portal.processing import queries, services
from portal.processing.models import ProcessingActivity
from portal.processing.rules.kept_sheets import as_plain
from portal.processing.tables import SLASH, FiledLine, FiledRegister, RefusedLine
from portal.vendors.models import LegalEntity, Service, Vendor
from portal.vendors.rules.naming import register_key

MOST_LINES = 5_000


@dataclass
class ImportReport:
    """What an import did, or why it did nothing."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[RefusedLine, ...] = ()


def import_register(ctx: Context, register: FiledRegister) -> ImportReport:
    """Enter a register: lines that are known by their key are changed, the others are new; all of it or nothing."""
    authorize(ctx, Permission.REGISTER_EDIT)
    if len(register.lines) > MOST_LINES:
        raise Refused(say("Ce registre compte plus de %(most)s fiches.", most=MOST_LINES))
    entering = _Entering(ctx, register)
    if register.refused or entering.refused:
        refused = sorted([*register.refused, *entering.refused], key=lambda one: one.place)
        return ImportReport(refused=tuple(refused))
    report = ImportReport()
    for line in register.lines:
        entering.enter(line, report)
    return report


class _Entering:
    """What of the database a register is checked against, read once."""

    def __init__(self, ctx: Context, register: FiledRegister) -> None:
        self._ctx = ctx
        self._entities = {one.key: one for one in ctx.session.scalars(select(LegalEntity))}
        keys = {line.key for line in register.lines}
        self._known = {
            one.key: one
            for one in ctx.session.scalars(
                select(ProcessingActivity)
                .options(joinedload(ProcessingActivity.legal_entity))
                .where(ProcessingActivity.key.in_(sorted(keys)))
            )
        }
        self._services = self._services_named(register)
        self._asked: dict[tuple[str, int], tuple[int, ...]] = {}
        self.refused: list[RefusedLine] = []
        seen: set[str] = set()
        for line in register.lines:
            if (fault := self._fault(line, seen)) is not None:
                self.refused.append(RefusedLine(line.line, fault, line.sheet_title))

    def _services_named(self, register: FiledRegister) -> Mapping[str, list[int]]:
        keys = {name.partition(SLASH)[0] for line in register.lines for name in line.services}
        found: dict[str, list[int]] = defaultdict(list)
        rows = self._ctx.session.execute(
            select(Vendor.key, Service.name, Service.id)
            .join(Service, Service.vendor_id == Vendor.id)
            .where(Vendor.key.in_(sorted(keys)))
            .order_by(Service.id)
        )
        for key, name, number in rows:
            found[f"{key}{SLASH}{' '.join(name.split())}"].append(number)
        return found

    def _fault(self, line: FiledLine, seen: set[str]) -> Sentence | None:
        try:
            self._check_key(line, seen)
            self._asked[line.place] = self._find_services(line)
            services.sound(self._ctx, line.role, line.sheet)
        except Refused as refusal:
            return refusal.sentence if isinstance(refusal.sentence, Sentence) else Sentence(refusal.sentence)
        return None

    def _check_key(self, line: FiledLine, seen: set[str]) -> None:
        """Raise Refused when a line cannot be that of its entity and key."""
        key, known = line.key[:80], self._known.get(line.key)
        if line.entity not in self._entities:
            raise Refused(say("L'entité « %(key)s » n'est pas au portail : entrez-la d'abord.", key=line.entity[:80]))
        if line.key and (line.key in seen or register_key(line.key, ()) != line.key):
            raise Refused(say("La clé « %(key)s » est prise par une autre ligne, ou mal écrite.", key=key))
        if known is not None and (known.ended_on or known.role is not line.role):
            raise Refused(say("La fiche « %(key)s » est terminée, ou tenue dans l'autre qualité.", key=key))
        if known is not None and known.legal_entity.key != line.entity:
            raise Refused(say("La fiche « %(key)s » est celle d'une autre entité.", key=key))
        seen.add(line.key)

    def _find_services(self, line: FiledLine) -> tuple[int, ...]:
        """The services that a line names; of two of one name, each is taken once. Raises Refused."""
        left = {name: list(self._services.get(name, ())) for name in line.services}
        found = []
        for name in line.services:
            if not left[name]:
                raise Refused(say("La prestation « %(name)s » n'est pas au portail.", name=name[:120]))
            found.append(left[name].pop(0))
        return tuple(found)

    def enter(self, line: FiledLine, report: ImportReport) -> None:
        """Write one line, that was found sound."""
        asked, activity = self._asked[line.place], self._known.get(line.key)
        if activity is None:
            entity = self._entities[line.entity]
            services.create_activity(self._ctx, entity, line.role, line.sheet, asked, key=line.key)
            report.created += 1
            return
        held = queries.line_of(self._ctx, activity)
        is_same = as_plain(held.sheet) == as_plain(services.sound(self._ctx, line.role, line.sheet))
        if is_same and {one.id for one in held.services} == set(asked):
            report.unchanged += 1
            return
        services.amend_activity(self._ctx, activity, line.sheet)
        services.set_services(self._ctx, activity, asked)
        report.changed += 1
