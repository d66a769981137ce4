# A laptop with a multi-user Nix, deployed to by a user that its Nix does not trust.
{ inputs, pkgs, ... }:
{
  imports = [ inputs.disko.nixosModules.default inputs.nixos-hardware.nixosModules.default inputs.nix-index-database.nixosModules.default ];
  networking.hostName = "samsung";
  boot.loader.systemd-boot.enable = true;
  environment.systemPackages = [ pkgs.firefox ];
  systemd.sockets.nix-daemon = {
    wantedBy = [ "sockets.target" ];
    Unit.Description = "Nix Daemon Socket";
    Socket.ListenStream = "/nix/var/nix/daemon-socket/socket";
  };
  systemd.services.nix-daemon = {
    Unit.Description = "Nix Daemon";
    Service = { Environment = "NIX=${pkgs.nix}"; ExecStart = "/usr/bin/nix-daemon --daemon"; KillMode = "process"; X-RestartIfChanged = false; };
  };
}
