# Qui est prévenu.
resource "google_monitoring_notification_channel" "mail" {
  for_each = toset(var.emails)

  display_name = each.value
  type         = "email"

  labels = {
    email_address = each.value
  }
}

# Chaque alarme dit quand quelqu’un doit regarder ; elle s’éteint quand la requête ne répond plus rien.
resource "google_monitoring_alert_policy" "main" {
  for_each = var.policies

  display_name          = "${var.name}-${each.key}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = [for each in google_monitoring_notification_channel.mail : each.id]

  conditions {
    display_name = each.value.description

    condition_prometheus_query_language {
      query               = each.value.query
      duration            = "${each.value.minutes * 60}s"
      evaluation_interval = "60s"
    }
  }

  documentation {
    content   = each.value.description
    mime_type = "text/markdown"
  }

  alert_strategy {
    auto_close = "1800s"
  }
}

# Interrogé chaque minute depuis plusieurs continents, comme le public : DNS, certificat et répartiteur en font partie.
resource "google_monitoring_uptime_check_config" "main" {
  count = var.host == null ? 0 : 1

  display_name = var.name
  timeout      = "10s"
  period       = "60s"

  http_check {
    path         = var.path
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type = "uptime_url"

    labels = {
      project_id = var.project
      host       = var.host
    }
  }
}

resource "google_monitoring_alert_policy" "down" {
  count = var.host == null ? 0 : 1

  display_name          = "${var.name}-down"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = [for each in google_monitoring_notification_channel.mail : each.id]

  conditions {
    display_name = "${var.host} does not answer"

    condition_threshold {
      filter = join(" AND ", [
        "metric.type = \"monitoring.googleapis.com/uptime_check/check_passed\"",
        "metric.labels.check_id = \"${google_monitoring_uptime_check_config.main[0].uptime_check_id}\"",
        "resource.type = \"uptime_url\"",
      ])
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "120s"

      # Deux endroits au moins le voient en panne : un seul peut être coupé lui-même.
      aggregations {
        alignment_period     = "120s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }

  alert_strategy {
    auto_close = "1800s"
  }
}
