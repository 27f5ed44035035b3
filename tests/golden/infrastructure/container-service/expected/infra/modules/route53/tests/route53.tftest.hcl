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
    error_message = "Both kinds of address must lead to it."
  }

  assert {
    condition     = length(aws_route53_zone.main) == 0
    error_message = "A zone that exists must not be made a second time."
  }
}

run "makes_the_zone_when_asked" {
  command = plan

  variables {
    create_zone = true
  }

  assert {
    condition     = aws_route53_zone.main[0].name == "example.com"
    error_message = "The zone must be made."
  }
}
