"""Every panel of the Grafana dashboards, described once; `make dashboards` writes the JSON."""
