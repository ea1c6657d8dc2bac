"""JupyterHub for one course of forty people on one Linux server; README.md says how to start it.

Everybody has a Unix account of their own, because nbgrader's exchange is only as private as Unix
rights make it. Formgrader runs once, in an account that nobody logs in to, and opens for
instructors.
"""

import grp
import os
import sys
from pathlib import Path

from thousandfold.commands.lab import QUIET

c = get_config()  # type: ignore[name-defined] # noqa: F821

BIN = Path(sys.prefix) / "bin"
HERE = Path("/srv/thousandfold")
GRADER = "thousandfold-grader"
instructors = grp.getgrnam("thousandfold-instructors").gr_mem

# nbgrader starts the program `alembic` by name, and the proxy starts `node`.
os.environ["PATH"] = os.pathsep.join([str(BIN), os.environ["PATH"]])

# Only this machine reaches the hub itself; Caddy stands in front of it with the certificate.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.ConfigurableHTTPProxy.command = [
    str(BIN / "node"),
    str(Path(sys.prefix) / "proxy" / "node_modules" / ".bin" / "configurable-http-proxy"),
]

# The page on which people sign in says what is kept of them, and can be read by everybody.
c.JupyterHub.template_paths = [str(Path(__file__).resolve().parent / "templates")]

# Names and passwords are the machine's own; only people of the course get in.
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {"thousandfold"}
c.PAMAuthenticator.open_sessions = False

# Beside passwords, whom Canvas or Moodle sends by LTI 1.3: lti.md. Only where it was set up.
PLATFORM = HERE / "lti" / "platform.toml"
if PLATFORM.exists():
    sys.path.append(str(Path(__file__).resolve().parent))
    from lti_launch import PasswordOrLaunch
    from lti_platform import read_platform

    platform = read_platform(PLATFORM.parent)  # with https: its keys say who is who
    c.JupyterHub.authenticator_class = PasswordOrLaunch
    c.PasswordOrLaunch.issuer = platform.issuer
    c.PasswordOrLaunch.client_id = {platform.client_id}
    c.PasswordOrLaunch.deployments = set(platform.deployments)
    c.PasswordOrLaunch.authorize_url = platform.authorize_url
    c.PasswordOrLaunch.jwks_endpoint = platform.keys_url
    c.LTI13LaunchValidator.time_leeway = 60  # seconds that clocks may differ
    c.JupyterHub.template_vars = {"launch": True}

# systemd keeps one learner's endless loop away from the other 39. Without it there are no limits.
if Path("/run/systemd/system").is_dir():
    c.JupyterHub.spawner_class = "systemd"
    c.SystemdSpawner.mem_limit = "1G"
    c.SystemdSpawner.cpu_limit = 1.0
    c.SystemdSpawner.isolate_tmp = True
    c.SystemdSpawner.isolate_devices = True
    c.SystemdSpawner.disable_user_sudo = True
    c.SystemdSpawner.slice = "thousandfold.slice"
else:
    c.JupyterHub.spawner_class = "localprocess"

c.Spawner.cmd = [str(BIN / "jupyterhub-singleuser")]
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.start_timeout = 180  # forty first starts at nine o'clock on a cold disk
c.Spawner.http_timeout = 120
c.JupyterHub.concurrent_spawn_limit = 10  # the others wait a moment instead of failing together
c.Spawner.args = list(QUIET)
c.Spawner.environment = {
    "JUPYTER_CONFIG_PATH": str(HERE / "config" / "learner"),
    "THOUSANDFOLD_STUDY": str(HERE / "config" / "study.txt"),  # there with prepare.py --study
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

c.JupyterHub.services = [
    {
        "name": "thousandfold",  # nbgrader expects the name of the course
        "url": "http://127.0.0.1:9999",
        "command": [str(BIN / "jupyterhub-singleuser"), *QUIET],
        "user": GRADER,
        "cwd": str(HERE / "grader" / "course"),
        "environment": {
            "JUPYTER_CONFIG_PATH": str(HERE / "config" / "grader"),
            "JUPYTERHUB_DEFAULT_URL": "/lab?formgrader=true",
        },
        "oauth_no_confirm": True,
    },
    {
        "name": "idle",  # servers that nobody has used for an hour give their memory back
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    },
]
c.JupyterHub.load_groups = {"formgrade-thousandfold": {"users": instructors}}
c.JupyterHub.load_roles = [
    {
        "name": "instructor",
        "groups": ["formgrade-thousandfold"],
        "scopes": [
            "access:services!service=thousandfold",
            "list:services",
            "read:services!service=thousandfold",
        ],
    },
    {
        "name": "idle",
        "services": ["idle"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    },
]

# What the hub remembers: who is logged in, and the secret behind it. Only root reads it.
c.JupyterHub.cookie_secret_file = "/var/lib/jupyterhub/cookie_secret"  # noqa: S105
c.JupyterHub.db_url = "sqlite:////var/lib/jupyterhub/jupyterhub.sqlite"
c.ConfigurableHTTPProxy.pid_file = "/var/lib/jupyterhub/proxy.pid"
c.JupyterHub.shutdown_on_logout = False
