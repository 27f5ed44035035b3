output "key_id" {
  description = "The key."
  value       = google_kms_crypto_key.main.id
}
