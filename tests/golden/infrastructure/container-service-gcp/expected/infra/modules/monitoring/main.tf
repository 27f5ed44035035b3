# Who is told.
resource "google_monitoring_notification_channel" "mail" {
  for_each = toset(var.emails)

  display_name = each.value
  type         = "email"

  labels = {
    email_address = each.value
  }
}

# Each alarm says when somebody must look; it is over when the query answers nothing any more.
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

# Asked from several continents every minute, as people would: DNS, certificate and load balancer are part of it.
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

      # Two places at least see it down: one alone may be cut off itself.
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
