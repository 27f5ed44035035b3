#!/usr/bin/env bash
# Prepares Vault for shop: engines, policies, roles. It may run again; it holds no secret.
set -euo pipefail
cd "$(dirname "$0")"

enabled() { vault "$1" list -format=json | jq -e --arg path "$2/" 'has($path)' >/dev/null; }

enabled secrets kv-prod || vault secrets enable -path=kv-prod -version=2 kv
vault policy write shop-prod policies/prod.hcl
vault policy write shop-prod-rotate policies/prod-rotate.hcl
enabled auth approle || vault auth enable approle
vault write auth/approle/role/shop-prod @roles/prod.json

# The pipeline shows the token that GitLab signs for the job, and keeps no secret of its own.
enabled auth jwt-ci || vault auth enable -path=jwt-ci jwt
vault write auth/jwt-ci/config oidc_discovery_url=https://gitlab.acme.io bound_issuer=https://gitlab.acme.io
vault write auth/jwt-ci/role/shop-prod @roles/prod-ci.json
