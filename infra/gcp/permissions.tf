# What services/deployer-gcp/gcp-api.ts calls, and nothing else; infra/gcp.test.ts holds the two together.
# Source of the names, whose case counts: cloud.google.com/iam/docs/roles-permissions/run.
resource "google_project_iam_custom_role" "deployer" {
  role_id     = "${replace(var.name, "-", "_")}_deployer"
  title       = "Homeostasis deployer"
  description = "What the Homeostasis deployer calls of the Cloud Run Admin API"
  permissions = concat([
    "run.revisions.get",
    "run.services.create",
    "run.services.delete",
    "run.services.get",
    "run.services.list",
    "run.services.update",
    "run.workerpools.create",
    "run.workerpools.delete",
    "run.workerpools.get",
    "run.workerpools.list",
    "run.workerpools.update",
    # Switching the invoker check off counts as changing who may call. Source: cloud.google.com/run/docs/authenticating/public.
  ], var.public ? ["run.services.setIamPolicy"] : [])
}

resource "google_project_iam_member" "deployer" {
  project = var.project
  role    = google_project_iam_custom_role.deployer.id
  member  = google_service_account.deployer.member
}

# What Cloud Monitoring measured of its services, by projects.timeSeries.list. Source: cloud.google.com/monitoring/access-control.
resource "google_project_iam_member" "deployer_metrics" {
  project = var.project
  role    = "roles/monitoring.viewer"
  member  = google_service_account.deployer.member
}

# iam.serviceAccounts.actAs, on what workloads run as and on nothing else.
resource "google_service_account_iam_member" "deployer_hands_out" {
  service_account_id = google_service_account.workloads.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.deployer.member
}

resource "google_service_account_iam_member" "deployer_hands_out_others" {
  for_each           = toset(var.other_runtime_accounts)
  service_account_id = "projects/-/serviceAccounts/${each.value}"
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.deployer.member
}

# The values are for the workloads; the deployer names secrets and cannot read one.
resource "google_secret_manager_secret_iam_member" "workloads" {
  for_each  = toset(var.secrets)
  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.workloads.member
}

# Whoever deploys an image must be able to read it. Source: cloud.google.com/run/docs/deploying, "Required roles".
locals {
  image_paths  = toset(concat(var.repositories, values(var.remote_repositories)))
  image_stores = { for path in local.image_paths : path => regex("^(?P<location>[a-z0-9-]+)-docker\\.pkg\\.dev/(?P<project>[^/]+)/(?P<repository>[^/]+)$", path) }
}

resource "google_artifact_registry_repository_iam_member" "deployer_images" {
  for_each   = local.image_stores
  project    = each.value.project
  location   = each.value.location
  repository = each.value.repository
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.deployer.member
}

# The one function, and no other service of the project.
resource "google_cloud_run_v2_service_iam_member" "relay_calls" {
  location = google_cloudfunctions2_function.deployer.location
  name     = google_cloudfunctions2_function.deployer.name
  role     = "roles/run.invoker"
  member   = google_service_account.relay.member
}

# Reads the source, writes the image and the log. Source: cloud.google.com/functions/docs/building, "Custom service account".
resource "google_project_iam_member" "builder" {
  for_each = toset(["roles/logging.logWriter", "roles/artifactregistry.writer", "roles/storage.objectViewer"])
  project  = var.project
  role     = each.value
  member   = google_service_account.builder.member
}
