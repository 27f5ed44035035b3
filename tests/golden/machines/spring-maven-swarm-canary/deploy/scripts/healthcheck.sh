#!/usr/bin/env bash
# Waits until every component of spring-maven is healthy.
set -euo pipefail

usage() {
  cat <<'EOF'
healthcheck.sh [--timeout SECONDS] [--url URL] ENVIRONMENT [NAME=IMAGE...]

With NAME=IMAGE, that very image must be the one that is healthy; without, every component as it runs.

  ENVIRONMENT  staging | prod
  NAME         shop | shop-canary
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

names=(shop shop-canary)
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

# healthy, starting or failed, of NAME; with IMAGE, of that one only.
state_of() {
  local told image update wanted tasks service="spring-maven_$1"
  told="$(docker service inspect --format \
    '{{.Spec.TaskTemplate.ContainerSpec.Image}} {{if .UpdateStatus}}{{.UpdateStatus.State}}{{else}}none{{end}} {{.Spec.Mode.Replicated.Replicas}}' \
    "${service}" 2>/dev/null)" || {
    echo "starting"
    return
  }
  read -r image update wanted <<<"${told}"
  # The swarm goes back by itself: then its image is the one before.
  if [[ -n "${2:-}" && "${image}" != "$2" ]] || [[ "${update}" == paused || "${update}" == rollback_paused ]]; then
    echo "failed: ${update} ${image}"
    return
  fi
  if [[ "${update}" == updating || "${update}" == rollback_started ]]; then
    echo "starting"
    return
  fi
  tasks="$(docker service ps --no-trunc --filter desired-state=running \
    --format '{{.Image}} {{.CurrentState}}' "${service}")"
  if [[ "$(grep --count --fixed-strings -- "${image} Running " <<<"${tasks}")" == "${wanted}" ]] &&
    [[ "$(wc -l <<<"${tasks}")" == "${wanted}" ]]; then
    echo "healthy"
  else
    echo "starting"
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
