terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.19"
    }
  }

  # Its own state is small, holds no secret and can be imported again: it stays beside it, one workspace an account.
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account_id == null ? null : [var.account_id]

  default_tags {
    tags = {
      service     = "orders"
      owner       = "payments"
      cost_centre = "CC-2001"
      managed_by  = "terraform"
    }
  }
}
