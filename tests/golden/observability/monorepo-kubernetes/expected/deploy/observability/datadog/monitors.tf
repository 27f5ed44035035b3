terraform {
  required_providers {
    datadog = {
      source  = "DataDog/datadog"
      version = "~> 3.60"
    }
  }
}

locals {
  components = toset(["store-web", "store-api"])
  notify     = "@pagerduty-store"
}

resource "datadog_monitor" "errors" {
  for_each = local.components

  name    = "store: ${each.key} fails requests"
  type    = "query alert"
  message = "Runbook: docs/runbooks/ErrorBudgetBurnFast.md ${local.notify}"
  query   = "sum(last_5m):sum:trace.http.request.errors{service:${each.key},env:prod}.as_count() / sum:trace.http.request.hits{service:${each.key},env:prod}.as_count() > 0.05"

  monitor_thresholds {
    critical = 0.05
    warning  = 0.01
  }

  notify_no_data = false
  tags           = ["service:store", "component:${each.key}"]
}

resource "datadog_service_level_objective" "availability" {
  for_each = local.components

  name = "store: ${each.key} availability"
  type = "metric"

  query {
    numerator   = "sum:trace.http.request.hits{service:${each.key}}.as_count() - sum:trace.http.request.errors{service:${each.key}}.as_count()"
    denominator = "sum:trace.http.request.hits{service:${each.key}}.as_count()"
  }

  thresholds {
    timeframe = "30d"
    target    = 99.5
  }

  tags = ["service:store"]
}

resource "datadog_dashboard" "overview" {
  title       = "store"
  layout_type = "ordered"

  dynamic "widget" {
    for_each = local.components

    content {
      timeseries_definition {
        title = "${widget.value}: requests and errors"

        request {
          q            = "sum:trace.http.request.hits{service:${widget.value}}.as_rate()"
          display_type = "line"
        }

        request {
          q            = "sum:trace.http.request.errors{service:${widget.value}}.as_rate()"
          display_type = "bars"
        }
      }
    }
  }
}
