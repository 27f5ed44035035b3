output "email" {
  description = "What the account of the cluster is annotated with."
  value       = local.email
}
