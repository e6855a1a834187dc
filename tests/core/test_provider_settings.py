import pytest

from portal.core.provider_settings import read_provider

GOOD = {
    "VIGIE_OIDC_ISSUER": "https://annuaire.verdelet.example/realms/groupe", "VIGIE_OIDC_CLIENT_ID": "vigie",
    "VIGIE_OIDC_ROLES": "vigie-admins=admin; CN=Conformité,OU=Groupes=dpo",
}  # fmt: skip


def read(*, in_production=True, **changes):
    faults = []
    env = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return read_provider(env, faults, in_production=in_production), faults


def test_a_provider_is_read_whole():
    provider, faults = read(
        VIGIE_OIDC_CLIENT_SECRET="s", VIGIE_OIDC_SCOPES="email groups", VIGIE_OIDC_STRONG="mfa hwk",
        VIGIE_OIDC_OPEN_ACCOUNTS="yes", VIGIE_OIDC_NAME=" Annuaire  du groupe ",
    )  # fmt: skip
    assert not faults
    assert provider.roles == (("vigie-admins", "admin"), ("CN=Conformité,OU=Groupes", "dpo"))
    assert (provider.scopes, provider.name) == ("openid email groups", "Annuaire du groupe")
    assert (provider.strong, provider.opens_accounts) == ({"mfa", "hwk"}, True)
    assert "'s'" not in repr(provider)


def test_without_an_issuer_there_is_none_and_nothing_opens_by_default():
    assert read_provider({}, [], in_production=True) is None
    provider, _ = read()
    assert (provider.opens_accounts, provider.strong, provider.name) == (
        False,
        frozenset(),
        "annuaire.verdelet.example",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"VIGIE_OIDC_ISSUER": None},
        {"VIGIE_OIDC_ISSUER": "annuaire"},
        {"VIGIE_OIDC_ISSUER": "https://a.example/?x=1"},
        {"VIGIE_OIDC_ISSUER": "https://u:p@a.example"},
        {"VIGIE_OIDC_ISSUER": "https://a.example:port"},
        {"VIGIE_OIDC_ISSUER": "http://annuaire.verdelet.example"},
        {"VIGIE_OIDC_ISSUER": "http://127.0.0.1:9400"},
        {"VIGIE_OIDC_CLIENT_ID": None},
        {"VIGIE_OIDC_ROLES": None},
        {"VIGIE_OIDC_ROLES": "admins"},
        {"VIGIE_OIDC_ROLES": "=admin"},
    ],
)
def test_each_fault_is_told_by_the_name_of_its_setting(change):
    _, [fault] = read(**change)
    assert fault.startswith("VIGIE_OIDC_")


def test_on_this_machine_and_out_of_production_http_will_do():
    assert not read(in_production=False, VIGIE_OIDC_ISSUER="http://127.0.0.1:9400")[1]
    assert read(in_production=False, VIGIE_OIDC_ISSUER="http://annuaire.verdelet.example")[1]
