# What all hosts have: remote access, the network, metrics, and a mark of the revision that they were built from.
{ self, inputs, config, lib, pkgs, ... }:
let
  addresses = {
    workstation = "192.0.2.10";
    p620 = "192.0.2.11";
    razer = "192.0.2.12";
    p510 = "192.0.2.13";
    samsung = "192.0.2.14";
  };
  name = config.networking.hostName;
in
{
  imports = [ inputs.home-manager.nixosModules.default inputs.impermanence.nixosModules.default ];

  system.configurationRevision = self.rev or self.dirtyRev or "dirty";
  system.stateVersion = lib.mkDefault "25.11";
  system.switch.inhibitors.dbus-implementation = lib.mkDefault "dbus";

  networking.hosts = { "127.0.0.1" = [ "localhost" ]; } // builtins.listToAttrs (lib.mapAttrsToList (host: address: { name = address; value = [ host ]; }) addresses);
  environment.etc."ssh/sshd_config.nixos".text = ''
    Port 22
    HostKey /etc/ssh/ssh_host_ed25519_key
    PermitRootLogin prohibit-password
    KbdInteractiveAuthentication no
    UsePAM yes
    # ${pkgs.openssh.name}
  '';
  environment.systemPackages = [ pkgs.vim pkgs.htop pkgs.ripgrep ];

  systemd.user.services.agent = {
    wantedBy = [ "default.target" ];
    Unit.Description = "Agent of the session";
    Service.ExecStart = lib.mkDefault "${pkgs.syncthing}/bin/syncthing --serve";
  };

  services.openssh = { enable = true; ports = [ 22 ]; };
  systemd.services = {
    sshd = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "SSH Daemon";
      Unit.After = "network-addresses-eth0.service";
      Service = {
        # Debian's own program; the package only says which version this system means.
        Environment = "OPENSSH=${pkgs.openssh}";
        ExecStart = lib.mkDefault "/usr/sbin/sshd -D -f /etc/static/ssh/sshd_config.nixos";
        RuntimeDirectory = "sshd";
        # Sessions outlive a restart.
        RuntimeDirectoryPreserve = true;
        KillMode = "process";
        Restart = "always";
        X-StopIfChanged = false;
      };
    };
    network-addresses-eth0 = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "Address configuration of eth0";
      Service = {
        Type = "oneshot";
        RemainAfterExit = true;
        ExecStart = lib.mkDefault [ "/usr/sbin/ip link set eth0 up" "/usr/sbin/ip address replace ${addresses.${name} or "192.0.2.99"}/24 dev eth0" ];
      };
    };
    prometheus-node-exporter = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "Exporter for machine metrics";
      Service = {
        Environment = "NODE_EXPORTER=${pkgs.prometheus-node-exporter}";
        # Every host of every lab is asked every two seconds: only what somebody reads.
        ExecStart = "/usr/bin/prometheus-node-exporter --collector.disable-defaults --collector.systemd --collector.cpu --collector.meminfo --collector.loadavg --collector.filesystem --collector.stat --web.listen-address=:9100 --log.level=error";
        Restart = "always";
      };
    };
    syncthing = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "Syncthing";
      Service = {
        ExecStart = lib.mkDefault "${pkgs.syncthing}/bin/syncthing --serve";
        Restart = lib.mkDefault "on-failure";
      };
    };
    tailscaled = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "Tailscale node agent";
      Service = { ExecStart = "${pkgs.tailscale}/bin/tailscale --serve"; X-StopIfChanged = false; };
    };
  };
}
