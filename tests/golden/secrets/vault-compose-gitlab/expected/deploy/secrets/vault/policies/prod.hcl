# Reads the secrets of shop in prod, and nothing else.
path "kv-prod/data/shop/*" {
  capabilities = ["read"]
}

path "kv-prod/metadata/shop/*" {
  capabilities = ["read"]
}
