output "id" {
  description = "Id of the API, for its metrics."
  value       = aws_apigatewayv2_api.main.id
}

output "target" {
  description = "What the DNS alias leads to."
  value       = aws_apigatewayv2_domain_name.main.domain_name_configuration[0].target_domain_name
}

output "target_zone_id" {
  description = "The zone of that name."
  value       = aws_apigatewayv2_domain_name.main.domain_name_configuration[0].hosted_zone_id
}
