"""What people wrote: variables, sync files, deployments."""
