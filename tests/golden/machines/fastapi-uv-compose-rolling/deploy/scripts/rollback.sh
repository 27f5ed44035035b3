#!/usr/bin/env bash
# Puts back what deploy.sh had deployed before, with the same lock, wait and way back.
set -euo pipefail

usage() {
  cat <<'EOF'
rollback.sh [--dry-run] [--timeout SECONDS] ENVIRONMENT [NAME=IMAGE...]

Without images: those of the deployment before the last, as STATE_DIR notes them. Run twice, it goes forward again.
Data is not taken back: migrated schemas stay as they are.

  ENVIRONMENT  staging | prod
  --dry-run    says what would change and changes nothing

Exit status: as deploy.sh; 66 when nothing was deployed before.
EOF
}

say() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >&2; }

die() {
  local status="$1"
  shift
  say "$*"
  exit "${status}"
}

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
options=(--as-rollback)
while (($#)); do
  case "$1" in
    --dry-run) options+=(--dry-run) ;;
    --timeout)
      options+=(--timeout "${2:-}")
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) die 64 "unknown option: $1" ;;
    *) break ;;
  esac
  shift
done
if (($# < 1)); then
  usage >&2
  exit 64
fi
environment="$1"
shift
[[ "${environment}" =~ ^[a-z0-9-]+$ ]] || die 64 "no such environment: ${environment}"
images=("$@")
if (($# == 0)); then
  previous="${STATE_DIR:-${XDG_STATE_HOME:-${HOME}/.local/state}/fastapi-uv}/${environment}/previous"
  [[ -e "${previous}" ]] || die 66 "nothing was deployed to ${environment} before the last deployment"
  mapfile -t images <"${previous}"
fi
exec "${here}/deploy.sh" "${options[@]}" "${environment}" "${images[@]}"
