"""A platform such as Moodle or Canvas, for tests: launches by LTI 1.3, and grade services.

It is as strict as the standards permit, and does on demand what real ones do on a bad day.
"""

from __future__ import annotations

import asyncio
import functools
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from patience import patience
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

requests = pytest.importorskip("requests", reason="the hub's packages are not installed")
jwt = pytest.importorskip("jwt", reason="the packages of LTI are not installed")

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
SCOPES = [f"{AGS}scope/lineitem", f"{AGS}scope/score"]
CLIENT, DEPLOYMENT, COURSE = "client-4711", "1", "course-3"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"


@functools.cache
def some_key(number: int = 0) -> Any:
    """Return a key, made once for all tests; another one for another number."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Fault:
    """An answer instead of the right one, so many times."""

    path: str
    status: int
    heads: dict[str, str] = field(default_factory=dict)
    times: int = 1
    before: Callable[[], object] = lambda: None
    body: bytes = b"{}"


class MockPlatform:
    """What the platform knows, and what it was told."""

    def __init__(self) -> None:
        self.key = some_key()
        self.url = ""
        self.scopes: list[str] = list(SCOPES)
        self.people: dict[str, dict[str, Any]] = {}
        self.tool_key: Any = None
        self.columns: list[dict[str, Any]] = []
        self.scores: list[dict[str, Any]] = []
        self.unknown: set[str] = set()  # who has left the course
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.used: set[str] = set()
        self.loses = 0  # so many answers to questions for a token, once it has read them
        self.page_size = 2
        self.elsewhere = ""

    def claims(self, sub: str, nonce: str = "n", **told: Any) -> dict[str, Any]:
        """Return what an id_token says of somebody."""
        now = int(time.time())
        return {
            "iss": self.url,
            "aud": CLIENT,
            "sub": sub,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": DEPLOYMENT,
            f"{CLAIM}target_link_uri": "https://hub.example.org/",
            f"{CLAIM}resource_link": {"id": "link"},
            f"{CLAIM}roles": [LEARNER],
            f"{CLAIM}context": {"id": COURSE, "label": "M3", "title": "Module 3"},
            f"{AGS}claim/endpoint": {
                "scope": self.scopes,
                "lineitems": f"{self.url}/course/lineitems?type_id=2",
            },
            **self.people.get(sub, {}),
            **told,
        }

    def signed(self, claims: dict[str, Any], key: Any = None, kid: str = "k1") -> str:
        """Return an id_token."""
        return jwt.encode(claims, key or self.key, algorithm="RS256", headers={"kid": kid})

    def keys(self) -> dict[str, Any]:
        told = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**told, "kid": "k1", "alg": "RS256", "use": "sig"}]}

    def points(self) -> dict[str, float]:
        """Return what stands in the course, by the platform's ids of people."""
        return {it["userId"]: it["scoreGiven"] for it in self.scores}


class _Answer(RequestHandler):
    def initialize(self, platform: MockPlatform) -> None:
        self.platform = platform

    def prepare(self) -> None:
        path = self.request.path
        self.platform.asked.append(f"{self.request.method} {path}")
        for fault in self.platform.faults:
            if path.endswith(fault.path) and fault.times:
                fault.times -= 1
                fault.before()
                self.set_status(fault.status)
                for name, value in fault.heads.items():
                    self.set_header(name, value)
                self.finish(fault.body)
                return

    def permitted(self, scope: str) -> bool:
        token = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.platform.tokens:
            self.set_status(401)
        elif scope not in token:
            self.set_status(403)
        else:
            return True
        self.finish({"error": "insufficient_scope"})
        return False

    def send_json(self, told: object, kind: str = "application/json") -> None:
        self.set_header("Content-Type", kind)
        self.finish(json.dumps(told))


class _Keys(_Answer):
    def get(self) -> None:
        self.send_json(self.platform.keys())


class _Authorize(_Answer):
    def get(self) -> None:
        asked = {name: self.get_argument(name) for name in ("client_id", "nonce", "state")}
        assert asked["client_id"] == CLIENT
        assert self.get_argument("response_mode") == "form_post"
        token = self.platform.signed(
            self.platform.claims(self.get_argument("login_hint"), asked["nonce"])
        )
        form = {"id_token": token, "state": asked["state"]}
        fields = "".join(f'<input name="{n}" value="{escape(v)}">' for n, v in form.items())
        action = escape(self.get_argument("redirect_uri"))
        self.finish(f'<form method="post" action="{action}">{fields}</form>')


class _Token(_Answer):
    def post(self) -> None:
        told = self.platform
        try:
            assert self.get_argument("grant_type") == "client_credentials"
            said = jwt.decode(
                self.get_argument("client_assertion"),
                told.tool_key,
                algorithms=["RS256"],
                audience=f"{told.url}/mod/lti/token.php",
                options={"require": ["exp", "iat", "jti", "sub"]},
            )
            assert said["iss"] == said["sub"] == CLIENT
            assert said["jti"] not in told.used
        except (AssertionError, jwt.PyJWTError):
            self.set_status(400)
            self.send_json({"error": "invalid_client"})
            return
        told.used.add(said["jti"])
        if told.loses:
            told.loses -= 1
            self.send_error(503)
            return
        scope = " ".join(it for it in self.get_argument("scope").split() if it in told.scopes)
        token = f"{uuid.uuid4()} {scope}"
        told.tokens.add(token)
        self.send_json({"access_token": token, "token_type": "Bearer", "scope": scope})


class _Columns(_Answer):
    def get(self) -> None:
        if not self.permitted(SCOPES[0]):
            return
        told, size = self.platform, self.platform.page_size
        page = int(self.get_argument("page", "0"))
        assert self.get_argument("type_id") == "2"
        shown = told.columns[page * size : (page + 1) * size]
        if len(told.columns) > (page + 1) * size:
            query = urlencode({"type_id": 2, "page": page + 1})
            place = told.elsewhere or f"{told.url}/course/lineitems"
            self.set_header("Link", f'<{place}?{query}>; rel="next"')
        self.send_json(shown, "application/vnd.ims.lis.v2.lineitemcontainer+json")

    def post(self) -> None:
        if not self.permitted(SCOPES[0]):
            return
        told = json.loads(self.request.body)
        number = len(self.platform.columns)
        place = f"{self.platform.url}/course/lineitems/{number}/lineitem?type_id=2"
        self.platform.columns.append({**told, "id": place})
        self.set_status(201)
        self.send_json(self.platform.columns[-1], "application/vnd.ims.lis.v2.lineitem+json")


class _Scores(_Answer):
    def post(self, number: str) -> None:
        if not self.permitted(SCOPES[1]):
            return
        assert self.get_argument("type_id") == "2"
        assert self.request.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
        told = json.loads(self.request.body)
        if told["userId"] in self.platform.unknown:
            self.set_status(404)
            self.send_json({"error": "no such user"})
            return
        self.platform.scores.append({**told, "column": int(number)})
        self.set_status(204)
        self.finish()


@contextmanager
def mock_platform() -> Iterator[MockPlatform]:
    """Run a platform on this machine, in a thread of its own."""
    platform, ready = MockPlatform(), threading.Event()
    ends: list[Callable[[], object]] = []

    async def serve() -> None:
        given = {"platform": platform}
        app = Application(
            [
                ("/mod/lti/certs.php", _Keys, given),
                ("/mod/lti/auth.php", _Authorize, given),
                ("/mod/lti/token.php", _Token, given),
                ("/course/lineitems", _Columns, given),
                ("/course/lineitems/([0-9]+)/lineitem/scores", _Scores, given),
            ]
        )
        [socket] = bind_sockets(0, "127.0.0.1")
        server = HTTPServer(app)
        server.add_sockets([socket])
        platform.url = f"http://127.0.0.1:{socket.getsockname()[1]}"
        end, loop = asyncio.Event(), asyncio.get_running_loop()
        ends.append(lambda: loop.call_soon_threadsafe(end.set))
        ready.set()
        await end.wait()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(patience(20))
    try:
        yield platform
    finally:
        ends[0]()
        thread.join(patience(20))


def begin(hub: str, platform: MockPlatform, sub: str, **asked: str) -> tuple[Any, dict[str, str]]:
    """Begin a launch as a browser does; return it, and the form that the platform sends back."""
    session = requests.Session()
    question = {
        "iss": platform.url,
        "login_hint": sub,
        "target_link_uri": hub,
        "client_id": CLIENT,
        **asked,
    }
    first = session.get(f"{hub}hub/lti13/oauth_login", params=question, allow_redirects=False)
    assert first.status_code == 302, first.text
    page = session.get(first.headers["Location"]).text
    fields = dict(part.split('" value="') for part in page.split('<input name="')[1:])
    return session, {name: unescape(told.partition('"')[0]) for name, told in fields.items()}


def end(hub: str, session: Any, form: dict[str, str]) -> Any:
    """Send the platform's form to the hub."""
    return session.post(f"{hub}hub/lti13/oauth_callback", data=form, allow_redirects=False)
