"""Terraform and OpenTofu: inspect, plan, judge, apply and undo."""
