"""A site on one machine: a Prefect server on loopback, a runner of the deployments, consumers, metrics."""
