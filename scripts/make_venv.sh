#!/usr/bin/env bash
# Makes .venv with a Python that is new enough, or says what to install.
set -euo pipefail
python=${PYTHON:-python3}

if ! command -v "$python" >/dev/null; then
  echo "Python is missing. Install it: sudo apt-get install python3 python3-venv" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Postiljon needs Python 3.11 or newer; this is $("$python" --version)." >&2
  echo "Name another one: make run PYTHON=/path/to/python3.11" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "Python cannot make virtual environments yet. Run: sudo apt-get install python3-venv" >&2
  exit 1
fi
"$python" -m venv .venv
