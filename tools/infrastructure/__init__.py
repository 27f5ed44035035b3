"""Terraform for a cloud, made from the brief."""
