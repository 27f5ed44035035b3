# Reads the secrets of shop in dev, and nothing else.
path "kv-dev/data/shop/*" {
  capabilities = ["read"]
}

path "kv-dev/metadata/shop/*" {
  capabilities = ["read"]
}
