# Bills of this cloud, read by the hub's function cost under an account that may do nothing else; nothing is made where nothing is named.
# Roles of the two hubs: infra/aws/hub-function.ts names them, infra/gcp.test.ts holds the two together.
locals {
  reads_bills = length(var.bill_buckets) + length(var.bill_datasets) > 0
  cost_roles  = local.reads_bills ? concat(["${local.hub_roles}-cost"], var.standby_hub ? ["${local.hub_roles}-standby-cost"] : []) : []
  datasets    = { for name in var.bill_datasets : name => { project = split(".", name)[0], id = split(".", name)[1] } }
}

resource "google_service_account" "cost" {
  count        = local.reads_bills ? 1 : 0
  account_id   = "${var.name}-cost"
  display_name = "Homeostasis: reads bills"
}

# The role holds iam.serviceAccounts.getAccessToken.
resource "google_service_account_iam_member" "cost_is_account" {
  for_each           = toset(local.cost_roles)
  service_account_id = google_service_account.cost[0].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal:${local.pool}/subject/${each.value}"

  depends_on = [google_iam_workload_identity_pool_provider.relay]
}

resource "google_storage_bucket_iam_member" "bills" {
  for_each = toset(var.bill_buckets)
  bucket   = each.value
  role     = "roles/storage.objectViewer"
  member   = google_service_account.cost[0].member
}

# The rows; and, in the project that the query is charged to, the right to ask.
resource "google_bigquery_dataset_iam_member" "bills" {
  for_each   = local.datasets
  project    = each.value.project
  dataset_id = each.value.id
  role       = "roles/bigquery.dataViewer"
  member     = google_service_account.cost[0].member
}

resource "google_project_iam_member" "cost_asks" {
  for_each = toset([for dataset in values(local.datasets) : dataset.project])
  project  = each.value
  role     = "roles/bigquery.jobUser"
  member   = google_service_account.cost[0].member
}
