"""The commands that make a cloud trust this repository's workflows through OIDC: one module per cloud."""
