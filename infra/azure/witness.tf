# The lease of a hub that has a standby, and the journal of what it accepted: the third place beside two regions of AWS. The keepers and
# the front doors of both hubs write there, under an identity that may do nothing else.
# Roles of the two hubs: infra/aws/hub-function.ts names them, infra/azure.test.ts holds the two together.
locals {
  hub_roles     = trimsuffix(var.relay_role_arn, "-relay")
  witness_roles = var.witness ? { for role in ["lease", "ingress", "standby-lease", "standby-ingress"] : role => "${local.hub_roles}-${role}" } : {}
}

resource "azurerm_federated_identity_credential" "standby_relay" {
  count               = var.standby_hub ? 1 : 0
  name                = "aws-standby-relay"
  resource_group_name = local.group
  parent_id           = azurerm_user_assigned_identity.relay.id
  issuer              = var.hub_issuer
  subject             = "${local.hub_roles}-standby-relay"
  audience            = ["api://AzureADTokenExchange"]
}

resource "azurerm_user_assigned_identity" "witness" {
  count               = var.witness ? 1 : 0
  name                = "${var.name}-witness"
  resource_group_name = local.group
  location            = var.location
  tags                = local.tags
}

# One after the other, which Entra asks for and the provider sees to.
resource "azurerm_federated_identity_credential" "witness" {
  for_each            = local.witness_roles
  name                = "aws-${each.key}"
  resource_group_name = local.group
  parent_id           = azurerm_user_assigned_identity.witness[0].id
  issuer              = var.hub_issuer
  subject             = each.value
  audience            = ["api://AzureADTokenExchange"]
}

# Not the function's account: its host may write everything there.
resource "azurerm_storage_account" "witness" {
  count                           = var.witness ? 1 : 0
  name                            = "${substr(replace(var.name, "-", ""), 0, 11)}witness${local.suffix}"
  resource_group_name             = local.group
  location                        = var.location
  account_tier                    = "Standard"
  account_replication_type        = var.witness_replication
  min_tls_version                 = "TLS1_2"
  shared_access_key_enabled       = false
  default_to_oauth_authentication = true
  allow_nested_items_to_be_public = false
  tags                            = local.tags
}

resource "azurerm_storage_container" "witness" {
  count                 = var.witness ? 1 : 0
  name                  = "lease"
  storage_account_id    = azurerm_storage_account.witness[0].id
  container_access_type = "private"
}

# Reads, writes, lists and deletes blobs of the one container.
resource "azurerm_role_assignment" "witness" {
  count                = var.witness ? 1 : 0
  scope                = azurerm_storage_container.witness[0].id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = azurerm_user_assigned_identity.witness[0].principal_id
  principal_type       = "ServicePrincipal"
}

# Shorter than the week that the hub remembers what it has handled: what is sent again later would be taken for new.
resource "azurerm_storage_management_policy" "witness" {
  count              = var.witness ? 1 : 0
  storage_account_id = azurerm_storage_account.witness[0].id

  rule {
    name    = "forget-journal"
    enabled = true

    filters {
      blob_types   = ["blockBlob"]
      prefix_match = ["${azurerm_storage_container.witness[0].name}/journal/"]
    }

    actions {
      base_blob {
        delete_after_days_since_modification_greater_than = 6
      }
    }
  }
}
