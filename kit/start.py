"""Set Thousandfold up in this folder, and open it.

The start scripts call this with any Python they find. The first start makes the folder .venv and
installs what requirements.lock names, from the folder wheels if there is one, else from the
internet. Later starts only open JupyterLab. A start that was stopped can be run again.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
READY = VENV / "ready.txt"
WHEELS = HERE / "wheels"
WINDOWS = sys.platform == "win32"
sys.path.insert(0, str(HERE))  # also where PYTHONSAFEPATH is set
LONGEST_PATH = 90  # Windows allows 260 signs, and packages need up to 165 of them


def main():
    """Install what is missing, then start JupyterLab with what stands on the command line."""
    if WINDOWS and len(str(HERE)) > LONGEST_PATH:
        stop(f"The folder {HERE} lies too deep for Windows. Move it to C:\\thousandfold.")
    if WINDOWS and any(part.startswith("OneDrive") for part in HERE.parts):
        print("OneDrive copies all of this folder, soon 1 GB: in C:\\thousandfold it is quicker.")
    needed = ("set_up.py", "whole.py", "requirements.lock", "package")
    if not all((HERE / name).exists() for name in needed):
        stop("Something is missing beside start.py. Extract the whole zip, then start again.")
    from set_up import (
        Environment,
        NotInstalledError,
        SetUpError,
    )  # says what to do where this Python is too old

    signal.signal(signal.SIGINT, signal.default_int_handler)  # not ignored, as after nohup
    asked = sys.argv[1:]
    only_set_up = "--only-set-up" in asked
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is compiled once is kept
    packages = {path.name.split("-")[0]: path for path in sorted((HERE / "package").glob("*.whl"))}
    environment = Environment(
        VENV,
        HERE / "requirements.lock",
        tuple(map(str, packages.values())),
        wheels=WHEELS if WHEELS.is_dir() else None,
    )
    if READY.is_file() and READY.read_text("utf-8") == fingerprint() and environment.is_whole():
        print("Everything is installed.")
    else:
        print("Setting up. This takes a minute or two, once.", flush=True)
        try:
            environment.make()
            READY.write_text(fingerprint(), encoding="utf-8")
        except NotInstalledError as error:
            stop(f"{error} Or put your facilitator's folder wheels beside start.py.")
        except (OSError, SetUpError) as error:
            stop(error)
        except KeyboardInterrupt:
            stop("Stopped. Start again when you like: it begins anew.")
    if only_set_up:
        return
    opens = "JupyterLab opens in your browser"
    if "--no-browser" in asked:
        opens = "Open the address below, the one with 127.0.0.1, in a browser"
    print(f"{opens}. Close this window to end it.", flush=True)
    command = [
        str(environment.python),
        "-m",
        "thousandfold.commands.lab",
        str(HERE),
        "notebooks/00_start_here.ipynb",
        *asked,
    ]
    if not WINDOWS:  # JupyterLab takes its place, so that whoever ends the script ends JupyterLab
        os.chdir(str(HERE))
        os.execv(command[0], command)  # noqa: S606 - from a list
    try:
        sys.exit(subprocess.call(command, cwd=str(HERE)))
    except KeyboardInterrupt:
        print("JupyterLab has ended.")


def fingerprint():
    """Return what the environment was made from: a new kit or a moved folder means a new one."""
    made_from = sorted((HERE / "package").glob("*.whl"))
    return "\n".join([str(HERE), *(f"{path.name} {path.stat().st_size}" for path in made_from)])


def stop(sentence):
    """End with a sentence that says what to do."""
    print(f"\n{sentence}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
