from datetime import date

from portal.authz import policy
from portal.authz.policy import GRANTS, NOBODY, ROLE_NAMES, SYSTEM, Actor, Permission, Role, Scope

TODAY = date(2026, 11, 24)
P = Permission
VENDOR_SIDE = {P.SPACE_VIEW, P.AUDIT_ANSWER, P.AUDIT_SUBMIT, P.EVIDENCE_GIVE, P.SAMPLE_SEND, P.FINDING_REPLY,
               P.COLLEAGUE_INVITE, P.CONTRACT_DISCUSS, P.CHANGE_DECLARE,
               P.INCIDENT_DECLARE,
               P.REQUEST_RELAY}  # fmt: skip
WRITES = {P.VENDOR_CREATE, P.VENDOR_EDIT, P.VENDOR_IMPORT, P.VENDOR_INVITE, P.ENTITY_MANAGE, P.AUDIT_OPEN,
          P.AUDIT_REVIEW, P.EVIDENCE_JUDGE, P.CAMPAIGN_MANAGE, P.FINDING_WORK, P.CONTRACT_DRAFT, P.USER_MANAGE,
          P.JOB_MANAGE, P.PAPER_REVIEW, P.WITHDRAWAL_AUDIT, P.CHAIN_WRITE, P.CHANGE_WORK, P.DECOY_MANAGE,
          P.INCIDENT_WORK, P.REGISTER_EDIT, P.REQUEST_WORK}  # fmt: skip


def test_absence_is_denial():
    assert Role.ANONYMOUS not in GRANTS
    assert not any(policy.can(NOBODY, permission, today=TODAY) for permission in Permission)
    assert not any(policy.can(Actor(Role.ANONYMOUS, 1), permission, today=TODAY) for permission in Permission)


def test_outsiders_hold_nothing_of_the_house_and_insiders_nothing_of_the_vendors():
    for role, grants in GRANTS.items():
        if role is Role.SYSTEM:
            continue
        shared = {P.ACCOUNT_SELF}
        assert set(grants) - shared <= VENDOR_SIDE if role.is_vendor else not set(grants) & VENDOR_SIDE, role


def test_whoever_is_outside_reaches_rows_one_by_one():
    for role in (Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT, Role.EXPERT):
        wide = {p for p, scope in GRANTS[role].items() if scope is Scope.ALL}
        assert wide <= {P.ACCOUNT_SELF, P.HOME_VIEW}, role
        assert Scope.OWN not in GRANTS[role].values()


def test_a_vendor_reaches_its_own_rows_alone():
    for role in (Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT):
        assert {scope for p, scope in GRANTS[role].items() if p is not P.ACCOUNT_SELF} == {Scope.SELF}


def test_management_and_experts_only_look():
    for role in (Role.MANAGEMENT, Role.EXPERT):
        assert not set(GRANTS[role]) & WRITES


def test_administration_of_accounts_gives_no_sight_of_vendors():
    assert not {p for p in GRANTS[Role.ADMIN] if p.value.split(":")[0] in {"vendor", "audit", "evidence", "contract"}}


def test_a_respondent_answers_but_neither_submits_nor_invites():
    assert set(GRANTS[Role.VENDOR_ADMIN]) - set(GRANTS[Role.VENDOR_RESPONDENT]) == {P.AUDIT_SUBMIT, P.COLLEAGUE_INVITE}


def test_every_permission_is_held_by_some_person_and_by_the_system():
    held = {p for role, grants in GRANTS.items() if role is not Role.SYSTEM for p in grants}
    assert held == set(Permission)
    assert all(policy.can(SYSTEM, permission, today=TODAY) for permission in Permission)


def test_every_role_has_a_name():
    assert set(ROLE_NAMES) == set(Role)


def test_an_external_account_of_no_vendor_or_of_two_has_no_vendor_of_its_own():
    def of(*ids, role=Role.VENDOR_ADMIN):
        return Actor(role, 1, vendor_ids=frozenset(ids)).vendor_id

    assert (of(), of(4), of(4, 5), of(4, role=Role.EXPERT)) == (None, 4, None, None)


def test_initials_come_from_the_first_two_words():
    assert [Actor(Role.DPO, name=n).initials for n in ("Élodie de Roux", "madonna", "")] == ["ÉD", "M", "?"]
