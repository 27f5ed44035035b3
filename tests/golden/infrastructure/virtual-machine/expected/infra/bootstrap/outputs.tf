output "state_bucket" {
  description = "Bucket des états, pour -backend-config=bucket=…."
  value       = module.state.bucket
}

output "plan_role_arn" {
  description = "Rôle dans lequel le pipeline planifie."
  value       = module.plan_role.role_arn
}
