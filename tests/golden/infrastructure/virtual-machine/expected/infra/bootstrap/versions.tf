terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.19"
    }
  }

  # Son propre état est petit, sans secret et réimportable : il reste à côté, un workspace par compte.
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account_id == null ? null : [var.account_id]

  default_tags {
    tags = {
      service     = "shop"
      owner       = "boutique"
      cost_centre = "CC-3003"
      managed_by  = "terraform"
    }
  }
}
