mock_provider "aws" {}

variables {
  name        = "orders-test"
  account_id  = "111111111111"
  kms_key_arn = "arn:aws:kms:eu-west-3:111111111111:key/00000000-0000-0000-0000-000000000000"
  log_days    = 90
  cidr        = "10.16.0.0/16"
  zones = {
    eu-west-3a = { public = "10.16.128.0/21", private = "10.16.0.0/19", data = "10.16.160.0/21" }
    eu-west-3b = { public = "10.16.136.0/21", private = "10.16.32.0/19", data = "10.16.168.0/21" }
  }
  nat_gateways = 1
}

run "data_has_no_way_out" {
  command = plan

  assert {
    condition     = length(aws_route.nat) == 2 && length(aws_nat_gateway.main) == 1
    error_message = "Chaque sous-réseau privé doit pouvoir sortir, par l’unique passerelle."
  }

  assert {
    condition     = length(aws_route_table_association.data) == 2 && length(aws_subnet.data) == 2
    error_message = "Les données doivent être dans leurs propres sous-réseaux, dans chaque zone."
  }

  assert {
    condition     = alltrue([for each in aws_subnet.public : each.map_public_ip_on_launch == false])
    error_message = "Rien ne doit recevoir d’adresse publique du seul fait de sa place."
  }
}

run "a_gateway_a_zone_survives_a_zone" {
  command = plan

  variables {
    nat_gateways = 2
  }

  assert {
    condition     = toset(keys(aws_nat_gateway.main)) == toset(["eu-west-3a", "eu-west-3b"])
    error_message = "Chaque zone doit avoir sa propre sortie."
  }
}

run "without_a_gateway_nothing_costs" {
  command = plan

  variables {
    nat_gateways = 0
  }

  assert {
    condition     = length(aws_route.nat) == 0 && length(aws_eip.nat) == 0
    error_message = "Il ne doit rien en rester."
  }
}

run "endpoints_are_reached_from_inside_only" {
  command = plan

  variables {
    endpoints = ["ecr.api", "secretsmanager"]
  }

  assert {
    condition     = length(aws_vpc_endpoint.interface) == 2 && aws_vpc_security_group_ingress_rule.endpoints[0].cidr_ipv4 == var.cidr
    error_message = "Seul le réseau lui-même peut les atteindre."
  }
}

run "refuses_what_is_no_network" {
  command = plan

  variables {
    cidr = "10.16.0.0"
  }

  expect_failures = [var.cidr]
}
