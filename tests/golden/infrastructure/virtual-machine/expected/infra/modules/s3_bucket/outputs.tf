output "bucket" {
  description = "Nom du bucket."
  value       = aws_s3_bucket.main.bucket
}

output "arn" {
  description = "ARN du bucket."
  value       = aws_s3_bucket.main.arn
}

output "domain_name" {
  description = "Où on le lit."
  value       = aws_s3_bucket.main.bucket_regional_domain_name
}
