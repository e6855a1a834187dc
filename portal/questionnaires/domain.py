"""What questionnaires bring to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.questionnaires import views, wording
from portal.questionnaires.authoring import views as authoring_views
from portal.questionnaires.importing import views as importing_views
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.questionnaires import cli
else:
    cli = late("portal.questionnaires.cli")

DOMAIN = Domain(
    blueprints=(views.bp, importing_views.bp, authoring_views.bp),
    wording=(wording,),
    commands=lambda: (cli.cli,),
    finding_stages=views.stages_of_questions,
    navigation=(
        NavigationEntry(
            group=NavigationGroup.AUDITS, order=30, endpoint="questionnaires.index", label=N_("Questionnaires"),
            permission=Permission.QUESTIONNAIRE_VIEW, icon="list",
        ),
    ),
)  # fmt: skip
