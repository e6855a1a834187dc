from portal.authz.policy import Role
from portal.core.retention import durations
from portal.privacy.table import sealed_tables
from portal.privacy.wording import SEALED_NAMES


def test_the_page_says_what_is_kept_how_long_and_what_erases_it(as_):
    for role in (Role.DPO, Role.ADMIN):
        page = as_(role).get("/donnees-du-portail")
        assert page.status == 200
        for words in (
            *(one.key for one in durations().values()),
            "exerce ses droits",
            "Nom dans VIGIE_RETENTION",
            "flask privacy",
            "effacement d’une personne",
        ):
            assert words in page.text
        assert "journal_entry.actor_name" not in page.text
        kept = page.tree.xpath("//table")[-1].text_content()
        assert "Écritures du journal" in kept
        assert "le portail, chaque nuit" in kept
        assert "_" not in kept, "the name of a table or of a task"
        assert "1\u202f825 jours" in kept


def test_what_is_sealed_has_words():
    assert set(sealed_tables()) == {*SEALED_NAMES}


def test_nobody_else_reads_it(as_):
    for role in (Role.LEGAL, Role.BUYER, Role.MANAGEMENT, Role.VENDOR_ADMIN):
        assert as_(role).get("/donnees-du-portail", status=403).status == 403
