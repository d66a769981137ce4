# The server: metrics, dashboards, a database.
{ inputs, pkgs, ... }:
let
  dashboards = import ../modules/grafana.nix { inherit pkgs; };
  scrape = pkgs.writeText "prometheus.yml" (builtins.toJSON {
    global = { scrape_interval = "2s"; evaluation_interval = "2s"; };
    rule_files = [ "${rules}" ];
    scrape_configs = [
      { job_name = "node"; static_configs = [ { targets = map (host: "${host}:9100") [ "p620" "razer" "p510" "samsung" ]; } ]; }
      { job_name = "prometheus"; static_configs = [ { targets = [ "localhost:9090" ]; } ]; }
    ];
  });
  rules = pkgs.writeText "alerts.yml" (builtins.toJSON {
    groups = [ {
      name = "fleet";
      rules = [
        { alert = "InstanceDown"; expr = "up == 0"; for = "4s"; labels.severity = "critical"; annotations.summary = "{{ $labels.instance }} is down"; }
        { alert = "SystemdUnitFailed"; expr = "node_systemd_unit_state{state=\"failed\"} == 1"; for = "2s"; labels.severity = "warning"; annotations.summary = "{{ $labels.name }} failed on {{ $labels.instance }}"; }
      ];
    } ];
  });
in
{
  imports = [ inputs.agenix.nixosModules.default inputs.stylix.nixosModules.default inputs.sops-nix.nixosModules.default ];
  networking.hostName = "p620";
  boot.loader.systemd-boot.enable = true;
  environment.systemPackages = [ pkgs.restic pkgs.ffmpeg ];
  systemd.services = {
    prometheus = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "Prometheus";
      Service = {
        Environment = "PROMETHEUS=${pkgs.prometheus}";
        ExecStart = "/usr/bin/prometheus --config.file=${scrape} --storage.tsdb.path=/var/lib/prometheus2 --storage.tsdb.retention.time=2d --web.listen-address=:9090 --log.level=error";
        StateDirectory = "prometheus2";
        Restart = "always";
      };
    };
    grafana = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "Grafana";
      Service = { ExecStart = "/usr/bin/perl ${dashboards} 3001 ${pkgs.grafana.version}"; Environment = [ "GRAFANA=${pkgs.grafana}" ]; };
    };
    postgresql = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "PostgreSQL Server";
      Service = { ExecStart = "${pkgs.postgresql}/bin/postgresql --serve"; StateDirectory = "postgresql"; };
    };
  };
}
