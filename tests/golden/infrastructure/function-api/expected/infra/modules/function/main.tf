# A function: its code goes in and its traffic moves from the pipeline, everything else is said here.
resource "aws_cloudwatch_log_group" "main" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_days
  kms_key_id        = var.kms_key_arn
}

# Events that failed every time wait here, instead of being lost.
resource "aws_sqs_queue" "failed" {
  name                      = "${var.name}-failed"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.kms_key_arn

  # It holds data: taking it down is a change of its own.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_iam_role" "main" {
  name        = var.name
  description = "What the function may do"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "main" {
  name = "run"
  role = aws_iam_role.main.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.main.arn}:*"]
        },
        {
          Effect   = "Allow"
          Action   = ["sqs:SendMessage"]
          Resource = [aws_sqs_queue.failed.arn]
        },
        {
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = [var.kms_key_arn]
        },
        # Traces know no resources: X-Ray takes them for the whole account.
        {
          Effect   = "Allow"
          Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
          Resource = ["*"]
        },
      ],
      length(var.secret_arns) == 0 ? [] : [{
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = var.secret_arns
      }],
    )
  })
}

# A function needs code to exist: this one answers 503 until the pipeline brings the first release.
resource "aws_s3_object" "first" {
  bucket         = var.code_bucket
  key            = "first.zip"
  content_base64 = var.first_code
  kms_key_id     = var.kms_key_arn
}

resource "aws_lambda_function" "main" {
  #checkov:skip=CKV_AWS_115:The stage of the API throttles; reserving takes from an account that may have ten; decided 2026-11.
  #checkov:skip=CKV_AWS_117:It reaches nothing private: a network would add cost and start-up time; decided 2026-11.
  #checkov:skip=CKV_AWS_272:Code comes from a bucket that only the deploy role writes; decided 2026-11.
  function_name = var.name
  role          = aws_iam_role.main.arn
  runtime       = var.runtime
  handler       = var.handler
  architectures = ["x86_64"]
  memory_size   = var.memory_mb
  timeout       = var.timeout_seconds
  publish       = true
  kms_key_arn   = var.kms_key_arn
  s3_bucket     = aws_s3_object.first.bucket
  s3_key        = aws_s3_object.first.key

  dynamic "environment" {
    for_each = length(var.environment_variables) == 0 ? [] : [var.environment_variables]

    content {
      variables = environment.value
    }
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.failed.arn
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.main.name
  }

  tracing_config {
    mode = "Active"
  }

  # Releases come from the pipeline: an apply never brings old code back.
  lifecycle {
    ignore_changes = [s3_bucket, s3_key, s3_object_version, source_code_hash]
  }

  depends_on = [aws_iam_role_policy.main]
}

# People reach the alias. The pipeline moves it, first a part of the traffic, then all: going back moves it back. Sizes and settings changed here reach them with the next release.
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.main.function_name
  function_version = aws_lambda_function.main.version

  lifecycle {
    ignore_changes = [function_version, routing_config]
  }
}
