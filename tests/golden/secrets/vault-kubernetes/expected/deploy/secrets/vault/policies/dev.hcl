# Lit les secrets de shop dans dev, et rien d'autre.
path "kv-dev/data/shop/*" {
  capabilities = ["read"]
}

path "kv-dev/metadata/shop/*" {
  capabilities = ["read"]
}
