#!/usr/bin/env bash
# Deploys spring-maven by digest, waits until it is healthy, and goes back by itself when it does not become so.
set -euo pipefail

usage() {
  cat <<'EOF'
deploy.sh [--dry-run] [--timeout SECONDS] ENVIRONMENT NAME=IMAGE...

Puts IMAGE (by digest: name@sha256:…) in the place of what runs as NAME; what is not named stays.

  ENVIRONMENT  staging | prod
  NAME         shop | shop-canary
  --dry-run    says what would change and changes nothing
  --timeout    seconds to wait for health (default: 300)

Exit status: 0 deployed, or it ran already; 1 failed and taken back; 2 failed and NOT taken back; 64 wrong usage; 75 another deployment runs; 130 cancelled and taken back.
What was deployed is noted under STATE_DIR (default: ~/.local/state/spring-maven).
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
root="$(cd "${here}/../.." && pwd)"
names=(shop shop-canary)
dry_run=false
timeout=300
action=deploy
while (($#)); do
  case "$1" in
    --dry-run) dry_run=true ;;
    --timeout)
      timeout="${2:-}"
      shift
      ;;
    --as-rollback) action=rollback ;;
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
if (($# < 2)); then
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

# The variable of the file that takes the image of NAME.
variable() {
  case "$1" in
    shop) echo SPRING_MAVEN_SHOP_IMAGE ;;
    shop-canary) echo SPRING_MAVEN_SHOP_CANARY_IMAGE ;;
  esac
}

# The image that runs as NAME, as it was given; nothing when none does.
running() {
  docker service inspect --format '{{.Spec.TaskTemplate.ContainerSpec.Image}}' "spring-maven_$1" 2>/dev/null || true
}

# The swarm replaces task after task; one that is not healthy takes the update back by itself.
apply() {
  local name
  for name in "${names[@]}"; do
    export "$(variable "${name}")=${images[${name}]}"
  done
  # By digest already: there is nothing to look up.
  docker stack deploy --with-registry-auth --prune --resolve-image never \
    --compose-file "${root}/deploy/swarm/docker-stack.yml" spring-maven
}

declare -A before=() images=()
for name in "${names[@]}"; do
  before["${name}"]="$(running "${name}")"
  images["${name}"]="${before[${name}]}"
done
for each in "$@"; do
  name="${each%%=*}"
  image="${each#*=}"
  [[ " ${names[*]} " == *" ${name} "* ]] || die 64 "no such component: ${name}"
  [[ "${image}" =~ ^([a-z0-9][a-zA-Z0-9._:/-]*@)?sha256:[0-9a-f]{64}$ ]] ||
    die 64 "${image} is not named by its digest"
  images["${name}"]="${image}"
done
changes=()
for name in "${names[@]}"; do
  [[ -n "${images[${name}]}" ]] || die 64 "${name} does not run yet: give its image too"
  [[ "${images[${name}]}" == "${before[${name}]}" ]] ||
    changes+=("${name}: ${before[${name}]:-nothing} -> ${images[${name}]}")
done

# The images of all components as arguments for healthcheck.sh.
expected() {
  for name in "${names[@]}"; do
    printf '%s=%s\n' "${name}" "${images[${name}]}"
  done
}

healthy() {
  local arguments
  mapfile -t arguments < <(expected)
  "${here}/healthcheck.sh" --timeout "$1" "${environment}" "${arguments[@]}"
}

if "${dry_run}"; then
  say "would change in ${environment}:"
  printf '%s\n' "${changes[@]:-nothing}"
  exit 0
fi

state="${STATE_DIR:-${XDG_STATE_HOME:-${HOME}/.local/state}/spring-maven}/${environment}"
mkdir -p "${state}"
exec 9>"${state}/lock"
flock --nonblock 9 || die 75 "another deployment of ${environment} runs"
# Between the look and the lock another deployment may have ended.
for name in "${names[@]}"; do
  [[ "$(running "${name}")" == "${before[${name}]}" ]] ||
    die 75 "${name} has just been deployed by somebody else: look and try again"
done

note() {
  printf '%s\t%s\t%s\t%s\t%s\n' "$(date -u +%FT%TZ)" "${USER:-$(id -un)}" "${action}" "$1" \
    "$(expected | tr '\n' ' ')" >>"${state}/deployments.log"
}

# The images that run are noted for rollback.sh, those before them are kept; each file is there whole or not at all.
remember() {
  expected >"${state}/current.new"
  [[ ! -e "${state}/current" ]] || mv "${state}/current" "${state}/previous"
  mv "${state}/current.new" "${state}/current"
}

if [[ -z "${changes[*]:-}" ]]; then
  healthy 15 || die 1 "it runs already, but is not healthy"
  say "it runs already"
  exit 0
fi

child=
take_back() {
  local status="$1"
  # Nothing interrupts the way back.
  trap '' INT TERM HUP
  note failed
  for name in "${names[@]}"; do
    [[ -n "${before[${name}]}" ]] || die 2 "it did not become healthy, and nothing ran before that it could go back to"
    images["${name}"]="${before[${name}]}"
  done
  say "going back to what ran before"
  if apply && healthy "${timeout}"; then
    note taken-back
    die "${status}" "taken back; the new version does not run"
  fi
  note broken
  die 2 "FAILED, and could not be taken back: a person must look"
}

cancel() {
  if [[ -n "${child}" ]]; then
    kill -TERM -- "-${child}" 2>/dev/null || true
    wait "${child}" 2>/dev/null || true
  fi
  say "cancelled"
  take_back 130
}
trap cancel INT TERM HUP

# In the background and waited for: a signal is heard at once, and ends the step with all it has started.
step() {
  set -m
  "$@" &
  child="$!"
  set +m
  wait "${child}"
}

note started
printf '%s\n' "${changes[@]}" >&2
if step apply && step healthy "${timeout}"; then
  trap '' INT TERM HUP
  remember
  note deployed
  say "deployed"
else
  take_back 1
fi
