"""Checking ID tokens (OpenID Connect Core 1.0, section 3.1.3.7)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from app.web.oidc.failing import ProviderFailed

ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
"""Signatures that only the provider can make. With HS256, whoever knows the public key or the client's secret could."""
LEEWAY = 60
"""Seconds that two clocks may differ."""
LONGEST_SUBJECT = 255


class KeyUnknown(ProviderFailed):
    """The token is signed with a key that was not there when we last looked."""

    def __init__(self) -> None:
        super().__init__("its ID token is signed with no key of its own")


@dataclass(frozen=True, slots=True)
class Expected:
    """What has to stand in the token."""

    issuer: str
    client_id: str
    nonce: str
    algorithms: Collection[str]
    """Signatures that the provider announces."""


def check(tokens: dict[str, str], keys: dict[str, Any], expected: Expected, *, now: datetime) -> dict[str, Any]:
    """The claims of the ID token: signed by the provider, for us, for this sign-in, and neither old nor to come."""
    algorithms = sorted(ASYMMETRIC.intersection(expected.algorithms))
    try:
        key_set = KeySet.import_key_set({"keys": [*keys["keys"]]})
        read = jwt.decode(
            tokens["id_token"], key_set, registry=JWSRegistry(algorithms=algorithms, strict_check_header=False)
        )
        _check(read, expected, access_token=tokens["access_token"], now=now)
    except InvalidKeyIdError:
        raise KeyUnknown from None
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ProviderFailed("its ID token is not right") from error
    return read.claims


def _check(read: jwt.Token, expected: Expected, *, access_token: str, now: datetime) -> None:
    wanted: Any = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
    }
    told = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": access_token}
    CodeIDToken(read.claims, read.header, wanted, told).validate(now=int(now.timestamp()), leeway=LEEWAY)
    subject = read.claims["sub"]
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise ValueError
