"""Set Thousandfold up in this folder, and open it.

The start scripts call this with any Python they find. The first start makes the folder .venv and
installs what requirements.lock names, from the folder wheels if there is one, else from the
internet. Later starts only open JupyterLab. A start that was stopped can be run again.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
READY = VENV / "ready.txt"
WHEELS = HERE / "wheels"
WINDOWS = sys.platform == "win32"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
LONGEST_PATH = 90  # Windows allows 260 signs, and packages need up to 165 of them


def main():
    """Install what is missing, then start JupyterLab with what stands on the command line."""
    if sys.version_info < (3, 11):  # noqa: UP036
        stop(
            "Thousandfold needs Python 3.11 or newer, and this is "
            f"{sys.version_info[0]}.{sys.version_info[1]}. "
            "Install a newer one from python.org and start again."
        )
    if WINDOWS and len(str(HERE)) > LONGEST_PATH:
        stop(f"The folder {HERE} lies too deep for Windows. Move it to C:\\thousandfold.")
    asked = sys.argv[1:]
    only_set_up = "--only-set-up" in asked
    if READY.is_file() and READY.read_text(encoding="utf-8") == fingerprint() and works():
        print("Everything is installed.")
    else:
        set_up()
    if only_set_up:
        return
    print("JupyterLab opens in your browser. Close this window to end it.", flush=True)
    command = [
        str(PYTHON),
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={HERE}",
        f"--LabApp.app_settings_dir={HERE / 'lab'}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--KernelManager.transport_encryption=auto",
        *asked,
        str(HERE / "notebooks" / "00_start_here.ipynb"),
    ]
    if not WINDOWS:  # JupyterLab takes its place, so that whoever ends the script ends JupyterLab
        signal.signal(signal.SIGINT, signal.default_int_handler)  # not ignored, as after nohup
        os.chdir(str(HERE))
        os.execv(command[0], command)  # noqa: S606 - from a list
    try:
        sys.exit(subprocess.call(command, cwd=str(HERE)))
    except KeyboardInterrupt:
        print("JupyterLab has ended.")


def set_up():
    """Make the environment anew."""
    lock, package = HERE / "requirements.lock", sorted((HERE / "package").glob("*.whl"))
    if not lock.is_file() or not package:
        stop("Something is missing beside start.py. Extract the whole zip, then start again.")
    print("Setting up. This takes one to five minutes, once.", flush=True)
    if VENV.exists():
        shutil.rmtree(str(VENV))
    try:
        run([sys.executable, "-m", "venv", str(VENV)], "A Python environment cannot be made here.")
        install = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        locked = ["--require-hashes", "-r", str(lock)]
        offline = ["--no-index", "--find-links", str(WHEELS)]
        if not (WHEELS.is_dir() and subprocess.call([*install, *offline, *locked]) == 0):
            if WHEELS.is_dir():
                print("The folder wheels is for another system or Python; trying the internet.")
            run(
                [*install, *locked],
                "Not everything could be installed. Is there a network? If the facilitator has a "
                "folder wheels for your system, put it beside start.py.",
            )
        ours = ["--no-deps", "--no-index", "--force-reinstall", str(package[-1])]
        run([*install, *ours], "The package of the workshop could not be installed.")
    except OSError as error:
        stop(f"This folder cannot be set up ({error}). Move it to a place that is yours.")
    READY.write_text(fingerprint(), encoding="utf-8")


def fingerprint():
    """Return what the environment was made from: a new kit or a moved folder means a new one."""
    made_from = sorted((HERE / "package").glob("*.whl"))
    return "\n".join([str(HERE), *(f"{path.name} {path.stat().st_size}" for path in made_from)])


def works():
    """Say whether the Python of the environment still starts."""
    try:
        return subprocess.call([str(PYTHON), "-c", ""]) == 0
    except OSError:
        return False


def run(command, problem):
    """Run a program, and stop with a sentence if it fails."""
    if subprocess.call(command) != 0:
        stop(f"{problem} The lines above say more.")


def stop(sentence):
    """End with a sentence that says what to do."""
    print(f"\n{sentence}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
