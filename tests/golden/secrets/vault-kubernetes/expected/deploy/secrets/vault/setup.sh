#!/usr/bin/env bash
# Prépare Vault pour shop : moteurs, politiques, rôles. Peut être relancé ; ne contient aucun secret.
set -euo pipefail
cd "$(dirname "$0")"

enabled() { vault "$1" list -format=json | jq -e --arg path "$2/" 'has($path)' >/dev/null; }

enabled secrets kv-dev || vault secrets enable -path=kv-dev -version=2 kv
vault policy write shop-dev policies/dev.hcl
vault policy write shop-dev-rotate policies/dev-rotate.hcl
# Une méthode par cluster ; son adresse et son certificat sont à régler par qui exploite le cluster.
enabled auth kubernetes-dev || vault auth enable -path=kubernetes-dev kubernetes
vault write auth/kubernetes-dev/role/shop @roles/dev.json
enabled secrets kv-prod || vault secrets enable -path=kv-prod -version=2 kv
vault policy write shop-prod policies/prod.hcl
vault policy write shop-prod-rotate policies/prod-rotate.hcl
# Une méthode par cluster ; son adresse et son certificat sont à régler par qui exploite le cluster.
enabled auth kubernetes-prod || vault auth enable -path=kubernetes-prod kubernetes
vault write auth/kubernetes-prod/role/shop @roles/prod.json

# Le pipeline présente le jeton que GitHub signe pour la tâche, et ne garde aucun secret à lui.
enabled auth jwt-ci || vault auth enable -path=jwt-ci jwt
vault write auth/jwt-ci/config oidc_discovery_url=https://token.actions.githubusercontent.com bound_issuer=https://token.actions.githubusercontent.com
vault write auth/jwt-ci/role/shop-dev @roles/dev-ci.json
vault write auth/jwt-ci/role/shop-prod @roles/prod-ci.json
