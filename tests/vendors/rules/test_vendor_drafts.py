from portal.vendors.rules.columns import propose_mapping
from portal.vendors.rules.duplicates import CompanyIdentity
from portal.vendors.rules.rows import Company, ContactDraft, RowDraft, RowNote, ServiceDraft
from portal.vendors.rules.vendor_drafts import common_name, merge

MAPPING = propose_mapping(["Nom", "Pays", "Raison sociale"])


def row(line, contacts=(), notes=(), **company):
    company = Company(**{"name": "Nova", **company})
    service = ServiceDraft(line, company.name, "Paie", "", (), "", None, None, "", "", "")
    return RowDraft(line, company, tuple(contacts), service, tuple(notes))


def test_every_row_is_a_service_and_every_note_is_kept():
    vendor, warnings = merge([row(2, notes=[RowNote(2, "Budget", "1")]), row(5)], [], "nova", MAPPING)
    assert vendor.lines == (2, 5)
    assert vendor.notes == (RowNote(2, "Budget", "1"),)
    assert warnings == ()
    assert (vendor.key, vendor.known) == ("nova", False)


def test_the_first_value_stands_and_the_other_is_kept_and_said():
    vendor, [warning] = merge([row(2, country="FR"), row(5), row(9, country="US")], [], "nova", MAPPING)
    assert vendor.company.country == "FR"
    assert vendor.notes == (RowNote(9, "Pays", "US"),)
    assert (warning.line, warning.column) == (9, "Pays")
    assert "« FR » est retenu, le reste est gardé en note (US)" in str(warning.message).replace("\u202f", " ")


def test_a_legal_name_written_twice_is_kept_but_not_worth_a_warning():
    vendor, warnings = merge([row(2, legal_name="Nova Inc."), row(5, legal_name="Nova, Inc")], [], "nova", MAPPING)
    assert vendor.notes == (RowNote(5, "Raison sociale", "Nova, Inc"),)
    assert warnings == ()


def test_a_missing_value_is_taken_from_the_next_row():
    vendor, warnings = merge([row(2), row(5, lei="213800KUD8LAJWSQ9D15")], [], "nova", MAPPING)
    assert vendor.company.lei == "213800KUD8LAJWSQ9D15"
    assert warnings == ()


def test_the_register_is_completed_never_overwritten():
    known = CompanyIdentity(key="nova", name="Nova Câble", country="FR")
    vendor, [warning] = merge([row(2, country="US", siren="732829320")], [known], "nova", MAPPING)
    assert vendor.known
    assert (vendor.company.name, vendor.company.country, vendor.company.siren) == ("Nova Câble", "", "732829320")
    assert vendor.notes == (RowNote(2, "Pays", "US"),)
    assert warning.line == 2


def test_several_vendors_of_the_register_are_pointed_out():
    known = [CompanyIdentity(key="nova", name="Nova"), CompanyIdentity(key="nova-2", name="Nova")]
    _, [warning] = merge([row(2)], known, "nova", MAPPING)
    assert "nova, nova-2" in str(warning.message)


def test_an_address_given_twice_is_one_contact_with_what_both_say():
    one, other = ContactDraft("dpo@nova.example", phone="01"), ContactDraft("dpo@nova.example", name="Ana", phone="02")
    vendor, _ = merge([row(2, contacts=[one]), row(5, contacts=[other])], [], "nova", MAPPING)
    assert vendor.contacts == (ContactDraft("dpo@nova.example", "Ana", "01"),)


def test_the_name_most_rows_use_is_kept_rather_not_in_capitals():
    assert common_name(["Heroku (Nova)", "NOVA", "Nova, Inc."]) == "Nova, Inc."
    assert common_name(["NOVA", "NOVA SAS"]) == "NOVA"
    assert common_name(["Fil", "Câble"]) == "Fil"
