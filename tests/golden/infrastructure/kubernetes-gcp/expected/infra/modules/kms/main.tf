# One key an environment: what it encrypts can be cut off from everybody at once.
resource "google_kms_key_ring" "main" {
  name     = var.name
  location = var.region
}

resource "google_kms_crypto_key" "main" {
  name            = var.name
  key_ring        = google_kms_key_ring.main.id
  rotation_period = "7776000s"

  # Without the key nothing it encrypted can be read again.
  lifecycle {
    prevent_destroy = true
  }
}

resource "google_kms_crypto_key_iam_member" "main" {
  for_each = toset(var.users)

  crypto_key_id = google_kms_crypto_key.main.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value
}
