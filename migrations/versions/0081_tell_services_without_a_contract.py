"""a contract in force for one service of a vendor is none for another

Vendors said to be under contract are looked at again: each service that has not ended is covered by a contract that was
signed for it, or for all. Until when is the first day on which one of them is covered no longer.
"""

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = '0081'
down_revision = '0080'
branch_labels = None
depends_on = None

JOINT = 'responsables-conjoints'
VENDOR = sa.table('vendor', sa.column('id'), sa.column('standing'), sa.column('covered_until', sa.Date))
SERVICE = sa.table(
    'service', sa.column('id'), sa.column('vendor_id'), sa.column('legal_entity_id'), sa.column('ended_on', sa.Date)
)
CONTRACT = sa.table(
    'contract', sa.column('vendor_id'), sa.column('service_id'), sa.column('legal_entity_id'), sa.column('state'),
    sa.column('copy_reading'), sa.column('expires_on', sa.Date), sa.column('kind'), sa.column('template_key'),
    sa.column('parent_id'),
)


def upgrade() -> None:
    connection = op.get_bind()
    today = datetime.now(ZoneInfo('Europe/Paris')).date()
    bound = set(connection.scalars(sa.select(VENDOR.c.id).where(VENDOR.c.standing == 'in_force')))
    services, contracts = defaultdict(list), defaultdict(list)
    live = sa.or_(SERVICE.c.ended_on.is_(None), SERVICE.c.ended_on > today)
    for row in connection.execute(sa.select(SERVICE).where(live).order_by(SERVICE.c.id)):
        services[row.vendor_id].append(row)
    in_force = (CONTRACT.c.state == 'in_force', CONTRACT.c.parent_id.is_(None))
    for row in connection.execute(sa.select(CONTRACT).where(*in_force)):
        contracts[row.vendor_id].append(row)
    changed = []
    for number in sorted(bound):
        groups = [[one for one in contracts[number] if _covers(one, service)] for service in services[number]]
        ends = [_last_day(group) for group in groups if group]
        ends = ends or [_last_day([one for one in contracts[number] if _counts(one)])]
        until = min((day for day in ends if day is not None), default=None)
        changed.append({'number': number, 'told': 'in_force' if all(groups) else 'partial', 'until': until})
    if changed:
        connection.execute(
            VENDOR.update().where(VENDOR.c.id == sa.bindparam('number')).values(
                standing=sa.bindparam('told'), covered_until=sa.bindparam('until')
            ),
            changed,
        )


def _counts(contract) -> bool:
    return contract.copy_reading in ('read', 'vouched') and contract.kind == 'processing'


def _covers(contract, service) -> bool:
    if not _counts(contract) and contract.template_key != JOINT:
        return False
    if contract.service_id is not None:
        return contract.service_id == service.id
    entities = (contract.legal_entity_id, service.legal_entity_id)
    return None in entities or entities[0] == entities[1]


def _last_day(contracts):
    days = [one.expires_on for one in contracts]
    return max(days) if days and None not in days else None


def downgrade() -> None:
    op.execute("UPDATE vendor SET standing = 'in_force' WHERE standing = 'partial'")
