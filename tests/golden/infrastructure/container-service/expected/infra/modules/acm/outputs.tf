output "certificate_arn" {
  description = "The issued certificate."
  value       = aws_acm_certificate_validation.main.certificate_arn
}
