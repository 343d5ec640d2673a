# Four accounts, none with a key, so that none can do what another is for: the relay may only call, the deployer may only deploy and
# report, workloads may only read their secrets, the builder may only build.

resource "google_service_account" "relay" {
  account_id   = "${var.name}-relay"
  display_name = "Homeostasis: calls the deployer"
}

resource "google_service_account" "deployer" {
  account_id   = "${var.name}-deployer"
  display_name = "Homeostasis: deploys to Cloud Run"
}

resource "google_service_account" "workloads" {
  account_id   = "${var.name}-run"
  display_name = "Homeostasis: what deployed services run as"
}

resource "google_service_account" "builder" {
  account_id   = "${var.name}-build"
  display_name = "Homeostasis: builds the deployer's function"
}

# Takes tokens that AWS signed for the hub's roles, and for nobody else of that account.
resource "google_iam_workload_identity_pool" "hub" {
  workload_identity_pool_id = "${var.name}-hub"
  display_name              = "Homeostasis hub"
  description               = "Functions of the hub in AWS"

  depends_on = [google_project_service.used]
}

resource "google_iam_workload_identity_pool_provider" "relay" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.hub.workload_identity_pool_id
  workload_identity_pool_provider_id = "aws"
  display_name                       = "AWS account of the hub"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  attribute_condition                = length(local.trusted_roles) > 1 ? "assertion.sub in ['${join("', '", local.trusted_roles)}']" : "assertion.sub == '${var.relay_role_arn}'"

  oidc {
    issuer_uri        = var.hub_issuer
    allowed_audiences = [local.provider, "https:${local.provider}"]
  }
}

locals {
  pool     = "//iam.googleapis.com/projects/${local.number}/locations/global/workloadIdentityPools/${google_iam_workload_identity_pool.hub.workload_identity_pool_id}"
  provider = "${local.pool}/providers/aws"
}

# The role holds iam.serviceAccounts.getOpenIdToken, which is all that the relay asks for.
resource "google_service_account_iam_member" "relay_is_role" {
  service_account_id = google_service_account.relay.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal:${local.pool}/subject/${var.relay_role_arn}"

  depends_on = [google_iam_workload_identity_pool_provider.relay]
}
