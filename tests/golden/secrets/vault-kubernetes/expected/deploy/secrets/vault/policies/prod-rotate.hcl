# For people who rotate: they write new versions and see their ages, and read no value.
path "kv-prod/data/shop/*" {
  capabilities = ["create", "update"]
}

path "kv-prod/metadata/shop/*" {
  capabilities = ["read", "list"]
}
