# Lit les secrets de shop dans prod, et rien d'autre.
path "kv-prod/data/shop/*" {
  capabilities = ["read"]
}

path "kv-prod/metadata/shop/*" {
  capabilities = ["read"]
}
