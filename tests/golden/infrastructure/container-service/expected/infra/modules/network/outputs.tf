output "vpc_id" {
  description = "The network."
  value       = aws_vpc.main.id
}

output "public_subnet_ids" {
  description = "Subnets the internet reaches."
  value       = [for each in aws_subnet.public : each.id]
}

output "public_subnets" {
  description = "By zone."
  value       = { for zone, each in aws_subnet.public : zone => each.id }
}

output "private_subnet_ids" {
  description = "Subnets of what runs."
  value       = [for each in aws_subnet.private : each.id]
}

output "private_subnets" {
  description = "By zone."
  value       = { for zone, each in aws_subnet.private : zone => each.id }
}

output "data_subnet_ids" {
  description = "Subnets without a way out."
  value       = [for each in aws_subnet.data : each.id]
}

output "public_addresses" {
  description = "Addresses that others see, where there is a NAT gateway."
  value       = [for each in aws_eip.nat : each.public_ip]
}
