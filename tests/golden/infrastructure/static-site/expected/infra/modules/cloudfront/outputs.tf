output "arn" {
  description = "ARN of the distribution."
  value       = aws_cloudfront_distribution.main.arn
}

output "id" {
  description = "Its id, for invalidations."
  value       = aws_cloudfront_distribution.main.id
}

output "domain_name" {
  description = "Its own name, for the DNS alias."
  value       = aws_cloudfront_distribution.main.domain_name
}

output "zone_id" {
  description = "The zone of that name."
  value       = aws_cloudfront_distribution.main.hosted_zone_id
}
