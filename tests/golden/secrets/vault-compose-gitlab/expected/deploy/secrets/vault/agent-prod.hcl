# Vault Agent beside the service in prod: logs in, renews, and writes the variables where only it reads them.
# VAULT_ADDR says where Vault is. Lines are NAME=value, unquoted: docker run --env-file, or format: raw in compose.
auto_auth {
  method {
    type = "approle"

    config = {
      role_id_file_path                   = "/etc/vault-agent/role-id"
      secret_id_file_path                 = "/etc/vault-agent/secret-id"
      remove_secret_id_file_after_reading = true
    }
  }
}

template_config {
  exit_on_retry_failure         = true
  static_secret_render_interval = "5m"
}

template {
  destination          = "/run/shop/environment"
  perms                = "0400"
  error_on_missing_key = true

  contents = <<-EOT
{{ with secret "kv-prod/data/shop/DATABASE_URL" }}DATABASE_URL={{ .Data.data.value }}{{ end }}
{{ with secret "kv-prod/data/shop/SECRET_KEY" }}SECRET_KEY={{ .Data.data.value }}{{ end }}
{{ with secret "kv-prod/data/shop/STRIPE_API_KEY" }}STRIPE_API_KEY={{ .Data.data.value }}{{ end }}
  EOT
}
