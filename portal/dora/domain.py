"""What the register of information of DORA brings to the application."""

from typing import TYPE_CHECKING

from portal.authz.policy import Permission
from portal.core.language import N_
from portal.core.late import late
from portal.dora import views, wording
from portal.dora.enrolment import is_shown
from portal.web.manifest import Domain, NavigationEntry, NavigationGroup

if TYPE_CHECKING:
    from portal.dora import cli
else:
    cli = late("portal.dora.cli")

DOMAIN = Domain(
    blueprints=(views.bp,),
    wording=(wording,),
    commands=lambda: (cli.dora,),
    navigation=(
        NavigationEntry(
            group=NavigationGroup.STEERING, order=14, endpoint="dora.index", label=N_("Registre DORA"),
            permission=Permission.DORA_VIEW, icon="stack", is_shown=is_shown,
        ),
    ),
)  # fmt: skip
