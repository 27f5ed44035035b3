# For people who rotate: they write new versions and see their ages, and read no value.
path "kv-dev/data/shop/*" {
  capabilities = ["create", "update"]
}

path "kv-dev/metadata/shop/*" {
  capabilities = ["read", "list"]
}
