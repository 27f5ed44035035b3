# A private bucket: versioned, encrypted, reached over TLS alone; what is old goes away by itself.
resource "aws_s3_bucket" "main" {
  #checkov:skip=CKV_AWS_144:The data stays in its region; versions are kept, and a second region is a design of its own; decided 2026-11.
  #checkov:skip=CKV2_AWS_62:Nothing listens to its events; decided 2026-11.
  bucket = var.bucket

  # It holds data: taking it down is a change of its own.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "main" {
  bucket                  = aws_s3_bucket.main.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "main" {
  bucket = aws_s3_bucket.main.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "main" {
  bucket = aws_s3_bucket.main.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  bucket = aws_s3_bucket.main.id

  rule {
    bucket_key_enabled = var.kms_key_arn != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "main" {
  bucket = aws_s3_bucket.main.id

  rule {
    id     = "tidy"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    noncurrent_version_expiration {
      noncurrent_days = var.noncurrent_days
    }

    dynamic "expiration" {
      for_each = var.expire_days == null ? [] : [var.expire_days]

      content {
        days = expiration.value
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.main]
}

resource "aws_s3_bucket_logging" "main" {
  count = var.log_bucket == null ? 0 : 1

  bucket        = aws_s3_bucket.main.id
  target_bucket = var.log_bucket
  target_prefix = "s3/${var.bucket}/"
}

locals {
  # They name themselves, not their account, when they write.
  load_balancers = "logdelivery.elasticloadbalancing.amazonaws.com"
}

resource "aws_s3_bucket_policy" "main" {
  bucket = aws_s3_bucket.main.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.main.arn, "${aws_s3_bucket.main.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      [for each in var.readers : {
        Sid       = "Read${index(var.readers, each)}"
        Effect    = "Allow"
        Principal = { Service = each.service }
        Action    = "s3:GetObject"
        Resource  = "${aws_s3_bucket.main.arn}/*"
        Condition = { StringEquals = { "aws:SourceArn" = each.source_arn } }
      }],
      [for each in var.log_writers : {
        Sid       = "Write${index(var.log_writers, each)}"
        Effect    = "Allow"
        Principal = { Service = each }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.main.arn}/*"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      } if each != local.load_balancers],
      [for each in var.log_writers : {
        Sid       = "WriteLoadBalancers"
        Effect    = "Allow"
        Principal = { Service = each }
        Action    = "s3:PutObject"
        Resource  = "${aws_s3_bucket.main.arn}/*"
        Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:elasticloadbalancing:*:${var.account_id}:loadbalancer/*" } }
      } if each == local.load_balancers],
    )
  })

  depends_on = [aws_s3_bucket_public_access_block.main]
}
