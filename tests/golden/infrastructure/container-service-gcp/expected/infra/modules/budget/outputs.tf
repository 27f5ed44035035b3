output "name" {
  description = "Name of the budget; null where none is made."
  value       = one(google_billing_budget.main[*].name)
}
