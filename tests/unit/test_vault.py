"""Secrets open with the keys they were sealed with, for what they were sealed for, and show nothing of themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from l10n_cl_ai.llm.vault import BadVaultKey, NoVaultKey, OtherPlace, Unreadable, Vault, hint, new_key

OLD, NEW, OTHER = new_key(), new_key(), new_key()


@given(st.text(), st.text())
def test_a_secret_comes_back_whole(secret, purpose):
    vault = Vault(OLD)
    assert vault.open(vault.seal(secret, purpose), purpose) == secret


def test_the_secret_is_not_in_what_is_kept():
    assert "canary-key" not in Vault(OLD).seal("canary-key", "api_key:1")


def test_a_secret_of_one_company_does_not_open_as_anothers():
    vault = Vault(OLD)
    with pytest.raises(Unreadable):
        vault.open(vault.seal("canary-key", "api_key:1"), "api_key:2")


def test_a_secret_for_one_place_does_not_open_for_another():
    vault = Vault(OLD)
    sealed = vault.seal("canary-key", "api_key:1", "https://one.example:443")
    assert vault.open(vault.reseal(sealed), "api_key:1", "https://one.example:443") == "canary-key"
    for place in ("https://two.example:443", ""):
        with pytest.raises(OtherPlace):
            vault.open(sealed, "api_key:1", place)


def test_the_first_key_seals_and_all_open():
    sealed = Vault(OLD).seal("canary-key", "x")
    assert Vault(f" {NEW} , {OLD},").open(sealed, "x") == "canary-key"
    fresh = Vault(f"{NEW},{OLD}").seal("canary-key", "x")
    assert Vault(NEW).open(fresh, "x") == "canary-key"
    with pytest.raises(Unreadable):
        Vault(OLD).open(fresh, "x")


def test_resealing_lets_the_old_key_go():
    sealed = Vault(OLD).seal("canary-key", "x")
    resealed = Vault(f"{NEW},{OLD}").reseal(sealed)
    assert Vault(NEW).open(resealed, "x") == "canary-key"
    with pytest.raises(Unreadable):
        Vault(OTHER).reseal(sealed)


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAA", "ñandú", "gAAAAABk" + "A" * 120])
def test_what_is_not_sealed_does_not_open(sealed):
    with pytest.raises(Unreadable):
        Vault(OLD).open(sealed, "x")
    with pytest.raises(Unreadable):
        Vault(OLD).reseal(sealed)


@pytest.mark.parametrize("keys", ["", " ", ",", " , "])
def test_without_a_key_nothing_is_sealed(keys):
    for attempt in (Vault(keys).check, lambda: Vault(keys).seal("a", "x"), lambda: Vault(keys).open("a", "x")):
        with pytest.raises(NoVaultKey):
            attempt()


@pytest.mark.parametrize("keys", ["a passphrase", "short", f"{OLD},nonsense", "ñ" * 44, "=" * 44])
def test_a_key_that_is_none_is_refused_without_repeating_it(keys):
    with pytest.raises(BadVaultKey) as refused:
        Vault(keys).check()
    assert not str(refused.value)


def test_a_vault_does_not_print_its_keys():
    assert OLD not in repr(Vault(OLD))


@pytest.mark.parametrize(
    "secret, shown",
    [("sk-ant-api03-abcdefgh", "…efgh"), ("123456789012", "…9012"), ("12345678901", "…"), ("", "…")],
)
def test_a_hint_shows_the_end_of_a_long_secret_only(secret, shown):
    assert hint(secret) == shown
