#!/bin/sh
# Starts the workshop. In a terminal: sh start-linux.sh
cd "$(dirname "$0")" || exit 1
for python in python3.13 python3.12 python3.11 python3.14 python3 python; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    exec "$python" start.py "$@"
  fi
done
echo "Thousandfold needs Python 3.11 or newer, and there is none here. Install it: on macOS from" >&2
echo "python.org, on Linux from your distribution (python3 and python3-venv). Then start again." >&2
exit 1
