mock_provider "aws" {}

variables {
  zone_name = "example.com"
  aliases = {
    "orders.example.com" = {
      target  = "d111111abcdef8.cloudfront.net"
      zone_id = "Z2FDTNDATAQYW2"
    }
  }
}

run "answers_over_ipv4_and_ipv6" {
  command = plan

  assert {
    condition     = toset([for each in aws_route53_record.alias : each.type]) == toset(["A", "AAAA"])
    error_message = "Les deux sortes d’adresse doivent y mener."
  }

  assert {
    condition     = length(aws_route53_zone.main) == 0
    error_message = "Une zone qui existe ne doit pas être créée une seconde fois."
  }
}

run "makes_the_zone_when_asked" {
  command = plan

  variables {
    create_zone = true
  }

  assert {
    condition     = aws_route53_zone.main[0].name == "example.com"
    error_message = "La zone doit être créée."
  }
}
