"""The signer's certificate: until when it is good and whose it is."""

import datetime
import functools
import re
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from .rsa import Key, Unusable, decode
from .rut import normalize

#: Where Chilean certificates say their holder's RUT (Ley 19.799, accredited certifiers).
_RUT_OID = "1.3.6.1.4.1.8321.1"
_RUT = re.compile(rb"[0-9.]{1,11}-[0-9kK]")
_ALTERNATIVE_NAME, _SERIAL = x509.OID_SUBJECT_ALTERNATIVE_NAME, x509.OID_SERIAL_NUMBER


class Certificate(NamedTuple):
    """What a DTE's certificate says.

    :param valid_from: UTC, without offset
    :param valid_until: UTC, without offset
    :param rut: of the person who signs, None where the certificate does not say it
    :param key: None when it is no RSA key
    """

    valid_from: datetime.datetime
    valid_until: datetime.datetime
    rut: str | None
    key: Key | None


@functools.lru_cache(maxsize=512)
def read_certificate(text: str | None) -> Certificate:
    """Return what a certificate in Base64 says; raise :class:`~.rsa.Unusable` when it can't be read."""
    try:
        found = x509.load_der_x509_certificate(decode(text))
        public = found.public_key()
        numbers = public.public_numbers() if isinstance(public, RSAPublicKey) else None
        return Certificate(
            found.not_valid_before_utc.replace(tzinfo=None),
            found.not_valid_after_utc.replace(tzinfo=None),
            _rut(found),
            numbers and Key(numbers.n, numbers.e),
        )
    except Unusable:
        raise
    except Exception as error:  # the parser of hostile ASN.1 has no closed list of errors
        raise Unusable("certificate") from error


def _rut(certificate: x509.Certificate) -> str | None:
    return _rut_of_alternative_name(certificate) or _rut_of_subject(certificate)


def _rut_of_alternative_name(certificate: x509.Certificate) -> str | None:
    try:
        names = certificate.extensions.get_extension_for_oid(_ALTERNATIVE_NAME).value
    except (ValueError, x509.ExtensionNotFound):
        return None  # certifiers of the past wrote extensions that a strict reader refuses
    for name in names:
        if isinstance(name, x509.OtherName) and name.type_id.dotted_string == _RUT_OID:
            if match := _RUT.search(name.value):
                return normalize(match[0].decode())
    return None


def _rut_of_subject(certificate: x509.Certificate) -> str | None:
    try:
        serials = certificate.subject.get_attributes_for_oid(_SERIAL)
    except ValueError:
        return None
    return next((rut for serial in serials if (rut := normalize(str(serial.value)))), None)
