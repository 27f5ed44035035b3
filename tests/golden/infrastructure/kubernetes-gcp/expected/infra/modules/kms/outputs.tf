output "key_id" {
  description = "La clé."
  value       = google_kms_crypto_key.main.id
}
