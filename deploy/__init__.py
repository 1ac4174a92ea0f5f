"""What stands beside the bot in production: Prometheus, Grafana, containers."""
