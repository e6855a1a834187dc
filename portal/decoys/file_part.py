"""What decoys put in the file for the authority, when it is asked for by name: what was planted, what reached it."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.authz.context import Context
from portal.authz.policy import Permission
from portal.core.language import N_, Sentence, say
from portal.decoys.models import DecoyBatch, DecoyMessage
from portal.web.file_parts import FilePart, FileScope, FileTable, PartContent


def decoy_content(ctx: Context, scope: FileScope) -> PartContent:
    """Batches handed over by then and what reached them; the invented people themselves stay sealed."""
    batches = ctx.session.scalars(
        select(DecoyBatch)
        .where(DecoyBatch.vendor_id.in_(scope.vendor_ids), DecoyBatch.planted_on <= scope.on)
        .order_by(DecoyBatch.id)
    ).all()
    messages = ctx.session.scalars(
        select(DecoyMessage)
        .options(joinedload(DecoyMessage.batch))
        .where(DecoyMessage.vendor_id.in_(scope.vendor_ids), DecoyMessage.received_at < scope.before)
        .order_by(DecoyMessage.id)
    ).all()
    return PartContent(
        tables=(
            FileTable(
                name="lots", title=N_("Fichiers remis avec des adresses pièges"),
                columns=(N_("Ce qui a été remis"), N_("Sous-traitant"), N_("Remis le")),
                rows=tuple((one.name, scope.named(one.vendor_id), one.planted_on) for one in batches),
            ),
            FileTable(
                name="messages-pieges", title=N_("Ce qui leur est parvenu"),
                columns=(N_("Le"), N_("Ce qui a été remis"), N_("Moyen"), N_("Expéditeur"), N_("Ce que cela montre")),
                rows=tuple(
                    (one.received_at, one.batch.name, Sentence(one.means.label), one.sender,
                     Sentence(one.verdict.label))
                    for one in messages
                ),
            ),
        ),
        gaps=() if batches else (say("Aucune adresse piège n'avait été remise à cette date."),),
    )  # fmt: skip


PARTS = (
    FilePart(
        key="adresses-pieges", order=95, title=N_("Adresses pièges"), permission=Permission.DECOY_MANAGE,
        find=decoy_content, is_chosen=True,
    ),
)  # fmt: skip
