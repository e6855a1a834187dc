"""the kinds of proof have one code each, read from the documents themselves

What rows said under the former keys of `preuves.toml` they say under the new ones; other kinds keep theirs. The last
day of a proof does not move: no validity changed with its name.
"""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

CODES = {
    'certification-art42': 'gdpr_certification',
    'code-de-conduite': 'code_of_conduct',
    'iso-27001': 'iso27001',
    'iso-27701': 'iso27701',
    'soc2-type2': 'soc2',
    'test-intrusion': 'pentest',
    'assurance-cyber': 'insurance',
    'test-continuite': 'continuity',
    'aitd': 'tia',
    'formation': 'training',
    'attestation-suppression': 'deletion',
}
EVIDENCE = sa.table('evidence', sa.column('kind', sa.String))


def _rename(codes: dict[str, str]) -> None:
    named = sa.case(codes, value=EVIDENCE.c.kind)
    op.execute(sa.update(EVIDENCE).where(EVIDENCE.c.kind.in_(codes)).values(kind=named))


def upgrade() -> None:
    _rename(CODES)


def downgrade() -> None:
    # A bridge letter has no former key: it was « another document ».
    _rename({new: old for old, new in CODES.items()} | {'bridge_letter': 'autre'})
