"""What the register of information of DORA brings to the application."""

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.dora import views, wording
from portal.dora.cli import dora
from portal.dora.enrolment import is_shown
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

DOMAIN = Domain(
    blueprints=(views.bp,),
    wording=(wording,),
    commands=(dora,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.STEERING, order=14, endpoint="dora.index", label=N_("Registre DORA"),
            permission=Permission.DORA_VIEW, icon="stack", is_shown=is_shown,
        ),
    ),
)  # fmt: skip
