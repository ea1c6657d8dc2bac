"""What this hub and one platform, such as Canvas or Moodle, know of each other for LTI 1.3.

Addresses and ids of the platform stand in a file that is no secret. The key with which the hub
signs when it asks to send points is one: it is made here, never printed, and only the account that
grades reads it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lti_people import KEY, LTI, PLATFORM, LtiError, write_private

VALID = 300  # seconds that a signed question holds
BITS = 3072
CANVAS = "https://canvas.instructure.com"


@dataclass(frozen=True)
class Platform:
    """Where a platform is, and what it calls this hub.

    Attributes
    ----------
    issuer, client_id : str
    deployments : tuple of str
        Where in the platform the hub was added; launches from elsewhere are refused.
    authorize_url, keys_url, token_url : str
    audience : str
        For whom the hub signs; the address of tokens, if empty.
    """

    issuer: str
    client_id: str
    deployments: tuple[str, ...]
    authorize_url: str
    keys_url: str
    token_url: str
    audience: str = ""

    def __post_init__(self) -> None:
        for name in ("issuer", "authorize_url", "keys_url", "token_url"):
            told = getattr(self, name)
            if not is_safe(told):
                raise LtiError(f"{name} is {told!r}: give the address with https:// in front")
        if not self.client_id or not self.deployments or not all(self.deployments):
            raise LtiError("the platform gives a client ID and a deployment ID: name both")

    def as_toml(self) -> str:
        """Return the text of the file."""
        told = {**self.__dict__, "deployments": list(self.deployments)}
        lines = [f"{name} = {json.dumps(value)}" for name, value in told.items() if value]
        return "\n".join(["# Written by hub/lti.py; nothing here is secret.", *lines, ""])


def is_safe(address: str) -> bool:
    """Say whether nobody on the way reads what is sent to an address: https, or this machine.

    Examples
    --------
    >>> is_safe("https://m.example/x"), is_safe("http://m.example"), is_safe("https://[")
    (True, False, False)
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    at_home = parts.scheme == "http" and host in ("127.0.0.1", "localhost")
    return bool(host) and (parts.scheme == "https" or at_home)


def moodle(address: str, client: str, deployments: tuple[str, ...]) -> Platform:
    """Return what Moodle answers at, as its *Tool configuration details* show it."""
    site = address.rstrip("/")
    at = f"{site}/mod/lti"
    return Platform(
        site, client, deployments, f"{at}/auth.php", f"{at}/certs.php", f"{at}/token.php"
    )


def canvas(address: str, client: str, deployments: tuple[str, ...]) -> Platform:
    """Return what Instructure's Canvas answers at; tokens are given at the school's own address."""
    site, sso = address.rstrip("/"), "https://sso.canvaslms.com"
    return Platform(
        CANVAS,
        client,
        deployments,
        f"{sso}/api/lti/authorize_redirect",
        f"{sso}/api/lti/security/jwks",
        f"{site}/login/oauth2/token",
    )


PLATFORMS = {"moodle": moodle, "canvas": canvas}


def read_platform(folder: Path = LTI) -> Platform:
    """Return the platform that was set up.

    Raises
    ------
    LtiError
        If there is none, or the file cannot be read.
    """
    place = folder / PLATFORM
    try:
        told = tomllib.loads(place.read_text(encoding="utf-8"))
        return Platform(**{**told, "deployments": tuple(told["deployments"])})
    except FileNotFoundError as error:
        raise LtiError(
            f"no platform is known yet: there is no {place}. hub/lti.md says how to set one up"
        ) from error
    except PermissionError as error:
        raise LtiError(f"{place} may not be read: work as the account that grades") from error
    except (LtiError, ValueError, KeyError, TypeError) as error:
        raise LtiError(
            f"{place} cannot be used ({error}): write it again with hub/lti.py"
        ) from error


@dataclass(frozen=True)
class Key:
    """The key of the hub; printing it shows its name alone."""

    name: str
    private: rsa.RSAPrivateKey = field(repr=False)

    def as_pem(self) -> str:
        """Return the public half, as Moodle takes it."""
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        public = self.private.public_key()
        return public.public_bytes(serialization.Encoding.PEM, kind).decode()

    def as_jwk(self) -> str:
        """Return the public half, as Canvas takes it."""
        told = _public(self.private)
        return json.dumps({**told, "kid": self.name, "alg": "RS256", "use": "sig"}, indent=1)

    def assertion(self, platform: Platform) -> str:
        """Return a signed text with which the hub says who it is, once and for five minutes."""
        now = int(time.time())
        claims = {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.audience or platform.token_url,
            "iat": now - 5,  # its clock may be behind
            "exp": now + VALID,
            "jti": secrets.token_urlsafe(24),
        }
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": self.name})


def make_key(folder: Path = LTI) -> None:
    """Make the key, where there is none."""
    if (folder / KEY).exists():
        return
    private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    text = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(folder / KEY, text.decode(), given=True)


def read_key(folder: Path = LTI) -> Key:
    """Return the key.

    Raises
    ------
    LtiError
        If there is none, or others than its owner may read it.
    """
    place = folder / KEY
    try:
        if place.stat().st_mode & 0o077:
            raise LtiError(
                f"others may read {place}: it is no secret any more. Delete it, run hub/lti.py "
                "key, and paste the new public key into the platform"
            )
        private = serialization.load_pem_private_key(place.read_bytes(), None)
    except FileNotFoundError as error:
        raise LtiError(f"there is no {place}: run hub/lti.py key as root") from error
    except PermissionError as error:
        raise LtiError(f"{place} may not be read: work as the account that grades") from error
    except (ValueError, TypeError) as error:
        if isinstance(error, LtiError):
            raise
        raise LtiError(f"{place} is no key: delete it, and run hub/lti.py key as root") from error
    if not isinstance(private, rsa.RSAPrivateKey):
        raise LtiError(f"{place} is a key of another kind: delete it, and run hub/lti.py key")
    told = json.dumps(_public(private), separators=(",", ":"), sort_keys=True)
    digest = hashlib.sha256(told.encode()).digest()  # as RFC 7638 names a key
    return Key(re.sub("=+$", "", base64.urlsafe_b64encode(digest).decode()), private)


def _public(private: rsa.RSAPrivateKey) -> dict[str, Any]:
    told: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    return {part: told[part] for part in ("e", "kty", "n")}
