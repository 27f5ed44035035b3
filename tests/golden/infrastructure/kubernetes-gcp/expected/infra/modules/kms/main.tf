# Une clé par environnement : ce qu’elle chiffre peut être retiré à tous d’un coup.
resource "google_kms_key_ring" "main" {
  name     = var.name
  location = var.region
}

resource "google_kms_crypto_key" "main" {
  name            = var.name
  key_ring        = google_kms_key_ring.main.id
  rotation_period = "7776000s"

  # Sans la clé, rien de ce qu’elle a chiffré ne peut être relu.
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
