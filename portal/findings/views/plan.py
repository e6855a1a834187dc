"""The plan of a vendor: on screen, as a workbook, on paper."""

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from portal.authz.policy import Permission
from portal.core.language import Sentence, say
from portal.findings.plan_document import XLSX, PlanOnPaper, our_rows, plan_pdf, plan_workbook
from portal.findings.plan_page import VendorPlan, plan_of
from portal.findings.plan_wording import settled_sentence, verdict_sentence
from portal.findings.rules import FindingState, PlanGroup, RelationStage
from portal.findings.views.blueprint import bp
from portal.findings.wording import STAGE_NAMES
from portal.vendors.queries import get_vendor
from portal.web.downloads import attached
from portal.web.edge import current
from portal.web.guard import requires
from portal.web.manifest import finding_stages, last_check
from portal.web.text import current_language


def _asked(vendor_id: int) -> VendorPlan:
    ctx, stage = current(), request.args.get("etape", "")
    vendor = get_vendor(ctx, vendor_id, to=Permission.FINDING_VIEW)
    known = stage if stage in set(RelationStage) else ""
    return plan_of(ctx, vendor, finding_stages(), last_check(ctx, vendor.id), stage=known)


@bp.route("/plan/<int:vendor_id>")
@requires(Permission.FINDING_VIEW)
def plan(vendor_id: int) -> ResponseReturnValue:
    """Every finding of a vendor by what presses most, with the one thing to do first."""
    found = _asked(vendor_id)
    stage = request.args.get("etape", "")
    return render_template(
        "findings/plan.html", plan=found, verdict=verdict_sentence(found), settled=settled_sentence,
        groups=PlanGroup, states=FindingState, stage=stage if stage in set(RelationStage) else "",
    )  # fmt: skip


def _on_paper(found: VendorPlan) -> PlanOnPaper:
    ctx = current()
    return PlanOnPaper(
        vendor=found.vendor.name,
        verdict=verdict_sentence(found),
        rows=our_rows(found, current_language()),
        is_ours=True,
        at=ctx.now,
        today=ctx.today,
        only=_only(found),
    )


def _only(found: VendorPlan) -> Sentence | None:
    """What of the plan is shown, when a stage of the relation with consumers was chosen."""
    if found.stage is None:
        return None
    shown, every = len(found.lines), sum(found.counts.values())
    return say(
        "Ici, l'étape « %(stage)s » seule ; constats du plan : %(shown)s sur %(every)s.",
        stage=say(STAGE_NAMES[found.stage]), shown=shown, every=every,
    )  # fmt: skip


def _name(found: VendorPlan, kind: str) -> str:
    stage = f"-{found.stage}" if found.stage is not None else ""
    return f"plan-d-actions-{found.vendor.key}{stage}.{kind}"


@bp.route("/plan/<int:vendor_id>.xlsx")
@requires(Permission.FINDING_VIEW)
def plan_table(vendor_id: int) -> ResponseReturnValue:
    """The plan as a workbook."""
    found = _asked(vendor_id)
    content = plan_workbook(_on_paper(found), current_language())
    return attached(Response(content, mimetype=XLSX), _name(found, "xlsx"))


@bp.route("/plan/<int:vendor_id>.pdf")
@requires(Permission.FINDING_VIEW)
def plan_file(vendor_id: int) -> ResponseReturnValue:
    """The plan on paper."""
    found = _asked(vendor_id)
    content = plan_pdf(_on_paper(found), current_language())
    return attached(Response(content, mimetype="application/pdf"), _name(found, "pdf"))
