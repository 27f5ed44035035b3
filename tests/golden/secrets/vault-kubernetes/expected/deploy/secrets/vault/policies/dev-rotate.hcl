# Pour qui renouvelle : écrire de nouvelles versions et voir leur âge, sans lire aucune valeur.
path "kv-dev/data/shop/*" {
  capabilities = ["create", "update"]
}

path "kv-dev/metadata/shop/*" {
  capabilities = ["read", "list"]
}
