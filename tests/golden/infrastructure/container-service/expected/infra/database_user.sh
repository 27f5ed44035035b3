#!/usr/bin/env bash
# Makes the application's own user in the database of an environment; run again, it changes the password.
# Two users take turns, so tasks that still run keep working until they are replaced. Nothing secret is shown or kept.
set -euo pipefail

usage() {
  echo "Usage: infra/database_user.sh ENVIRONMENT, with the credentials of its account" >&2
  exit 2
}
[ "$#" -eq 1 ] || usage

for program in aws jq terraform; do
  command -v "${program}" >/dev/null || {
    echo "missing:" "${program}" >&2
    exit 1
  }
done

here="$(cd "$(dirname "$0")" && pwd)"
folder="${here}/environments/$1"
if [ ! -d "${folder}" ]; then
  # One root with workspaces.
  [ -f "${here}/environments/$1.tfvars" ] || usage
  folder="${here}"
  export TF_WORKSPACE="$1"
fi

told="$(terraform -chdir="${folder}" output -json database_user)"
value() { jq --raw-output "$1" <<<"${told}"; }

AWS_REGION="$(value .region)"
export AWS_REGION
cluster="$(value .cluster)"
secret="$(value .secret)"

# The other one of the two; the first time there is none.
current="$(aws secretsmanager get-secret-value --secret-id "${secret}" --query SecretString --output text 2>/dev/null |
  jq --raw-output .username || true)"
user=app_a
[ "${current}" = app_a ] && user=app_b

password="$(aws secretsmanager get-random-password --password-length 40 --exclude-punctuation \
  --query RandomPassword --output text)"

# Values go through files that only this user can read: arguments of programs are seen by everybody on the machine.
umask 077
work="$(mktemp -d)"
trap 'rm -rf "${work}"' EXIT

put() {
  aws secretsmanager put-secret-value --secret-id "$1" --secret-string "file://$2" "${@:3}" >/dev/null
}

# The task reads what is pending; it counts as current once the database knows it.
printf '{"username": "%s", "password": "%s"}' "${user}" "${password}" >"${work}/user"
put "${secret}" "${work}/user" --version-stages AWSPENDING

echo "Making the user in the database" "(${user})" >&2
task="$(aws ecs run-task --cluster "${cluster}" --launch-type FARGATE \
  --task-definition "$(value .task_definition)" \
  --network-configuration "$(value '{awsvpcConfiguration: .network} | tojson')" \
  --query 'tasks[0].taskArn' --output text)"
aws ecs wait tasks-stopped --cluster "${cluster}" --tasks "${task}"
code="$(aws ecs describe-tasks --cluster "${cluster}" --tasks "${task}" \
  --query 'tasks[0].containers[0].exitCode' --output text)"
if [ "${code}" != 0 ]; then
  # The tasks still read what they read before: nothing is broken, nothing has changed for them.
  printf '%s %s\n' "It failed; the log group says why:" "$(value .log_group)" >&2
  exit 1
fi

put "${secret}" "${work}/user"

# What the tasks read, in the form each variable expects.
value '.secrets | to_entries[] | [.value.arn, .value.text] | @tsv' | while IFS=$'\t' read -r arn text; do
  text="${text//\{user\}/${user}}"
  printf '%s' "${text//\{password\}/${password}}" >"${work}/value"
  put "${arn}" "${work}/value"
done

echo "Starting the tasks again, a few at a time" >&2
mapfile -t services < <(value '.services[]')
for service in "${services[@]}"; do
  aws ecs update-service --cluster "${cluster}" --service "${service}" --force-new-deployment >/dev/null
done
aws ecs wait services-stable --cluster "${cluster}" --services "${services[@]}"
