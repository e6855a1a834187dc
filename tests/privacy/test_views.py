from portal.authz.policy import Role
from portal.core.retention import durations


def test_the_page_says_what_is_kept_how_long_and_what_erases_it(as_):
    for role in (Role.DPO, Role.ADMIN):
        page = as_(role).get("/donnees-du-portail")
        assert page.status == 200
        for words in (*(one.key for one in durations().values()), "person_request.sealed", "flask privacy erase"):
            assert words in page.text


def test_nobody_else_reads_it(as_):
    for role in (Role.LEGAL, Role.BUYER, Role.MANAGEMENT, Role.VENDOR_ADMIN):
        assert as_(role).get("/donnees-du-portail", status=403).status == 403
