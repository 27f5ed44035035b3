output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.main.bucket
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.main.arn
}

output "domain_name" {
  description = "Where it is read."
  value       = aws_s3_bucket.main.bucket_regional_domain_name
}
