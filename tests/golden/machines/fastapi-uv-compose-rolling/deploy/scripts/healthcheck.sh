#!/usr/bin/env bash
# Waits until every component of fastapi-uv is healthy.
set -euo pipefail

usage() {
  cat <<'EOF'
healthcheck.sh [--timeout SECONDS] [--url URL] ENVIRONMENT [NAME=IMAGE...]

With NAME=IMAGE, that very image must be the one that is healthy; without, every component as it runs.

  ENVIRONMENT  staging | prod
  NAME         orders-api
  --timeout    seconds to wait (default: 60)
  --url        an address that must answer with success too

Exit status: 0 healthy, 1 not, 64 wrong usage.
EOF
}

say() { printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >&2; }

die() {
  local status="$1"
  shift
  say "$*"
  exit "${status}"
}

names=(orders-api)
timeout=60
url=
while (($#)); do
  case "$1" in
    --timeout)
      timeout="${2:-}"
      shift
      ;;
    --url)
      url="${2:-}"
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
[[ "${timeout}" =~ ^[1-9][0-9]{0,4}$ ]] || die 64 "--timeout is a number of seconds"
if (($# < 1)); then
  usage >&2
  exit 64
fi
environment="$1"
shift
case "${environment}" in
  staging)
    # The engine of this machine, or the one that DOCKER_HOST names.
    ;;
  prod)
    # The engine of this machine, or the one that DOCKER_HOST names.
    ;;
  *) die 64 "no such environment: ${environment}" ;;
esac
declare -A expected=()
for each in "$@"; do
  name="${each%%=*}"
  [[ " ${names[*]} " == *" ${name} "* && "${each}" == *=* ]] || die 64 "no such component: ${name}"
  expected["${name}"]="${each#*=}"
done

# healthy, running (no health to ask), starting or failed, of NAME; with IMAGE, of that one only.
state_of() {
  local id told image status health restarts
  id="$(docker ps --all --quiet --filter "label=com.docker.compose.project=fastapi-uv" \
    --filter "label=com.docker.compose.service=$1" --filter "label=com.docker.compose.oneoff=False" | head -n 1)"
  if [[ -z "${id}" ]]; then
    echo "starting"
    return
  fi
  told="$(docker inspect --format \
    '{{.Config.Image}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}} {{.RestartCount}}' "${id}")"
  read -r image status health restarts <<<"${told}"
  if [[ -n "${2:-}" && "${image}" != "$2" ]]; then
    echo "failed: ${image}"
  elif [[ "${health}" == unhealthy || "${status}" == exited || "${status}" == dead || "${restarts}" -gt 2 ]]; then
    echo "failed: ${status} ${health}"
  elif [[ "${status}" != running || "${health}" == starting ]]; then
    echo "starting"
  elif [[ "${health}" == none ]]; then
    echo "running"
  else
    echo "healthy"
  fi
}

# What has no health to ask must run this many seconds without a restart.
settle=5
until=$((SECONDS + timeout))
for name in "${names[@]}"; do
  since="${SECONDS}"
  while true; do
    told="$(state_of "${name}" "${expected[${name}]:-}")"
    case "${told}" in
      healthy) break ;;
      failed*) die 1 "${name}: ${told}" ;;
      running) ((SECONDS - since < settle)) || break ;;
      *) since="${SECONDS}" ;;
    esac
    ((SECONDS < until)) || die 1 "${name}: not healthy after ${timeout} seconds (${told})"
    sleep 0.5
  done
  say "${name}: ${told}"
done
if [[ -n "${url}" ]]; then
  until curl --fail --silent --show-error --output /dev/null --max-time 5 -- "${url}"; do
    ((SECONDS < until)) || die 1 "${url} does not answer"
    sleep 1
  done
fi
