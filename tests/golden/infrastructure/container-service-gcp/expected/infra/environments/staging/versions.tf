terraform {
  required_version = ">= 1.11.4, < 2.0"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.9"
    }
  }

  # The bucket locks by itself, and encrypts with the key that bootstrap made.
  backend "gcs" {
    bucket = "orders-tfstate-acme-orders-staging"
    prefix = "orders/staging"
  }
}
