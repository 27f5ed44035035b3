locals {
  secrets = concat(values(var.secrets), var.registry_secret_arn == null ? [] : [var.registry_secret_arn])

  # Les valeurs vont dans un fichier que root seul peut lire, jamais dans un argument.
  environment = [for name in sort(keys(var.secrets)) :
    "printf '%s=%s\\n' ${name} \"$(aws secretsmanager get-secret-value --secret-id ${var.secrets[name]} --query SecretString --output text)\""
  ]

  sign_in = concat(
    var.registry_secret_arn == null ? [] : [
      "login=\"$(aws secretsmanager get-secret-value --secret-id ${var.registry_secret_arn} --query SecretString --output text)\"",
      "jq --raw-output .password <<<\"$login\" | docker login --username \"$(jq --raw-output .username <<<\"$login\")\" --password-stdin ${var.registry}",
    ],
    length(var.repository_arns) == 0 ? [] : [
      "aws ecr get-login-password --region ${split(":", var.repository_arns[0])[3]} | docker login --username AWS --password-stdin ${var.registry}",
    ],
  )
}

# La seule façon de déployer : cette commande, avec des images par empreinte. deploy.sh attend la bonne santé et revient de lui-même.
resource "aws_ssm_document" "deploy" {
  name            = "${var.name}-deploy"
  document_type   = "Command"
  document_format = "JSON"

  content = jsonencode({
    schemaVersion = "2.2"
    description   = "Deploys to ${var.name}"

    parameters = {
      Images = {
        type           = "String"
        description    = "NAME=IMAGE@sha256:DIGEST, one or several with a space between"
        allowedPattern = "^[a-z0-9-]+=[a-z0-9][A-Za-z0-9._:/-]*@sha256:[0-9a-f]{64}( [a-z0-9-]+=[a-z0-9][A-Za-z0-9._:/-]*@sha256:[0-9a-f]{64})*$"
      }
    }

    mainSteps = [{
      action = "aws:runShellScript"
      name   = "deploy"

      inputs = {
        timeoutSeconds = "1800"
        runCommand = concat(
          [
            "#!/bin/bash",
            "set -euo pipefail",
            "export AWS_DEFAULT_REGION=${data.aws_region.current.region} HOME=/root STATE_DIR=/data/state PATH=$PATH:/snap/bin",
            "aws s3 sync --only-show-errors --delete --exclude compose/.env s3://${var.files_bucket}/deploy /opt/deploy",
            "umask 077",
            "{",
            ":",
          ],
          local.environment,
          ["} > /opt/deploy/compose/.env"],
          local.sign_in,
          ["bash /opt/deploy/scripts/deploy.sh ${var.environment} {{ Images }}"],
        )
      }
    }]
  })
}
