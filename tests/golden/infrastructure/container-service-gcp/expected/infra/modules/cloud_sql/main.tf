locals {
  # Made during the apply, and written at once into the database and into Secret Manager.
  # Both arguments are write-only: no plan and no state ever holds it.
  # Every run makes another; it is sent only when password_version changes, to both.
  password = replace("${uuid()}${uuid()}", "-", "")

  secrets = { for name, each in google_secret_manager_secret.connection : name => each.secret_id }
}

resource "google_sql_database_instance" "main" {
  #checkov:skip=CKV_GCP_6:Every client speaks TLS; certificates of clients would be keys to hand out. Decided 2026-11.
  #checkov:skip=CKV_GCP_108:A name lookup for each connection would slow it down; the address is logged. Decided 2026-11.
  #checkov:skip=CKV2_GCP_13:Query Insights keeps how long statements take, without a log line each. Decided 2026-11.
  name                = var.name
  region              = var.region
  database_version    = var.database_version
  encryption_key_name = var.kms_key
  deletion_protection = var.deletion_protection

  settings {
    edition                     = "ENTERPRISE"
    tier                        = var.tier
    availability_type           = var.high_availability ? "REGIONAL" : "ZONAL"
    disk_type                   = "PD_SSD"
    disk_size                   = var.disk_gb
    disk_autoresize             = true
    disk_autoresize_limit       = var.disk_limit_gb
    deletion_protection_enabled = var.deletion_protection
    retain_backups_on_delete    = true
    user_labels                 = var.labels

    # No public address, and no connection in clear.
    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    # Kept in the region: by itself Google would keep them anywhere on the continent.
    backup_configuration {
      enabled                        = true
      location                       = var.region
      start_time                     = "01:00"
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7

      backup_retention_settings {
        retained_backups = var.backup_days
      }
    }

    final_backup_config {
      enabled        = true
      retention_days = 30
    }

    # Sunday, 03:00 UTC; environments that nobody depends on get it first.
    maintenance_window {
      day          = 7
      hour         = 3
      update_track = var.deletion_protection ? "stable" : "canary"
    }

    insights_config {
      query_insights_enabled  = true
      query_plans_per_minute  = 5
      query_string_length     = 1024
      record_application_tags = true
    }

    password_validation_policy {
      enable_password_policy      = true
      min_length                  = 30
      disallow_username_substring = true
    }

    # Who connected and who changed what is logged; regulations ask for it.
    database_flags {
      name  = "cloudsql.enable_pgaudit"
      value = "on"
    }

    database_flags {
      name  = "pgaudit.log"
      value = "ddl,role"
    }

    database_flags {
      name  = "log_checkpoints"
      value = "on"
    }

    database_flags {
      name  = "log_connections"
      value = "on"
    }

    database_flags {
      name  = "log_disconnections"
      value = "on"
    }

    database_flags {
      name  = "log_lock_waits"
      value = "on"
    }

    database_flags {
      name  = "log_min_error_statement"
      value = "error"
    }

    database_flags {
      name  = "log_statement"
      value = "ddl"
    }

    database_flags {
      name  = "log_temp_files"
      value = "0"
    }

    database_flags {
      name  = "max_connections"
      value = tostring(var.max_connections)
    }
  }

  # The disk grows by itself: the size it has then is right.
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [settings[0].disk_size]
  }
}

resource "google_sql_database" "app" {
  name            = "app"
  instance        = google_sql_database_instance.main.name
  deletion_policy = "ABANDON"

  lifecycle {
    prevent_destroy = true
  }
}

resource "google_sql_user" "app" {
  name                = "app"
  instance            = google_sql_database_instance.main.name
  password_wo         = local.password
  password_wo_version = var.password_version
  deletion_policy     = "ABANDON"
}

resource "google_secret_manager_secret" "connection" {
  for_each = var.connections

  secret_id           = each.key
  deletion_protection = var.deletion_protection

  # The values stay in the region.
  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
}

resource "google_secret_manager_secret_version" "connection" {
  for_each = var.connections

  secret                 = google_secret_manager_secret.connection[each.key].id
  secret_data_wo         = replace(replace(each.value, "{host}", google_sql_database_instance.main.private_ip_address), "{password}", local.password)
  secret_data_wo_version = var.password_version
  deletion_policy        = "DISABLE"

  # The new value is there before the old one is disabled.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_sql_user.app]
}
