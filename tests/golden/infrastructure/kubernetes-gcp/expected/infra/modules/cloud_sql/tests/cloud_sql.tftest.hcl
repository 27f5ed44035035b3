mock_provider "google" {}

variables {
  name              = "orders-test"
  region            = "europe-west9"
  network_id        = "projects/acme/global/networks/orders-test"
  tier              = "db-custom-1-3840"
  high_availability = true
  backup_days       = 30
  connections = {
    "orders-DATABASE_URL" = "postgresql://app:{password}@{host}:5432/app"
  }
}

run "is_reached_inside_only_and_can_be_restored" {
  command = plan

  assert {
    condition     = !google_sql_database_instance.main.settings[0].ip_configuration[0].ipv4_enabled
    error_message = "Elle ne doit avoir aucune adresse publique."
  }

  assert {
    condition     = google_sql_database_instance.main.settings[0].ip_configuration[0].ssl_mode == "ENCRYPTED_ONLY"
    error_message = "Rien ne peut être servi en clair."
  }

  assert {
    condition     = google_sql_database_instance.main.settings[0].backup_configuration[0].point_in_time_recovery_enabled && google_sql_database_instance.main.settings[0].backup_configuration[0].location == "europe-west9"
    error_message = "Tout instant doit pouvoir être restauré, depuis la région."
  }

  assert {
    condition     = google_sql_database_instance.main.settings[0].availability_type == "REGIONAL"
    error_message = "Un secours doit prendre la suite."
  }
}

run "keeps_the_password_out_of_the_state" {
  command = plan

  assert {
    condition     = google_sql_user.app.password_wo == null && google_sql_user.app.password == null && google_secret_manager_secret_version.connection["orders-DATABASE_URL"].secret_data_wo == null
    error_message = "Aucun état ne doit contenir le mot de passe."
  }
}

run "refuses_a_secret_without_a_password" {
  command = plan

  variables {
    connections = { "orders-DATABASE_HOST" = "{host}" }
  }

  expect_failures = [var.connections]
}
