"""People open the hub from a platform by LTI 1.3: who comes in, under which name, and who does not.

The hub is that of test_hub.py, with real accounts, after the commands of `hub/lti.md`; the platform
is a mock one. The tests are one story and run in the order in which they stand.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT
from patience import patience, wait_until

pytest.importorskip("ltiauthenticator", reason="the packages of LTI are not installed")

import jwt
import mock_platform
import requests
from ltiauthenticator.lti13 import constants
from mock_platform import CLAIM, CLIENT, DEPLOYMENT, Fault, MockPlatform, begin, end, some_key
from test_hub import COURSE, GRADER, Hub, need_a_server, serve

pytestmark = pytest.mark.timeout(600)

ALSO = """
$python hub/lti.py key https://hub.example.org > $folder/key.txt
$python hub/lti.py moodle {url} {client} {deployment}
"""
LTI = "/srv/thousandfold/lti"


@dataclass(frozen=True)
class Both:
    """A hub and a platform that know each other."""

    hub: Hub
    platform: MockPlatform

    def launch(self, sub: str, **told: Any) -> requests.Response:
        """Let somebody open the hub from their course."""
        self.platform.people[sub] = told
        return end(self.hub.url, *begin(self.hub.url, self.platform, sub))

    def forged(self, told: dict[str, Any], key: Any = None, kid: str = "k1") -> requests.Response:
        """Send a token that says something else, with the cookies of an honest launch."""
        session, form = begin(self.hub.url, self.platform, "101")
        honest = jwt.decode(form["id_token"], options={"verify_signature": False})
        form["id_token"] = self.platform.signed({**honest, **told}, key, kid)
        return end(self.hub.url, session, form)

    def register(self) -> dict[str, Any]:
        return json.loads(self.hub.run("root", "cat", f"{LTI}/people.json").stdout)

    def account(self, sub: str) -> str:
        people = self.register()["people"]
        return next(name for name, one in people.items() if one["subject"] == sub)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    need_a_server()
    with mock_platform.mock_platform() as platform:
        also = ALSO.format(url=platform.url, client=CLIENT, deployment=DEPLOYMENT)
        with serve(tmp_path_factory.mktemp("lti"), also) as hub:
            yield Both(hub, platform)


def test_who_opens_the_hub_from_a_course_has_an_account_and_comes_in(both: Both) -> None:
    answer = both.launch("101", email="cleo.mori@example.org")
    assert answer.status_code == 302, answer.text
    assert both.hub.run("cleo-mori", "id", "-nG").stdout.split() == ["cleo-mori", "thousandfold"]
    home = both.hub.run("cleo-mori", "bash", "-c", "ls ~; stat -c %a ~").stdout
    assert "notebooks" in home
    assert "700" in home
    again = both.launch("101", email="another@example.org")
    assert again.status_code == 302
    assert both.account("101") == "cleo-mori", "an address that changes is the same person"
    assert both.hub.run("root", "id", "another").returncode != 0


def test_the_cookie_of_the_launch_leads_to_the_own_server_and_to_no_formgrader(both: Both) -> None:
    both.platform.people["102"] = {
        "email": "prof@example.org",
        f"{CLAIM}roles": [
            "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
        ],
    }
    session, form = begin(both.hub.url, both.platform, "102")
    assert end(both.hub.url, session, form).status_code == 302
    assert "prof" in session.get(f"{both.hub.url}hub/home").text
    refused = session.get(f"{both.hub.url}services/thousandfold/formgrader")
    assert refused.status_code == 403
    assert both.hub.run("prof", "id", "-nG").stdout.split() == ["prof", "thousandfold"]
    assert session.get(f"{both.hub.url}hub/admin").status_code == 403
    listed = both.hub.run("root", *LTI_PY, "people").stdout
    assert re.search(r"^prof +prof@example.org +Instructor$", listed, re.MULTILINE)


LTI_PY = [sys.executable, str(ROOT / "hub" / "lti.py")]


def test_passwords_still_let_people_in_and_none_opens_an_account_of_lti(both: Both) -> None:
    both.hub.login("ann")
    page = requests.get(f"{both.hub.url}hub/login", timeout=patience(30)).text
    assert "Canvas or Moodle" in page
    for word in ("", "!", "*", "prof"):
        both.hub.passwords["prof"] = word
        with pytest.raises(AssertionError, match="was not let in"):
            both.hub.login("prof")


@pytest.mark.parametrize(
    ("called", "becomes"),
    [
        ("root@example.org", "root-2"),
        ("ann@example.org", "ann-2"),  # she has an account with a password, and may be another
        ("ida@example.org", "ida-2"),  # an instructor
        ("thousandfold-grader@example.org", "thousandfold-grader-2"),
        ("thousandfold-instructors@x", "thousandfold-instructors-2"),
        ("../../etc/passwd@example.org", "etc-passwd"),
        ("$(reboot)@example.org", "reboot"),
        ("-rf@example.org", "rf"),
        ("4711@example.org", "id-4711"),
        ("\u202eЖ\x1b[31m\n@example.org", "id-31m"),
        ("x" * 5000, "x" * 26),
        (["a", "list"], "learner"),
        ("", "learner-2"),
    ],
)
def test_a_name_that_a_platform_gives_is_data(both: Both, called: Any, becomes: str) -> None:
    sub = f"name {becomes}"
    answer = both.launch(sub, email=called)
    assert answer.status_code == 302, answer.text
    assert both.account(sub) == becomes
    assert both.hub.run("root", "id", "-nG", becomes).stdout.split() == [becomes, "thousandfold"]


def test_who_had_an_account_before_gets_it_back_from_root_alone(both: Both) -> None:
    join = [*LTI_PY, "join", "ann-2"]
    assert both.hub.run("ann", *join, "ann").returncode == 1
    for wrong in ("root", "nobody-there", "cleo-mori", GRADER):
        refused = both.hub.run("root", *join, wrong)
        assert refused.returncode == 1, wrong
        assert refused.stderr.startswith("nothing was done: ")
    assert both.hub.run("root", *join, "ann").returncode == 0
    session, form = begin(both.hub.url, both.platform, "name ann-2")
    assert end(both.hub.url, session, form).status_code == 302
    assert both.account("name ann-2") == "ann"


def test_nobody_else_reads_who_came_and_only_root_writes_it(both: Both) -> None:
    for place in ("people.json", "key.pem", "platform.toml"):
        assert both.hub.run("ann", "cat", f"{LTI}/{place}").returncode != 0
        assert both.hub.run(GRADER, "cat", f"{LTI}/{place}").returncode == 0
    modes = both.hub.run("root", "stat", "-c", "%a %U %n", f"{LTI}/people.json", f"{LTI}/key.pem")
    people, key = modes.stdout.splitlines()
    assert people.startswith("640 root ")
    assert key.startswith(f"600 {GRADER} ")
    assert both.hub.run(GRADER, "bash", "-c", f"echo >> {LTI}/people.json").returncode != 0
    assert both.hub.run(GRADER, "touch", f"{LTI}/x").returncode != 0


POINTS_BACK = """
cd /srv/thousandfold/grader/course
export JUPYTER_CONFIG_PATH=/srv/thousandfold/config/grader PATH={bin}:$PATH
python /srv/thousandfold/lti/points_back.py one {options}
"""


def test_the_account_that_grades_sends_points_back_and_root_does_not(both: Both) -> None:
    lines = "import sys; sys.path.append(sys.argv[1]); from pathlib import Path; import synthetic"
    made = f"{lines}; synthetic.gradebook(Path('{COURSE}'), {{'cleo-mori': [1, 2, 0]}})"
    both.hub.python(GRADER, made, str(ROOT / "tests" / "grading"))
    key = (both.hub.log.parent / "key.txt").read_text().split("-----")
    both.platform.tool_key = f"-----BEGIN PUBLIC KEY-----{key[2]}-----END PUBLIC KEY-----"
    send = POINTS_BACK.format(bin=shlex.quote(f"{sys.prefix}/bin"), options="")
    done = both.hub.run(GRADER, "bash", "-c", send)
    assert done.returncode == 0, done.stdout + done.stderr
    assert both.platform.points() == {"101": 3}
    refused = both.hub.run("root", "bash", "-c", send)
    assert refused.returncode == 1
    assert f"sudo -u {GRADER}" in refused.stderr


def test_what_is_pasted_into_the_platform_holds_no_secret(both: Both) -> None:
    told = (both.hub.log.parent / "key.txt").read_text()
    assert "BEGIN PUBLIC KEY" in told
    assert '"kty": "RSA"' in told
    assert "PRIVATE" not in told
    assert '"d"' not in told


DEEP = {
    name: CLIENT if name == "azp" else "x"
    for name in constants.LTI13_DEEP_LINKING_REQUIRED_CLAIMS
    if name not in {*constants.LTI13_GENERAL_REQUIRED_CLAIMS, "sub", f"{CLAIM}context"}
}
OTHER_KEY = some_key(1)
# What the token says, with which key it was signed, and a word of why it is refused.
FORGED: dict[str, tuple[dict[str, Any], tuple[Any, ...], str]] = {
    "no signature of the platform": ({}, (OTHER_KEY,), "Signature verification"),
    "a key that it does not have": ({}, (OTHER_KEY, "k2"), "signing key"),
    "the wrong nonce": ({"nonce": "guessed"}, (), "nonce"),
    "another tool": ({"aud": "client-1"}, (), "client ID"),
    "for another tool, said beside": ({"azp": "client-1"}, (), "client ID"),
    "for a list of tools": ({"azp": [CLIENT]}, (), "client ID"),
    "two tools": ({"aud": [CLIENT, "client-1"]}, (), "azp"),
    "another platform": ({"iss": "https://evil.example"}, (), "issuer"),
    "another deployment": ({f"{CLAIM}deployment_id": "2"}, (), "deployment ID"),
    "a deployment that is a list": ({f"{CLAIM}deployment_id": ["1"]}, (), "deployment ID"),
    "too late": ({"iat": 0, "exp": 1}, (), "expired"),
    "from the future": ({"iat": 4_000_000_000, "exp": 4_000_000_300}, (), "not yet valid"),
    "issued long ago": ({"iat": 1_000_000_000}, (), "too long ago"),
    "nobody": ({"sub": ""}, (), "did not say who you are"),
    "somebody who is a list": ({"sub": ["101"]}, (), "must be a string"),
    "a name with a line feed": ({"sub": "101\nroot"}, (), "did not say who you are"),
    "content to choose": (
        {**DEEP, f"{CLAIM}message_type": "LtiDeepLinkingRequest"},
        (),
        "no content",
    ),
    "another version": ({f"{CLAIM}version": "1.1"}, (), "version"),
    "a link that is a list": ({f"{CLAIM}resource_link": ["x"]}, (), "cannot be read"),
    "a context that is a list": ({f"{CLAIM}context": ["x"]}, (), "cannot be read"),
}


@pytest.mark.parametrize(("told", "signed", "why"), FORGED.values(), ids=FORGED)
def test_what_is_forged_lets_nobody_in(
    both: Both, told: dict[str, Any], signed: tuple[Any, ...], why: str
) -> None:
    before = both.register()
    answer = both.forged(told, *signed)
    assert answer.status_code in (400, 401, 403), answer.status_code
    assert why in answer.text
    assert "jupyterhub-hub-login" not in answer.cookies
    assert both.register() == before


def test_unsigned_and_signed_with_what_is_public_are_refused(both: Both) -> None:
    public = json.dumps(both.platform.keys())
    deep = base64.urlsafe_b64encode(b"[" * 200_000).decode().rstrip("=")
    session, form = begin(both.hub.url, both.platform, "101")
    form["id_token"] = f"{deep}.{deep}.x"
    assert end(both.hub.url, session, form).status_code == 400
    for algorithm, key in (("none", None), ("HS256", public * 2)):
        session, form = begin(both.hub.url, both.platform, "101")
        honest = jwt.decode(form["id_token"], options={"verify_signature": False})
        form["id_token"] = jwt.encode(honest, key, algorithm=algorithm, headers={"kid": "k1"})
        assert end(both.hub.url, session, form).status_code == 400


def test_a_launch_holds_once_in_the_browser_that_began_it(both: Both) -> None:
    session, form = begin(both.hub.url, both.platform, "101")
    kept = session.cookies.copy()
    assert end(both.hub.url, requests.Session(), form).status_code == 400, "no cookie"
    other, _ = begin(both.hub.url, both.platform, "102")
    assert end(both.hub.url, other, form).status_code == 400, "another browser's"
    assert end(both.hub.url, session, form).status_code == 302
    thief = requests.Session()
    thief.cookies.update(kept)
    answer = end(both.hub.url, thief, form)
    assert answer.status_code == 400
    assert "used already" in answer.text


def test_what_began_before_the_hub_did_or_long_ago_is_over() -> None:
    sys.path.append(str(ROOT / "hub"))
    import lti_launch
    from tornado.web import create_signed_value

    for age, started, holds in ((5, 60, True), (90, 60, False), (1000, 5000, False)):
        now = time.time()
        cookie = create_signed_value("s" * 32, "name", "value", clock=lambda at=now - age: at)
        handler = lti_launch.LaunchEnds.__new__(lti_launch.LaunchEnds)
        handler.application = SimpleNamespace(settings={"cookie_secret": "s" * 32})
        handler.request = SimpleNamespace(cookies={"name": SimpleNamespace(value=cookie.decode())})
        authenticator = SimpleNamespace(started=now - started)
        handler.clear_cookie = lambda name: None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(lti_launch.LaunchEnds, "authenticator", authenticator)
            assert (handler._get_oauth_cookie("name") == "value") == holds


def test_who_launches_in_the_browser_of_another_closes_what_that_one_had_open(both: Both) -> None:
    ida = both.hub.login("ida")
    service = f"{both.hub.url}services/thousandfold/formgrader"
    assert ida.get(service).status_code == 200
    kept = ida.cookies.copy()
    fresh, form = begin(both.hub.url, both.platform, "101")
    ida.cookies.update(fresh.cookies)
    assert end(both.hub.url, ida, form).status_code == 302
    assert "cleo-mori" in ida.get(f"{both.hub.url}hub/home").text
    assert ida.get(service).status_code == 403, "a page of an instructor's"
    assert kept["jupyterhub-session-id"] != ida.cookies["jupyterhub-session-id"]
    same = ida.cookies["jupyterhub-session-id"]
    fresh, form = begin(both.hub.url, both.platform, "101")
    ida.cookies.update(fresh.cookies)
    assert end(both.hub.url, ida, form).status_code == 302
    assert ida.cookies["jupyterhub-session-id"] == same, "nobody else"


def test_an_account_that_is_closed_does_not_open_by_a_launch(both: Both) -> None:
    assert both.hub.run("root", "usermod", "--expiredate", "1", "cleo-mori").returncode == 0
    answer = both.launch("101")
    assert answer.status_code == 403
    assert "closed" in answer.text
    assert both.hub.run("root", "usermod", "--expiredate", "", "cleo-mori").returncode == 0
    assert both.launch("101").status_code == 302


def test_a_launch_begins_from_the_platform_that_is_known(both: Both) -> None:
    asked = {"iss": both.platform.url, "login_hint": "101", "target_link_uri": both.hub.url}
    place = f"{both.hub.url}hub/lti13/oauth_login"

    def begins(**told: str) -> requests.Response:
        return requests.get(
            place, params={**asked, **told}, allow_redirects=False, timeout=patience(30)
        )

    assert begins().status_code == 302
    assert f"client_id={CLIENT}" in begins().headers["Location"]
    assert begins(client_id="client-1").status_code == 400
    assert begins(iss="https://evil.example").status_code == 400
    assert begins(login_hint="").status_code == 400
    torn = requests.get(f"{place}?lti_message_hint=%ff", params=asked, timeout=patience(30))
    assert torn.status_code == 400


def test_over_https_the_cookies_of_a_launch_come_back_from_another_site(both: Both) -> None:
    asked = {"iss": both.platform.url, "login_hint": "101", "target_link_uri": both.hub.url}
    answer = requests.get(
        f"{both.hub.url}hub/lti13/oauth_login",
        params=asked,
        headers={"X-Forwarded-Proto": "https"},
        allow_redirects=False,
        timeout=patience(30),
    )
    cookies = answer.raw.headers.getlist("Set-Cookie")
    ours = [it for it in cookies if it.startswith("lti13authenticator-")]
    assert len(ours) == 2
    for cookie in ours:
        assert "samesite=none" in cookie.lower()
        assert "secure" in cookie.lower()
        assert "httponly" in cookie.lower()
    assert "redirect_uri=https" in answer.headers["Location"]


def test_a_launch_leads_to_no_other_site(both: Both) -> None:
    for place in (
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "https:evil.example",
    ):
        session, form = begin(both.hub.url, both.platform, "101", target_link_uri=place)
        answer = end(both.hub.url, session, form)
        assert answer.status_code == 302
        assert re.match(r"/(?![/\\])", answer.headers["Location"]), answer.headers["Location"]


def test_a_platform_that_is_slow_keeps_nobody_else_waiting(both: Both) -> None:
    go = threading.Event()
    both.platform.faults.append(
        Fault("/certs.php", 503, before=lambda: go.wait(patience(30)), times=1)
    )
    session, form = begin(both.hub.url, both.platform, "101")
    answers: list[Any] = []
    launch = threading.Thread(target=lambda: answers.append(end(both.hub.url, session, form)))
    before = len(both.platform.asked)
    launch.start()
    wait_until(lambda: len(both.platform.asked) > before, 20)
    assert requests.get(f"{both.hub.url}hub/health", timeout=patience(10)).ok
    assert not answers
    go.set()
    launch.join(patience(30))
    assert answers[0].status_code == 503
    assert "does not answer" in answers[0].text


def test_a_register_that_is_damaged_gives_nobody_anothers_account(both: Both) -> None:
    keep = both.hub.run("root", "cat", f"{LTI}/people.json").stdout
    both.hub.run("root", "bash", "-c", f"echo '{{' > {LTI}/people.json")
    answer = both.launch("101")
    assert answer.status_code == 403
    assert "damaged" in answer.text
    both.hub.run("root", "bash", "-c", f"cat > {LTI}/people.json", given=keep)
    assert both.launch("101").status_code == 302


LOADED = """
from traitlets.config.loader import PyFileConfigLoader
config = PyFileConfigLoader("jupyterhub_config.py", path={folder!r}).load_config()
print(sorted(config.PasswordOrLaunch.client_id))
"""


def test_a_platform_without_https_is_not_believed_when_the_hub_starts(both: Both) -> None:
    code = LOADED.format(folder=str(ROOT / "hub"))
    assert both.hub.python("root", code) == f"{[CLIENT]}\n"
    edit = f"sed -i s#^keys_url.*#keys_url=\"'http://m.example'\"# {LTI}/platform.toml"
    assert both.hub.run("root", "bash", "-c", edit).returncode == 0
    refused = both.hub.run("root", sys.executable, "-c", code)
    assert refused.returncode == 1
    assert "https://" in refused.stderr


def test_who_is_forgotten_is_in_the_register_no_more(both: Both) -> None:
    forget = both.hub.run("root", *LTI_PY, "forget", "etc-passwd")
    assert forget.returncode == 0, forget.stderr
    assert "etc-passwd" not in both.register()["people"]
    assert both.hub.run("root", *LTI_PY, "forget", "etc-passwd").returncode == 1
    assert both.hub.run("root", "userdel", "etc-passwd").returncode == 0
    answer = both.launch("name etc-passwd", email="etc/passwd@x")
    assert answer.status_code == 302
    assert both.account("name etc-passwd") == "etc-passwd-2", "what is at home is somebody else's"
