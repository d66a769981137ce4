# The media server, started by GRUB.
{ inputs, pkgs, ... }:
{
  imports = [ inputs.agenix.nixosModules.default inputs.nur.nixosModules.default ];
  networking.hostName = "p510";
  boot.loader.grub = {
    enable = true;
    extraEntries = ''
      menuentry "Shutdown" { halt }
      menuentry 'Memory test {' --class memtest { linux16 /memtest.bin }
    '';
  };
  environment.systemPackages = [ pkgs.ffmpeg pkgs.rclone ];
  systemd.services = {
    nzbget = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "NZBGet Daemon";
      Service = { ExecStart = "${pkgs.nzbget}/bin/nzbget --serve"; Restart = "on-failure"; };
    };
    plex = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "Plex Media Server";
      Service = { ExecStart = "${pkgs.plex}/bin/plex --serve"; ExecReload = "/bin/kill -HUP $MAINPID"; };
    };
  };
}
