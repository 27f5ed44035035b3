"""Terraform for AWS."""
