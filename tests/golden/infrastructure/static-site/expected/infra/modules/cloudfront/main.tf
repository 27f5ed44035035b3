# The content network before the bucket: the only one who may read it, over TLS 1.2 or newer.
data "aws_cloudfront_cache_policy" "optimized" {
  name = "Managed-CachingOptimized"
}

resource "aws_cloudfront_origin_access_control" "main" {
  name                              = var.name
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_response_headers_policy" "main" {
  #checkov:skip=CKV_AWS_259:Preloading binds every name of the domain for years, not this one alone; decided 2026-11.
  name = var.name

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 63072000
      include_subdomains         = true
      override                   = true
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = true
    }

    referrer_policy {
      referrer_policy = "strict-origin-when-cross-origin"
      override        = true
    }

    content_security_policy {
      content_security_policy = var.content_security_policy
      override                = true
    }
  }
}

# The bucket knows no folders: /about/ is the object about/index.html.
resource "aws_cloudfront_function" "index" {
  name    = "${var.name}-index"
  comment = "Asks for the index.html of a folder"
  runtime = "cloudfront-js-2.0"
  publish = true

  code = <<-JS
    function handler(event) {
      var request = event.request;
      var last = request.uri.split("/").pop();
      if (last === "") {
        request.uri += "index.html";
      } else if (last.indexOf(".") === -1) {
        request.uri += "${var.single_page ? "" : "/index.html"}";
      }
      return request;
    }
  JS
}

resource "aws_cloudfront_distribution" "main" {
  #checkov:skip=CKV_AWS_86:Access logs are delivered by CloudWatch vended logs below, which need no ACL; decided 2026-11.
  #checkov:skip=CKV_AWS_310:One origin: S3 is spread over zones by itself; decided 2026-11.
  #checkov:skip=CKV_AWS_374:The site is for readers everywhere; decided 2026-11.
  #checkov:skip=CKV_AWS_68:A firewall is attached through web_acl_arn where one exists; decided 2026-11.
  #checkov:skip=CKV2_AWS_47:As above; decided 2026-11.
  enabled             = true
  comment             = var.name
  aliases             = [var.domain_name]
  default_root_object = "index.html"
  http_version        = "http2and3"
  is_ipv6_enabled     = true
  price_class         = var.price_class
  web_acl_id          = var.web_acl_arn

  origin {
    origin_id                = "bucket"
    domain_name              = var.origin_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.main.id
  }

  default_cache_behavior {
    target_origin_id           = "bucket"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.optimized.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.main.id

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.index.arn
    }
  }

  # S3 says 403 of what does not exist, since nobody may list the bucket.
  dynamic "custom_error_response" {
    for_each = [403, 404]

    content {
      error_code            = custom_error_response.value
      response_code         = var.single_page ? 200 : 404
      response_page_path    = var.single_page ? "/index.html" : "/404.html"
      error_caching_min_ttl = 60
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }
}

# Access logs go through CloudWatch, whose API for CloudFront lies in us-east-1; the logs go where the bucket is.
resource "aws_cloudwatch_log_delivery_source" "access" {
  region       = "us-east-1"
  name         = "${var.name}-access"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.main.arn
}

resource "aws_cloudwatch_log_delivery_destination" "access" {
  region        = "us-east-1"
  name          = "${var.name}-access"
  output_format = "parquet"

  delivery_destination_configuration {
    destination_resource_arn = "${var.log_bucket_arn}/cloudfront"
  }
}

resource "aws_cloudwatch_log_delivery" "access" {
  region                   = "us-east-1"
  delivery_source_name     = aws_cloudwatch_log_delivery_source.access.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.access.arn
}
