#!/usr/bin/env bash
# Sees to it that Debian packages are there. Usage: system_packages.sh [pdf] [browser] [redis] [postgresql] [backup] [hosts] [deploy]
# Installs what is missing as root or with a sudo that asks nothing; otherwise prints the command and stops.
set -euo pipefail

libraries=$(/sbin/ldconfig -p)
missing=()

library() { [[ $libraries == *"$1"* ]] || missing+=("$2"); }
font() { [ -n "$(find /usr/share/fonts /usr/local/share/fonts -name "$1" -print -quit 2>/dev/null)" ] || missing+=("$2"); }
program() { command -v "$1" >/dev/null || missing+=("$2"); }

for need in "$@"; do
  case $need in
    pdf)
      library libpango-1.0.so.0 libpango-1.0-0
      library libpangoft2-1.0.so.0 libpangoft2-1.0-0
      library libharfbuzz-subset.so.0 libharfbuzz-subset0
      font DejaVuSans.ttf fonts-dejavu-core
      font LiberationSans-Regular.ttf fonts-liberation
      ;;
    browser) program chromium chromium ;;
    redis) program redis-server redis-server ;;
    hosts) program ip iproute2 ;;
    deploy)
      program systemd-analyze systemd
      program openssl openssl
      ;;
    postgresql) compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || program initdb postgresql ;;
    backup) # SQLite needs nothing beside Python
      [[ ${DATABASE_URL:-} != postgres* ]] || compgen -G '/usr/lib/postgresql/*/bin/pg_dump' >/dev/null || program pg_dump postgresql-client
      ;;
    *) echo "system_packages.sh: “$need” is not a need it knows" >&2; exit 2 ;;
  esac
done

[ ${#missing[@]} -eq 0 ] && exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if ! command -v apt-get >/dev/null; then
  echo "These system packages are missing (Debian’s names): ${missing[*]}. Install them, then try again." >&2
  exit 1
elif [ "$(id -u)" -eq 0 ]; then
  as_root=(env DEBIAN_FRONTEND=noninteractive)
elif sudo -n true 2>/dev/null; then
  as_root=(sudo -n env DEBIAN_FRONTEND=noninteractive)
else
  echo "These system packages are missing: ${missing[*]}. Run this, then try again:" >&2
  echo "    sudo apt-get update && sudo ${install[*]}" >&2
  exit 1
fi

echo "    installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq </dev/null
"${as_root[@]}" "${install[@]}" -qq </dev/null >/dev/null
