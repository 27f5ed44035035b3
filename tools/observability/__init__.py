"""Metrics, alerts, dashboards, logs and traces of a brief's components."""
