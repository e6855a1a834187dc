"""The chain of a vendor: its sub-processors, and the places its data are in, as the register holds them on a day."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select

from portal.authz.context import Context
from portal.vendors.models import DataTransfer, SubProcessor

T = TypeVar("T", SubProcessor, DataTransfer)


def sub_processors(ctx: Context, vendor_ids: Sequence[int]) -> Sequence[SubProcessor]:
    """The sub-processors of some vendors today, in the order in which they were said; the caller answers for reach."""
    return _today(ctx, SubProcessor, vendor_ids)


def data_transfers(ctx: Context, vendor_ids: Sequence[int]) -> Sequence[DataTransfer]:
    """The places of some vendors today, in the order in which they were said; the caller answers for reach."""
    return _today(ctx, DataTransfer, vendor_ids)


def _today(ctx: Context, model: type[T], vendor_ids: Sequence[int]) -> Sequence[T]:
    return ctx.session.scalars(
        select(model).where(model.vendor_id.in_(vendor_ids), _holds(ctx, model)).order_by(model.id)
    ).all()


def _holds(ctx: Context, model: Any) -> ColumnElement[bool]:
    return or_(model.valid_until.is_(None), model.valid_until > ctx.today)
