# A certificate that renews itself: DNS proves the name, nobody clicks in a mail.
resource "aws_acm_certificate" "main" {
  region            = var.region
  domain_name       = var.domain_name
  validation_method = "DNS"

  # A new name gets its certificate before the old one goes: nothing that serves is left without.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  zone_id         = var.zone_id
  name            = one([for each in aws_acm_certificate.main.domain_validation_options : each.resource_record_name])
  type            = one([for each in aws_acm_certificate.main.domain_validation_options : each.resource_record_type])
  records         = [for each in aws_acm_certificate.main.domain_validation_options : each.resource_record_value]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "main" {
  region                  = var.region
  certificate_arn         = aws_acm_certificate.main.arn
  validation_record_fqdns = [aws_route53_record.validation.fqdn]
}
