#!/usr/bin/env bash
# The program nginx in .venv/debian, to read our example with, where the machine has none. Only its files:
# installing Debian's package would open port 80 at once.
set -euo pipefail
into=.venv/debian

PATH=$PATH:/usr/sbin:$into/usr/sbin command -v nginx >/dev/null && exit 0

echo "    unpacking nginx into $into"
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
download() { (cd "$folder" && apt-get download -qq -o APT::Sandbox::User=root nginx </dev/null); }
download 2>/dev/null || { [ "$(id -u)" -eq 0 ] && apt-get update -qq </dev/null && download; } || {
  echo "nginx could not be fetched. Run “sudo apt-get update”, then try again." >&2
  exit 1
}
mkdir -p "$into"
dpkg -x "$folder"/nginx_*.deb "$into"
