#!/usr/bin/env bash
# Gives the new version its share of the traffic; Traefik takes it over at once, without a restart.
set -euo pipefail

usage() {
  cat <<'EOF'
share.sh [--dry-run] PERCENT

PERCENT (0 to 100) of the requests go to green, the rest to blue. 0 is the way back.
The file is shares.yml in TRAEFIK_DYNAMIC (default: /etc/traefik/dynamic); it is replaced as a whole.

Exit status: 0 done, 64 wrong usage.
EOF
}

say() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >&2; }

die() {
  local status="$1"
  shift
  say "$*"
  exit "${status}"
}

dry_run=false
while (($#)); do
  case "$1" in
    --dry-run) dry_run=true ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) die 64 "unknown option: $1" ;;
    *) break ;;
  esac
  shift
done
if (($# != 1)) || [[ ! "$1" =~ ^(0|[1-9][0-9]?|100)$ ]]; then
  usage >&2
  exit 64
fi
new="$1"
old=$((100 - new))

shares() {
  cat <<EOF
http:
  services:
    express-npm-shared:
      weighted:
        services:
          - {name: express-npm-notes-api-blue, weight: ${old}}
          - {name: express-npm-notes-api-green, weight: ${new}}
EOF
}

if "${dry_run}"; then
  shares
  exit 0
fi
folder="${TRAEFIK_DYNAMIC:-/etc/traefik/dynamic}"
# Whole or not at all: Traefik never reads half a file. Its name ends in none that Traefik reads.
draft="$(mktemp "${folder}/shares.XXXXXX")"
trap 'rm -f "${draft}"' EXIT
shares >"${draft}"
chmod 644 "${draft}"
mv "${draft}" "${folder}/shares.yml"
trap - EXIT
say "${old} % / ${new} %"
