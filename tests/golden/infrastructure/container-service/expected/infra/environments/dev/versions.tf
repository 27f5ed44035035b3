terraform {
  required_version = ">= 1.11, < 2.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.19"
    }
  }

  # No `encrypt`: it would ask for the key of S3. The bucket encrypts with the key that bootstrap made.
  backend "s3" {
    bucket       = "orders-tfstate-111111111111"
    key          = "orders/dev.tfstate"
    region       = "eu-west-3"
    use_lockfile = true
  }
}
