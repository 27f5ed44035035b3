#!/usr/bin/env bash
# Dépose un secret dans son coffre. La valeur est lue sans écho, ou sur l'entrée standard, et n'est jamais un argument.
# Usage : set-secret.sh ENVIRONNEMENT NOM
set -euo pipefail

environment="${1:?quel environnement ?}"
name="${2:?quel secret ?}"

case "$environment" in
  staging) ;;
  prod) ;;
  *)
    echo "environnement inconnu : $environment" >&2
    exit 2
    ;;
esac
case "$name" in
  DATABASE_URL) ;;
  SECRET_KEY) ;;
  STRIPE_API_KEY) ;;
  *)
    echo "secret inconnu : $name" >&2
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
  echo "une valeur vide est refusée" >&2
  exit 2
}

# printf fait partie du shell : la valeur ne paraît dans aucune liste de processus.
printf '%s' "$value" | glab variable set "$name" --masked --protected --scope "$environment"
