# The options that every system has, with their defaults.
{ lib, versionSuffix, revision }:
let
  inherit (lib) mkDefault;
in
{
  assertions = [ ];
  warnings = [ ];
  networking = { hostName = mkDefault "nixos"; hosts = { }; };
  nixpkgs.hostPlatform.system = mkDefault "x86_64-linux";
  boot = {
    kernelParams = [ "loglevel=4" ];
    isContainer = mkDefault false;
    loader = {
      timeout = mkDefault 5;
      efi.efiSysMountPoint = mkDefault "/boot";
      systemd-boot = {
        enable = mkDefault false;
        configurationLimit = mkDefault 20;
        # Entries are named by what stands in them, as the builder of today does.
        hashedNames = mkDefault false;
        bootCounting = { enable = mkDefault false; tries = mkDefault 3; };
      };
      grub = { enable = mkDefault false; extraEntries = mkDefault ""; };
    };
  };
  environment = { etc = { }; systemPackages = [ ]; };
  services = { openssh = { enable = mkDefault false; ports = [ ]; }; };
  systemd = { services = { }; sockets = { }; timers = { }; user = { services = { }; }; };
  specialisation = { };
  system = {
    stateVersion = mkDefault "25.05";
    configurationRevision = mkDefault null;
    name = mkDefault null;
    autoUpgrade = { enable = mkDefault false; };
    switch = { enable = mkDefault true; inhibitors = { }; };
    initInterfaceVersion = mkDefault "2";
    preSwitchChecks = { };
    activationScripts = { };
    stcEnvironment = { };
    extraDependencies = [ ];
    nixos = {
      release = lib.version;
      codeName = "Yarara";
      inherit versionSuffix revision;
      version = "${lib.version}${versionSuffix}";
      label = "${lib.version}${versionSuffix}";
      distroId = "nixos";
    };
  };
}
