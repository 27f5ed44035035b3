mock_provider "google" {}

variables {
  name            = "orders"
  project         = "acme-orders-test"
  region          = "europe-west9"
  account_id      = "orders-run"
  public          = true
  port            = 8000
  health_path     = "/health"
  least           = 1
  most            = 4
  network_id      = "projects/acme/global/networks/orders-test"
  subnet_id       = "projects/acme/regions/europe-west9/subnetworks/orders-test"
  all_egress      = true
  secrets         = { DATABASE_URL = "orders-DATABASE_URL" }
  migrate_command = "alembic upgrade head"
}

run "is_reached_by_the_load_balancer_alone" {
  command = plan

  assert {
    condition     = google_cloud_run_v2_service.main.ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" && google_cloud_run_v2_service.main.default_uri_disabled
    error_message = "No other door may be open."
  }

  assert {
    condition     = length(google_cloud_run_v2_service.main.traffic) == 0
    error_message = "The traffic is the pipeline's."
  }

  assert {
    condition     = google_secret_manager_secret_iam_member.reads["DATABASE_URL"].secret_id == "orders-DATABASE_URL"
    error_message = "It must read its own secrets, one by one."
  }
}

run "splits_the_traffic_when_asked" {
  command = plan

  variables {
    traffic = [
      { percent = 10, tag = "canary" },
      { revision = "orders-00042-abc", percent = 90 },
    ]
  }

  assert {
    condition     = toset(google_cloud_run_v2_service.main.traffic[*].percent) == toset([10, 90])
    error_message = "Each revision must get its part."
  }
}

run "refuses_parts_that_do_not_make_the_whole" {
  command = plan

  variables {
    traffic = [{ percent = 10 }]
  }

  expect_failures = [var.traffic]
}

run "is_closed_where_nobody_outside_needs_it" {
  command = plan

  variables {
    public          = false
    migrate_command = null
  }

  assert {
    condition     = google_cloud_run_v2_service.main.ingress == "INGRESS_TRAFFIC_INTERNAL_ONLY" && !google_cloud_run_v2_service.main.default_uri_disabled && !google_cloud_run_v2_service.main.invoker_iam_disabled
    error_message = "No other door may be open."
  }

  assert {
    condition     = length(google_cloud_run_v2_job.migrate) == 0
    error_message = "Nothing must be made that nobody uses."
  }
}
