# The function's own name in Entra: the audience of the tokens it takes. It asks for no user and has no secret.
resource "azuread_application_registration" "deployer" {
  display_name                   = "${var.name}-deployer"
  description                    = "Entrance of the Homeostasis deployer: only the hub's relay may call it"
  sign_in_audience               = "AzureADMyOrg"
  requested_access_token_version = 2
}

resource "azuread_application_identifier_uri" "deployer" {
  application_id = azuread_application_registration.deployer.id
  identifier_uri = "api://${azuread_application_registration.deployer.client_id}"
}

resource "azuread_application_app_role" "command" {
  application_id       = azuread_application_registration.deployer.id
  role_id              = uuidv5("url", "https://homeostasis.dev/roles/command")
  allowed_member_types = ["Application"]
  display_name         = "Command"
  description          = "Send commands to the deployer"
  value                = "Command"
}

# Without an assignment Entra gives out no token for it at all, to whomever of the tenant.
resource "azuread_service_principal" "deployer" {
  client_id                    = azuread_application_registration.deployer.client_id
  app_role_assignment_required = true
}

resource "azuread_app_role_assignment" "relay_commands" {
  app_role_id         = azuread_application_app_role.command.role_id
  principal_object_id = azurerm_user_assigned_identity.relay.principal_id
  resource_object_id  = azuread_service_principal.deployer.object_id
}

# The hub's name in this tenant: the audience of the tokens that the deployer reports with.
resource "azuread_application_registration" "hub" {
  display_name     = "${var.name}-hub"
  description      = "The Homeostasis hub in AWS: only the deployer may report to it"
  sign_in_audience = "AzureADMyOrg"
  # The issuer of version 2 is an address that API Gateway can ask for keys; its audience is the client id.
  requested_access_token_version = 2
}

resource "azuread_application_identifier_uri" "hub" {
  application_id = azuread_application_registration.hub.id
  identifier_uri = "api://${azuread_application_registration.hub.client_id}"
}

resource "azuread_application_app_role" "report" {
  application_id       = azuread_application_registration.hub.id
  role_id              = uuidv5("url", "https://homeostasis.dev/roles/report")
  allowed_member_types = ["Application"]
  display_name         = "Report"
  description          = "Report to the hub what stands"
  value                = "Report"
}

resource "azuread_service_principal" "hub" {
  client_id                    = azuread_application_registration.hub.client_id
  app_role_assignment_required = true
}

resource "azuread_app_role_assignment" "deployer_reports" {
  app_role_id         = azuread_application_app_role.report.role_id
  principal_object_id = azurerm_user_assigned_identity.deployer.principal_id
  resource_object_id  = azuread_service_principal.hub.object_id
}
