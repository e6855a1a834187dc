"""Where a vendor stands with us, from first talk to exit, and which moves make sense."""

from collections.abc import Mapping

from portal.core.language import N_, Sentence, say
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.standing import BINDING, ContractStanding


class VendorStatus(Labelled):
    """Stage of the relation with a vendor."""

    PROSPECT = "prospect", N_("Prospect")
    ONBOARDING = "en_integration", N_("En intégration")
    ACTIVE = "actif", N_("Actif")
    SUSPENDED = "suspendu", N_("Suspendu")
    OFFBOARDING = "en_sortie", N_("En sortie")
    OFFBOARDED = "sorti", N_("Sorti")


LIVE = (VendorStatus.ONBOARDING, VendorStatus.ACTIVE, VendorStatus.SUSPENDED, VendorStatus.OFFBOARDING)
"""Stages of a vendor that holds our data, or is about to."""

WORKING = (VendorStatus.ACTIVE, VendorStatus.SUSPENDED)
"""Stages in which it has our data: suspending it takes nothing back (RGPD art. 28(3) asks for a contract all along)."""

GONE = tuple(status for status in VendorStatus if status not in LIVE)
"""The others: nothing of ours is there yet, or any more."""

MOVES: Mapping[VendorStatus, tuple[VendorStatus, ...]] = {
    VendorStatus.PROSPECT: (VendorStatus.ONBOARDING, VendorStatus.OFFBOARDED),
    VendorStatus.ONBOARDING: (VendorStatus.ACTIVE, VendorStatus.PROSPECT, VendorStatus.OFFBOARDED),
    VendorStatus.ACTIVE: (VendorStatus.SUSPENDED, VendorStatus.OFFBOARDING),
    VendorStatus.SUSPENDED: (VendorStatus.ACTIVE, VendorStatus.OFFBOARDING),
    VendorStatus.OFFBOARDING: (VendorStatus.OFFBOARDED, VendorStatus.ACTIVE),
    VendorStatus.OFFBOARDED: (VendorStatus.ONBOARDING,),
}
"""An active vendor holds data: it leaves through « en sortie », where return or deletion is proved (art. 28(3)(g))."""

_REFUSALS: Mapping[VendorStatus, str] = {
    VendorStatus.PROSPECT: N_(
        "Un prospect passe en intégration, ou il est écarté ; il ne devient actif qu'une fois l'intégration faite."
    ),
    VendorStatus.ONBOARDING: N_("Un sous-traitant en intégration devient actif, redevient prospect ou il est écarté."),
    VendorStatus.ACTIVE: N_(
        "Un sous-traitant actif est suspendu ou mis en sortie ; il n'est sorti qu'après restitution ou effacement des "
        "données (RGPD art. 28(3)(g))."
    ),
    VendorStatus.SUSPENDED: N_("Un sous-traitant suspendu est réactivé ou mis en sortie."),
    VendorStatus.OFFBOARDING: N_(
        "Un sous-traitant en sortie est déclaré sorti, ou redevient actif si la sortie est annulée."
    ),
    VendorStatus.OFFBOARDED: N_("Un sous-traitant sorti ne revient que par une nouvelle intégration."),
}


def move_problem(current: VendorStatus, wanted: VendorStatus) -> Sentence | None:
    """Why a vendor may not go from one status to another; staying where it is is no move and no problem.

    >>> move_problem(VendorStatus.PROSPECT, VendorStatus.ONBOARDING) is None
    True
    >>> print(move_problem(VendorStatus.OFFBOARDED, VendorStatus.ACTIVE))
    Un sous-traitant sorti ne revient que par une nouvelle intégration.
    """
    if wanted is current or wanted in MOVES[current]:
        return None
    return Sentence(_REFUSALS[current])


_RUNNING = (*BINDING, ContractStanding.UNREAD, ContractStanding.JOINT_IN_FORCE)


def closing_problem(wanted: VendorStatus, standing: ContractStanding, open_exits: int) -> Sentence | None:
    """Why the relation with a vendor is not over: a contract still runs, or what became of the data is not proved.

    RGPD art. 28(3)(g): the data are returned or deleted at the end of the services.

    >>> closing_problem(VendorStatus.OFFBOARDED, ContractStanding.NONE, 0) is None
    True
    """
    if wanted is not VendorStatus.OFFBOARDED:
        return None
    if standing in _RUNNING:
        return say("Un contrat est encore en vigueur avec ce sous-traitant : notez d'abord sa fin.")
    if open_exits:
        return say(
            "Une fin de contrat reste à prouver : certificats de restitution ou d'effacement et contrôle des données "
            "(RGPD art. 28(3)(g))."
        )
    return None
