"""What `sendersync serve` and `sendersync deploy` do: the server, the deployments, dead runs."""
