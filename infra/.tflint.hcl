# Run as `tflint --chdir=infra/azure --config=../.tflint.hcl`, and the same for gcp.
plugin "terraform" {
  enabled = true
  preset  = "all"
}
