#!/usr/bin/env bash
# Puts one secret into its store. The value is read without echo, or from standard input, and is never an argument.
# Usage: set-secret.sh ENVIRONMENT NAME
set -euo pipefail

environment="${1:?which environment?}"
name="${2:?which secret?}"

case "$environment" in
  prod) ;;
  *)
    echo "unknown environment: $environment" >&2
    exit 2
    ;;
esac
case "$name" in
  DATABASE_URL) ;;
  SECRET_KEY) ;;
  STRIPE_API_KEY) ;;
  *)
    echo "unknown secret: $name" >&2
    exit 2
    ;;
esac

if [[ -t 0 ]]; then
  IFS= read -rsp "$name ($environment): " value
  echo >&2
else
  value="$(cat)"
fi
[[ -n "$value" ]] || {
  echo "an empty value is refused" >&2
  exit 2
}

# printf is part of the shell: the value shows in no list of processes.
printf '%s' "$value" | aws ssm put-parameter --name "/$environment/shop/$name" --type SecureString \
  --key-id "alias/shop-$environment-secrets" --overwrite --value file:///dev/stdin --output text --query Version
