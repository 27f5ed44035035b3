output "state_bucket" {
  description = "Bucket of the states, for -backend-config=bucket=…."
  value       = module.state.bucket
}

output "plan_role_arn" {
  description = "Role in which the pipeline plans."
  value       = module.plan_role.role_arn
}
