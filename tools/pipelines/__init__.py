"""CI/CD pipelines generated from the brief."""
