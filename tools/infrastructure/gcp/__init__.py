"""Terraform for Google Cloud."""
