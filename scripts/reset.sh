#!/usr/bin/env bash
# Removes everything that Postiljon kept in var/, after asking.
set -euo pipefail
cd "$(dirname "$0")/.."

[ -d var ] || { echo "There is nothing to remove."; exit 0; }
if [ -e var/run.lock ] && ! flock --nonblock var/run.lock true; then
  echo "Postiljon is running. Stop it first (Ctrl-C in its terminal)." >&2
  exit 1
fi
echo "This removes every document, person and setting in $PWD/var. It cannot be undone."
read -r -p "Type yes to go on: " answer
[ "$answer" = yes ] || { echo "Nothing was removed."; exit 1; }
rm -rf var
echo "Removed. The next start begins with an empty platform."
