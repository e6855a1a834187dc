"""Whoever is asked to sign, before the contract: what they see, and what they asked for is done.

The same by a personal link and from an account, ours or the vendor's.
"""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from portal.authz.context import Context
from portal.contracts import services, signing_queries
from portal.contracts.models import ContractVersion
from portal.contracts.preview_page import ContractPreview, contract_preview
from portal.contracts.rules.signing_order import SignatoryState, SigningMeans, SigningState
from portal.contracts.services import SigningTrace
from portal.contracts.signing_forms import RefusalForm, SignForm
from portal.contracts.signing_models import ContractSignatory, ContractSigning
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.documents.freezing import thaw
from portal.core.errors import Refused
from portal.core.language import Sentence
from portal.core.stored import StoredFile
from portal.identity import web_session
from portal.web import edge
from portal.web.downloads import download
from portal.web.frozen import FrozenHtml
from portal.web.text import _, current_language

TEXTS = FrozenHtml(most=20)
"""The text of a version as both parties read it, some 80 kB."""


@dataclass(frozen=True)
class SignatoryPage:
    """One signatory before a contract."""

    signatory: ContractSignatory
    signing: ContractSigning
    text: Markup
    """The contract, without anything that is ours alone."""
    problem: str | Sentence | None
    """Why they cannot sign now."""
    has_code: bool
    """Whether a code was sent that is still good."""
    organisation: str

    @property
    def may_sign(self) -> bool:
        """Whether it is their turn."""
        return self.problem is None

    @property
    def is_sealed(self) -> bool:
        """Whether the signed copy can be downloaded."""
        return self.signing.state is SigningState.SEALED

    @property
    def has_signed(self) -> bool:
        """Whether they have signed."""
        return self.signatory.state is SignatoryState.SIGNED


def signatory_page(ctx: Context, signatory: ContractSignatory, text: Markup) -> SignatoryPage:
    """The page of one signatory, as things stand."""
    expires = signatory.code_expires_at
    return SignatoryPage(
        signatory=signatory,
        signing=signatory.signing,
        text=text,
        problem=services.turn_problem(ctx, signatory),
        has_code=bool(signatory.code_hash) and expires is not None and expires > ctx.now,
        organisation=process.settings().organisation,
    )


def plain_preview(ctx: Context, version_id: int) -> ContractPreview:
    """The text of a version as both parties read it: no clause of ours named, no coverage, no position, no remark."""
    tree = ctx.session.scalars(select(ContractVersion.tree).where(ContractVersion.id == version_id)).one()
    return contract_preview(thaw(tree), (), ())


def file_to_read(signing: ContractSigning) -> StoredFile:
    """The PDF that a signatory downloads: the one they sign, then the signed copy once it is sealed."""
    signature = signing.signature
    return signature.stored_file if signature is not None and signing.state is SigningState.SEALED else signing.file


def act_as_signatory(
    ctx: Context, found: ContractSignatory, means: SigningMeans, template: str, **more: object
) -> ResponseReturnValue:
    """Do what a signatory asked, or show them where they are; what is refused is said beside what they typed."""
    caller = web_session.caller()
    trace = SigningTrace(means, caller.address, caller.user_agent)
    asked = request.form.get("then", "") if request.method == "POST" else ""
    if asked == "pdf":
        return download(file_to_read(found.signing))
    form = SignForm() if asked in ("code", "signer") else SignForm(formdata=None)
    refusal = RefusalForm(prefix="refus") if asked == "refuser" else RefusalForm(prefix="refus", formdata=None)
    shown = refusal if asked == "refuser" else form
    if asked and shown.submitted():
        try:
            _act(ctx, found, asked, form, refusal, trace)
        except Refused as error:
            shown.refuse(error)
            if asked == "signer":
                edge.commit_despite_error()  # a wrong code counts although it is refused
    elif request.method == "POST" and not asked:
        services.note_opening(ctx, found, trace)
    found = signing_queries.signatory_by_hash(ctx, found.token_hash)
    page = signatory_page(ctx, found, _text(ctx, found))
    return render_template(template, page=page, form=form, refusal=refusal, **more), shown.status


def _act(
    ctx: Context, found: ContractSignatory, asked: str, form: SignForm, refusal: RefusalForm, trace: SigningTrace
) -> None:
    if asked == "code":
        services.send_code(ctx, found.id, trace)
        flash(_("Le code part à l'adresse %(email)s.", email=found.email))
    elif asked == "signer":
        services.sign_contract(
            ctx, found.id, code=form.code.data or "", name=form.name.data or "", consents=form.consent.data, trace=trace
        )
    elif asked == "refuser":
        services.refuse_to_sign(ctx, found.id, refusal.why.data or "", trace)


def _text(ctx: Context, found: ContractSignatory) -> Markup:
    return text_of(ctx, found.signing.version_id, found.signing.text_sha256)


def text_of(ctx: Context, version_id: int, sha256: str) -> Markup:
    """The text of a version as both parties read it, made once a reader's language."""

    def make() -> str:
        preview = plain_preview(ctx, version_id)
        return render_template("contracts/_text.html", sheet=preview, spoken=preview.language.value)

    return TEXTS.of((version_id, sha256, current_language()), make)
