# The lease of a hub that has a standby, and the journal of what it accepted: the third place beside two regions of AWS. The keepers and
# the front doors of both hubs write there, under an account that may do nothing else.
# Roles of the two hubs: infra/aws/hub-function.ts names them, infra/gcp.test.ts holds the two together.
locals {
  hub_roles     = trimsuffix(var.relay_role_arn, "-relay")
  standby_relay = "${local.hub_roles}-standby-relay"
  witness_roles = var.witness ? flatten([for hub in [local.hub_roles, "${local.hub_roles}-standby"] : ["${hub}-lease", "${hub}-ingress"]]) : []
  trusted_roles = concat([var.relay_role_arn], var.standby_hub ? [local.standby_relay] : [], local.witness_roles, local.cost_roles)
}

resource "google_service_account_iam_member" "standby_relay_is_role" {
  count              = var.standby_hub ? 1 : 0
  service_account_id = google_service_account.relay.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal:${local.pool}/subject/${local.standby_relay}"

  depends_on = [google_iam_workload_identity_pool_provider.relay]
}

resource "google_service_account" "witness" {
  count        = var.witness ? 1 : 0
  account_id   = "${var.name}-witness"
  display_name = "Homeostasis: holds the hub's lease"
}

# The role holds iam.serviceAccounts.getAccessToken.
resource "google_service_account_iam_member" "keepers_are_witness" {
  for_each           = toset(local.witness_roles)
  service_account_id = google_service_account.witness[0].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal:${local.pool}/subject/${each.value}"

  depends_on = [google_iam_workload_identity_pool_provider.relay]
}

resource "google_storage_bucket" "witness" {
  count                       = var.witness ? 1 : 0
  name                        = "${var.project}-${var.name}-witness"
  location                    = var.location
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # The lease is written every few seconds: each write would be kept, and paid for, for a week.
  soft_delete_policy {
    retention_duration_seconds = 0
  }

  # Shorter than the week that the hub remembers what it has handled: what is sent again later would be taken for new.
  lifecycle_rule {
    condition {
      age            = 6
      matches_prefix = ["journal/"]
    }
    action {
      type = "Delete"
    }
  }
}

# Objects only: to overwrite one is to delete it.
resource "google_storage_bucket_iam_member" "witness" {
  count  = var.witness ? 1 : 0
  bucket = google_storage_bucket.witness[0].name
  role   = "roles/storage.objectUser"
  member = google_service_account.witness[0].member
}
