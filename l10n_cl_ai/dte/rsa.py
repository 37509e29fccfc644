"""RSA signatures with SHA-1 (PKCS #1 v1.5), as the SII has them since 2003.

CAF keys have 512 bits and the exponent 3, which newer OpenSSL policies refuse, as some refuse SHA-1.
Verifying needs nothing secret, so plain integers do it, in 3 µs for a CAF; OpenSSL is taken where it
is faster: the exponent 65537 of certificates.
"""

import base64
import binascii
import contextlib
import functools
import hashlib
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

#: DigestInfo of SHA-1 (RFC 8017, 9.2).
_SHA1_PREFIX = bytes.fromhex("3021300906052b0e03021a05000414")
_PADDING, _SHA1 = padding.PKCS1v15(), hashes.SHA1()
_SMALLEST, _LARGEST = 512, 8192


class Unusable(ValueError):
    """A key, signature or certificate that can't be read, or is of a kind the SII does not use."""


class Key(NamedTuple):
    """A public RSA key."""

    modulus: int
    exponent: int

    @property
    def size(self) -> int:
        """Length in bytes."""
        return (self.modulus.bit_length() + 7) // 8


def decode(text: str | None) -> bytes:
    """Return what Base64 text stands for, white space left out; raise :class:`Unusable`."""
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unusable("base64") from error


@functools.lru_cache(maxsize=1024)
def key(modulus: str | None, exponent: str | None) -> Key:
    """Return the key written in Base64; raise :class:`Unusable` for what is no key."""
    found = Key(*(int.from_bytes(decode(part)) for part in (modulus, exponent)))
    # Bounds keep a hostile key from making one verification last for seconds.
    if not (
        _SMALLEST <= found.modulus.bit_length() <= _LARGEST
        and found.modulus & 1
        and 3 <= found.exponent < 2**32
        and found.exponent & 1
    ):
        raise Unusable("key")
    return found


def verifies(public: Key, signature: bytes, signed: bytes) -> bool:
    """Whether a signature over these bytes was made with the private half of a key."""
    if len(signature) != public.size:
        return False
    if public.exponent > 17 and (loaded := _loaded(public)):
        # A policy may forbid SHA-1 (UnsupportedAlgorithm): the arithmetic below does not ask it.
        with contextlib.suppress(UnsupportedAlgorithm):
            try:
                loaded.verify(signature, signed, _PADDING, _SHA1)
            except InvalidSignature:
                return False
            return True
    return _verifies_by_arithmetic(public, signature, signed)


def _verifies_by_arithmetic(public: Key, signature: bytes, signed: bytes) -> bool:
    """The whole padded block is built and compared: nothing of the signature is parsed."""
    number = int.from_bytes(signature)
    if number >= public.modulus:
        return False
    tail = b"\0" + _SHA1_PREFIX + hashlib.sha1(signed, usedforsecurity=False).digest()
    block = b"\0\1" + b"\xff" * (public.size - 2 - len(tail)) + tail
    return pow(number, public.exponent, public.modulus) == int.from_bytes(block)


@functools.lru_cache(maxsize=1024)
def _loaded(public: Key) -> rsa.RSAPublicKey | None:
    try:
        return rsa.RSAPublicNumbers(public.exponent, public.modulus).public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None  # a key too small for this OpenSSL
