# Debian has no Grafana. This stands in for it: the health and data-source endpoints, with the JSON that Grafana documents.
{ pkgs }:
pkgs.writeText "grafana.pl" (builtins.readFile ./grafana.pl)
