# Pour qui renouvelle : écrire de nouvelles versions et voir leur âge, sans lire aucune valeur.
path "kv-prod/data/shop/*" {
  capabilities = ["create", "update"]
}

path "kv-prod/metadata/shop/*" {
  capabilities = ["read", "list"]
}
