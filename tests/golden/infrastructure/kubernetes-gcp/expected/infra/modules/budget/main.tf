# Il prévient et n’arrête rien.
resource "google_billing_budget" "main" {
  count = var.billing_account == null ? 0 : 1

  billing_account = var.billing_account
  display_name    = var.name

  budget_filter {
    projects        = ["projects/${var.project_number}"]
    labels          = { service = var.service }
    calendar_period = "MONTH"
  }

  amount {
    specified_amount {
      units = tostring(var.monthly)
    }
  }

  threshold_rules {
    threshold_percent = 0.8
  }

  threshold_rules {
    threshold_percent = 1
    spend_basis       = "FORECASTED_SPEND"
  }

  all_updates_rule {
    # Cinq au plus peuvent être nommés ici.
    monitoring_notification_channels = slice(var.channels, 0, min(5, length(var.channels)))
    disable_default_iam_recipients   = length(var.channels) > 0
  }
}
