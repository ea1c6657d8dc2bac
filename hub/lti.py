"""Let people in from Canvas or Moodle by LTI 1.3: keys, the platform, and who came. Run as root.

/opt/thousandfold/bin/python hub/lti.py key https://hub.example.org
/opt/thousandfold/bin/python hub/lti.py moodle https://moodle.example.org CLIENT DEPLOYMENT
/opt/thousandfold/bin/python hub/lti.py canvas https://school.instructure.com CLIENT DEPLOYMENT
/opt/thousandfold/bin/python hub/lti.py people
/opt/thousandfold/bin/python hub/lti.py join ann-2 ann
/opt/thousandfold/bin/python hub/lti.py forget ann
"""

from __future__ import annotations

import argparse
import grp
import os
import pwd
import sys
from importlib.util import find_spec

import lti_people
from lti_people import LtiError
from people import FIRST_PERSON
from prepare import LTI, MEMBERS, fill_lti, make_lti

INSTALL = (
    "it needs jupyterhub-ltiauthenticator, which not every hub has: run step 3 of hub/README.md "
    "again, with --lock requirements-lti.lock"
)


def tell_key(options: argparse.Namespace) -> None:
    """Make the key, and say what to paste into the platform."""
    from lti_platform import make_key, read_key

    make_lti()
    fill_lti()
    make_key(LTI)
    key = read_key(LTI)
    hub = f"{options.hub.rstrip('/')}/hub"
    print(f"""Paste these into the platform; hub/lti.md says where.

Tool URL, target link URI    {options.hub.rstrip("/")}/
Initiate login URL           {hub}/lti13/oauth_login
Redirect URI                 {hub}/lti13/oauth_callback

Public key for Moodle:
{key.as_pem()}
Public JWK for Canvas:
{key.as_jwk()}

The private key stays in {LTI / lti_people.KEY}.""")


def set_platform(options: argparse.Namespace) -> None:
    """Write down which platform may send people."""
    from lti_platform import PLATFORMS, read_key

    read_key(LTI)
    platform = PLATFORMS[options.command](
        options.address, options.client, tuple(options.deployment)
    )
    lti_people.write_private(LTI / lti_people.PLATFORM, platform.as_toml())
    print(f"{LTI / lti_people.PLATFORM} says:\n\n{platform.as_toml()}")
    print("Start the hub again, so that it lets people in: systemctl restart jupyterhub")


def list_people(options: argparse.Namespace) -> None:
    """Print who came."""
    register = lti_people.read(LTI)
    for name, one in sorted(register.people.items()):
        other = "" if lti_people.account_name(one.called) == name else "  (another name here)"
        print(f"{name:<20}{lti_people.text(one.called):<34}{one.role}{other}")
    print(f"{len(register.people):,} people came, from {len(register.courses):,} courses")


def join(options: argparse.Namespace) -> None:
    """Let somebody who came by LTI into the account that they had before."""
    try:
        account = pwd.getpwnam(options.account)
    except KeyError:
        raise LtiError(f"there is no account {options.account}: hub/people.py makes it") from None
    if account.pw_uid < FIRST_PERSON or options.account not in grp.getgrnam(MEMBERS).gr_mem:
        raise LtiError(f"{options.account} is no account of the course")
    with lti_people.changing(LTI) as register:
        one = register.people.get(options.came)
        if one is None:
            raise LtiError(f"nobody came as {options.came}: hub/lti.py people lists who did")
        if options.account in register.people:
            raise LtiError(f"{options.account} belongs to somebody else who came by LTI")
        del register.people[options.came]
        register.people[options.account] = one
    print(
        f"whoever came as {options.came} ({one.called}) is {options.account} from the next launch "
        f"on. What they did as {options.came} stays there: look, then userdel --remove"
    )


def forget(options: argparse.Namespace) -> None:
    """Forget that somebody came; account and work are other commands'."""
    with lti_people.changing(LTI) as register:
        if register.people.pop(options.name, None) is None:
            raise LtiError(f"nobody came as {options.name}: hub/lti.py people lists who did")
    print(f"{LTI / lti_people.PEOPLE} does not know {options.name} any more")


def main() -> int:
    """Do one of these."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ways = parser.add_subparsers(dest="command", required=True)
    way = ways.add_parser("key", help="make the key, and say what to paste into the platform")
    way.add_argument("hub", help="the address of this hub, such as https://hub.example.org")
    way.set_defaults(run=tell_key)
    for name in ("moodle", "canvas"):
        way = ways.add_parser(name, help=f"let people in from this {name.title()}")
        way.add_argument("address", help="its address, with https://")
        way.add_argument("client", help="the client ID that it shows")
        way.add_argument("deployment", nargs="+", help="the deployment ID that it shows")
        way.set_defaults(run=set_platform)
    ways.add_parser("people", help="list who came").set_defaults(run=list_people)
    way = ways.add_parser("join", help="give somebody who came the account that they had before")
    way.add_argument("came", help="the account that they got, such as ann-2")
    way.add_argument("account", help="the one that is theirs, such as ann")
    way.set_defaults(run=join)
    way = ways.add_parser("forget", help="forget that somebody came")
    way.add_argument("name")
    way.set_defaults(run=forget)
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("lti.py writes what the hub trusts, so it needs root: sudo", file=sys.stderr)
        return 1
    try:
        if find_spec("ltiauthenticator") is None:
            raise LtiError(INSTALL)
        options.run(options)
    except (OSError, LtiError) as error:
        print(f"nothing was done: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
