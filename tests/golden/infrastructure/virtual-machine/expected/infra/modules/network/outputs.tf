output "vpc_id" {
  description = "Le réseau."
  value       = aws_vpc.main.id
}

output "public_subnet_ids" {
  description = "Sous-réseaux qu’Internet atteint."
  value       = [for each in aws_subnet.public : each.id]
}

output "public_subnets" {
  description = "Par zone."
  value       = { for zone, each in aws_subnet.public : zone => each.id }
}

output "private_subnet_ids" {
  description = "Sous-réseaux de ce qui tourne."
  value       = [for each in aws_subnet.private : each.id]
}

output "private_subnets" {
  description = "Par zone."
  value       = { for zone, each in aws_subnet.private : zone => each.id }
}

output "data_subnet_ids" {
  description = "Sous-réseaux sans issue."
  value       = [for each in aws_subnet.data : each.id]
}

output "public_addresses" {
  description = "Adresses que voient les autres, là où il y a une passerelle NAT."
  value       = [for each in aws_eip.nat : each.public_ip]
}
