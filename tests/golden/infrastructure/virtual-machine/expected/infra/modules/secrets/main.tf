# Les emplacements des secrets, un par variable, sans valeur : une personne l’y met, si bien qu’aucun état ne la contient.
resource "aws_secretsmanager_secret" "main" {
  #checkov:skip=CKV2_AWS_57:Only whoever issues a value can change it: rotation_lambda_arn names the function that does; decided 2026-11.
  for_each = toset(var.names)

  name        = "${var.prefix}/${each.value}"
  description = "${each.value} of ${var.prefix}"
  kms_key_id  = var.kms_key_arn

  # Ce qui est supprimé peut être récupéré pendant un mois.
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_rotation" "main" {
  for_each = var.rotation_lambda_arn == null ? toset([]) : toset(var.names)

  secret_id           = aws_secretsmanager_secret.main[each.value].id
  rotation_lambda_arn = var.rotation_lambda_arn

  rotation_rules {
    automatically_after_days = var.rotation_days
  }
}
