# An image to install new hosts from: built, never deployed to.
{ lib, pkgs, ... }:
{
  networking.hostName = "nixos-installer";
  isoImage.volumeID = "nixos-fleet";
  image.fileName = "nixos.iso";
  system.switch.enable = lib.mkDefault false;
  environment.systemPackages = [ pkgs.vim ];
}
