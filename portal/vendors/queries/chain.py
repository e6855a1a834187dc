"""The chain of a vendor: its sub-processors, and the places its data are in, as the register holds them on a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select, true

from portal.authz.context import Context
from portal.core.dataclass import dataclass
from portal.vendors.models import DataTransfer, SubProcessor
from portal.vendors.rules.naming import fold

T = TypeVar("T", SubProcessor, DataTransfer)


@dataclass(frozen=True)
class NamedSubProcessor:
    """What names a sub-processor of a vendor: who it is, where, for what."""

    vendor_id: int
    name: str
    country: str
    service: str


@dataclass(frozen=True)
class NamedPlace:
    """What names a place that the data of a vendor go to: with whom, where, on what ground."""

    vendor_id: int
    recipient: str
    country: str
    mechanism: str


def sub_processors(ctx: Context, vendor_ids: Sequence[int]) -> Sequence[SubProcessor]:
    """The sub-processors of some vendors today, in the order in which they were said; the caller answers for reach."""
    return _today(ctx, SubProcessor, vendor_ids)


def ended_sub_processors(ctx: Context, vendor_id: int) -> frozenset[str]:
    """Folded names of the sub-processors of a vendor that the register held and holds no more, none of them today."""
    rows = ctx.session.execute(
        select(SubProcessor.name, _holds(ctx, SubProcessor)).where(SubProcessor.vendor_id == vendor_id)
    ).all()
    standing = {fold(name) for name, holds in rows if holds}
    return frozenset(fold(name) for name, _holds_today in rows) - standing


def sub_processors_between(ctx: Context, vendor_id: int, first: date | None, last: date) -> Sequence[str]:
    """Names of those that the register held of a vendor at some time between two days, in the order they were said."""
    until = SubProcessor.valid_until
    held = or_(until.is_(None), until > first) if first is not None else true()
    return ctx.session.scalars(
        select(SubProcessor.name)
        .where(SubProcessor.vendor_id == vendor_id, SubProcessor.valid_from <= last, held)
        .order_by(SubProcessor.id)
    ).all()


def data_transfers(ctx: Context, vendor_ids: Sequence[int]) -> Sequence[DataTransfer]:
    """The places of some vendors today, in the order in which they were said; the caller answers for reach."""
    return _today(ctx, DataTransfer, vendor_ids)


def named_sub_processors(ctx: Context, vendor_ids: Sequence[int]) -> list[NamedSubProcessor]:
    """The same as `sub_processors`, of what names them only: for whoever reads those of thousands of vendors."""
    columns = (SubProcessor.vendor_id, SubProcessor.name, SubProcessor.country, SubProcessor.service)
    wanted = select(*columns).where(SubProcessor.vendor_id.in_(vendor_ids), _holds(ctx, SubProcessor))
    return [NamedSubProcessor(*row) for row in ctx.session.execute(wanted.order_by(SubProcessor.id))]


def named_places(ctx: Context, vendor_ids: Sequence[int]) -> list[NamedPlace]:
    """The same as `data_transfers`, of what names them only."""
    columns = (DataTransfer.vendor_id, DataTransfer.recipient, DataTransfer.country, DataTransfer.mechanism)
    wanted = select(*columns).where(DataTransfer.vendor_id.in_(vendor_ids), _holds(ctx, DataTransfer))
    return [NamedPlace(*row) for row in ctx.session.execute(wanted.order_by(DataTransfer.id))]


def _today(ctx: Context, model: type[T], vendor_ids: Sequence[int]) -> Sequence[T]:
    return ctx.session.scalars(
        select(model).where(model.vendor_id.in_(vendor_ids), _holds(ctx, model)).order_by(model.id)
    ).all()


def _holds(ctx: Context, model: Any) -> ColumnElement[bool]:
    return or_(model.valid_until.is_(None), model.valid_until > ctx.today)
