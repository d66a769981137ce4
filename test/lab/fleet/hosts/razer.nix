# A laptop with a screen, and a specialisation.
{ inputs, pkgs, ... }:
{
  imports = [ inputs.stylix.nixosModules.default inputs.disko.nixosModules.default inputs.nixos-hardware.nixosModules.default ];
  networking.hostName = "razer";
  boot.loader.systemd-boot.enable = true;
  environment.systemPackages = [ pkgs.firefox pkgs.ghostty ];
  systemd.services.display-manager = {
    wantedBy = [ "multi-user.target" ];
    Unit.Description = "Display Manager";
    # Restarting it would end the person's session.
    Service = { ExecStart = "${pkgs.hyprland}/bin/hyprland --serve"; X-RestartIfChanged = false; };
  };
  specialisation.on-battery.configuration = {
    environment.etc."power-profile".text = "saving\n";
  };
}
