# A board of another system.
{ ... }:
{
  networking.hostName = "pi";
  boot.loader.grub.enable = true;
}
