output "name" {
  description = "Nom du budget."
  value       = aws_budgets_budget.main.name
}
