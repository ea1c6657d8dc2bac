"""Who opens the hub from Canvas or Moodle is let in by LTI 1.3; passwords stay as they were.

The protocol is jupyterhub-ltiauthenticator's. What it leaves open is closed here: another
deployment, a token that is used twice, a platform that answers slowly, names that are no accounts.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import jwt
import lti_people
import pamela
import people
from jupyterhub.auth import PAMAuthenticator
from ltiauthenticator.lti13.auth import LTI13Authenticator
from ltiauthenticator.lti13.error import InvalidAudienceError, ValidationError
from ltiauthenticator.lti13.handlers import LTI13CallbackHandler, LTI13LoginInitHandler
from tornado.web import HTTPError
from traitlets import Set, Unicode

LONGEST = 900  # seconds that a token holds: ten minutes, and clocks that differ
AT_ONCE = 4  # launches that wait for the platform's keys; the others stand in line
AGAIN = "Go back to your course and open the exercise from there once more"


class LaunchBegins(LTI13LoginInitHandler):
    """The platform says that somebody comes."""

    def post(self) -> None:
        """Send the browser back to the platform, which vouches for who it is."""
        issuer, client = self.get_argument("iss", ""), self.get_argument("client_id", "")
        known = self.authenticator.client_id
        if issuer != self.authenticator.issuer or (client and client not in known):
            raise HTTPError(400, "This hub belongs to another platform, or has another client ID")
        if not client:  # a platform may leave it out
            self.request.arguments["client_id"] = [next(iter(known)).encode()]
        try:
            super().post()
        except UnicodeDecodeError as error:
            raise HTTPError(400, f"{AGAIN} (what it sent cannot be read)") from error

    get = post

    def _set_oauth_cookie(self, key: str, value: str) -> None:
        """Set a cookie that comes back with what another site's page sends, as launches do."""
        secure = self.authenticator.get_uri_scheme(self.request) == "https"
        sent = {"samesite": "None", "secure": True} if secure else {}
        self._set_cookie(key, value, expires_days=1, httponly=True, encrypted=True, **sent)


class LaunchEnds(LTI13CallbackHandler):
    """The platform vouches for somebody."""

    async def post(self) -> None:
        """Check what it says, and let them in."""
        async with self.authenticator.checking:
            # The platform's keys are fetched: nobody else waits meanwhile.
            token = await asyncio.to_thread(self._checked)
        self.authenticator.use_once(token)
        before = self.get_current_user_cookie()
        user = await self.login_user(token)
        if user is None:
            raise HTTPError(403, "This account does not belong to the course on this hub")
        if before is not None and before.id != user.id:
            # Somebody else sat at this computer, and did not sign out: their server closes here.
            self.clear_login_cookie()
            self.set_session_cookie()
            self.set_login_cookie(user)
        await self.redirect_to_next_url(user)

    def _checked(self) -> dict[str, Any]:
        try:
            token: dict[str, Any] = self.decode_and_validate_launch_request()
        except HTTPError as error:  # state and nonce, of a cookie that did not come or is of before
            raise HTTPError(400, f"{AGAIN} ({error.log_message})") from error
        except InvalidAudienceError as error:
            raise HTTPError(
                401, "This was meant for another tool: the client ID differs"
            ) from error
        except ValidationError as error:
            if isinstance(error.__context__, jwt.PyJWKClientConnectionError):
                says = "Your course's platform does not answer just now. Try again in a minute"
                raise HTTPError(503, says) from error
            raise HTTPError(400, f"{AGAIN} ({error})") from error
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise HTTPError(400, f"{AGAIN} (what it sent cannot be read)") from error
        if token[f"{lti_people.CLAIM}deployment_id"] not in list(self.authenticator.deployments):
            raise HTTPError(401, "This was meant for another tool: the deployment ID differs")
        if "azp" in token and token["azp"] not in list(self.authenticator.client_id):
            raise HTTPError(401, "This was meant for another tool: the client ID differs")
        if token[f"{lti_people.CLAIM}message_type"] != "LtiResourceLinkRequest":
            raise HTTPError(400, "This hub opens from a link in a course, and offers no content")
        return token

    def _get_oauth_cookie(self, name: str) -> str:
        """Return what a launch left in the browser when it began: lately, and at this very hub.

        What was used before the hub started is not remembered, so what began before is over.
        """
        latest = min(LONGEST, time.time() - self.authenticator.started) / 86_400  # in days
        kept = self.get_secure_cookie(name, max_age_days=latest) or b""
        self.clear_cookie(name)
        return bytes(kept).decode("utf-8", "replace")


class PasswordOrLaunch(LTI13Authenticator, PAMAuthenticator):
    """Lets in whoever has a password of this machine, and whom one platform sends."""

    login_service = ""  # the page with name and password stays
    folder = Unicode(str(lti_people.LTI), help="Where it is kept who came.").tag(config=True)
    deployments = Set(Unicode(), help="The deployment IDs of the platform.").tag(config=True)

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.checking, self.naming = asyncio.Semaphore(AT_ONCE), asyncio.Lock()
        self._used: dict[str, float] = {}
        self.started = time.time()

    def login_url(self, base_url: str) -> str:
        """Return the page with name and password."""
        return str(PAMAuthenticator.login_url(self, base_url))

    def get_handlers(self, app: Any) -> list[Any]:
        """Return what answers: the page with name and password, and both ends of a launch."""
        begins = LTI13Authenticator.login_url(self, "")
        ends = self.callback_url("")
        return [
            *PAMAuthenticator.get_handlers(self, app),
            (begins, LaunchBegins),
            (ends, LaunchEnds),
        ]

    def use_once(self, token: dict[str, Any]) -> None:
        """Refuse a token that was used before, by whoever read it on its way."""
        now = time.monotonic()
        self._used = {nonce: when for nonce, when in self._used.items() if now - when < LONGEST}
        if token["nonce"] in self._used:
            raise HTTPError(400, f"{AGAIN} (this one was used already)")
        self._used[token["nonce"]] = now

    async def authenticate(self, handler: Any, data: dict[str, Any]) -> Any:
        """Return the account of whom the platform sends, or of who knows a password."""
        if not isinstance(handler, LaunchEnds):
            return await PAMAuthenticator.authenticate(self, handler, data)
        async with self.naming:
            return {"name": await asyncio.to_thread(self.account, data)}

    def account(self, token: dict[str, Any]) -> str:
        """Return the account of somebody, which is made when they first come."""
        folder = Path(self.folder)
        try:
            # Written down before there is an account, so that nobody else gets it.
            with lti_people.changing(folder) as register:
                name, person, course, told = lti_people.known(token, register)
                if not name:
                    name = lti_people.free_name(person.called, register, self.is_taken)
                    if name != lti_people.account_name(person.called):
                        self.log.warning("LTI: %r is taken here, so is %s", person.called, name)
                register.people[name] = person
                if course:
                    register.courses[course] = told
            self.make_account(name)
            pamela.check_account(name, service=self.service)
        except pamela.PAMError as error:
            says = "This account is closed. Whoever runs this hub can open it again"
            raise HTTPError(403, says) from error
        except lti_people.LtiError as error:
            self.log.error("LTI: %s", error)
            raise HTTPError(403, str(error)) from error
        except (OSError, ValueError, people.subprocess.CalledProcessError) as error:
            self.log.exception("LTI: no account")
            says = (
                "Your account could not be made. Whoever runs this hub finds the reason in its log"
            )
            raise HTTPError(500, says) from error
        return name

    is_taken = staticmethod(lti_people.on_this_machine)

    def make_account(self, name: str) -> None:
        """Make an account of the course, a learner's: what a platform says gives no other right."""
        people.add([name], instructors=False)
