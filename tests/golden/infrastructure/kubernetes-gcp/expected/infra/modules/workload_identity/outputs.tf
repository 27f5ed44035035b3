output "email" {
  description = "Ce qui annote le compte de la grappe."
  value       = local.email
}
