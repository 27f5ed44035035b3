output "name" {
  description = "Nom du budget ; null là où aucun n’est créé."
  value       = one(google_billing_budget.main[*].name)
}
