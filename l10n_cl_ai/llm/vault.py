"""Secrets sealed with keys that are kept outside the database.

A sealed text is bound to what it is for, and to where it may be sent: moved to another row, or with another address
configured, it no longer opens.
"""

import json
from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

#: A hint shows the end of a secret only where that gives nothing away.
LONG_ENOUGH = 12
SHOWN = 4


class NoVaultKey(ValueError):
    """No key is configured to seal secrets with."""


class BadVaultKey(ValueError):
    """A configured key is not a Fernet key. Never holds the key itself."""


class Unreadable(ValueError):
    """A sealed text that none of the keys opens: the keys changed, or it was sealed for something else."""


class OtherPlace(ValueError):
    """A sealed text that was sealed for another place than it is wanted for."""


def new_key() -> str:
    """Return a fresh key: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode()


def hint(secret: str) -> str:
    """Return as much of a secret as tells it from another (``…abcd``), nothing of a short one."""
    return f"…{secret[-SHOWN:]}" if len(secret) >= LONG_ENOUGH else "…"


@dataclass(frozen=True)
class Vault:
    """Seals with the first of its keys, opens with any.

    :param keys: comma separated Fernet keys, the newest first
    """

    keys: str = field(repr=False)

    def _fernet(self) -> MultiFernet:
        keys = [key.strip() for key in self.keys.split(",") if key.strip()]
        if not keys:
            raise NoVaultKey
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise BadVaultKey from error

    def check(self) -> None:
        """Raise NoVaultKey or BadVaultKey where nothing could be sealed."""
        self._fernet()

    def seal(self, secret: str, purpose: str, place: str = "") -> str:
        """Return a secret sealed for one purpose and one place. Raises NoVaultKey, BadVaultKey."""
        content = json.dumps([purpose, place, secret]).encode()
        return self._fernet().encrypt(content).decode()

    def open(self, sealed: str, purpose: str, place: str = "") -> str:
        """Return the secret in a text sealed for this purpose and this place.

        Raises NoVaultKey, BadVaultKey, Unreadable, OtherPlace.
        """
        try:
            content = json.loads(self._fernet().decrypt(sealed.encode()))
        except InvalidToken as error:
            raise Unreadable from error
        sealed_for, sealed_place, secret = content
        if sealed_for != purpose:
            raise Unreadable
        if sealed_place != place:
            raise OtherPlace
        return secret

    def reseal(self, sealed: str) -> str:
        """Return a sealed text sealed anew with the first key. Raises NoVaultKey, BadVaultKey, Unreadable."""
        try:
            return self._fernet().rotate(sealed.encode()).decode()
        except InvalidToken as error:
            raise Unreadable from error
