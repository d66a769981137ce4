# Misbehaviour on demand. `fate` holds what fates.json asks for on this host, by name.
{ fate, lib, pkgs, ... }:
let
  has = name: fate ? ${name};
  seconds = name: toString (fate.${name}.seconds or 20);
  unit = name: fate.${name}.unit or "syncthing";
  failing = name: script: {
    systemd.services.${unit name} = {
      Unit.StartLimitIntervalSec = 0;
      Service = { ExecStart = lib.mkForce "/bin/sh -c '${script}'"; Restart = lib.mkForce "no"; };
    };
  };
  status = toString (fate.stc-exit.status or "");
  broken = pkgs.runCommand "libwidget-2.4.1" { } ''
    echo "checking for widget.h... no"
    echo "configure: error: widget.h is required to build libwidget" >&2
    exit 1
  '';
in
{
  imports = map (name: builtins.getAttr name {
    eval-fails.environment.etc."widget".text = throw "The option `services.widget.package' was accessed but has no value defined. Try setting the option.";
    # A package that others need is what does not build …
    build-fails.environment.systemPackages = [ (pkgs.mkPackage { pname = "widget-desktop"; version = "7.0"; dependencies = [ (pkgs.mkPackage { pname = "widgets"; version = "3.1"; dependencies = [ broken ]; }) ]; }) ];
    # … or a derivation of the system itself.
    build-fails-root.environment.etc."fstab".source = pkgs.runCommand "etc-fstab" { } "echo 'error: two file systems share the mount point /data' >&2; exit 1";
    build-slow.environment.systemPackages = [ (pkgs.mkPackage { pname = "slow"; version = "1.${seconds "build-slow"}"; build = ''
      # Not reused by a later run: what is slow once is to be slow again.
      : ${toString (fate.build-slow.salt or 0)}
      i=0; while [ $i -lt ${seconds "build-slow"} ]; do echo "[$i/${seconds "build-slow"}] Building object widget-$i.o"; sleep 1; i=$((i+1)); done
    ''; }) ];
    hash-mismatch.environment.etc."widget.tar.gz".source = derivation {
      name = "widget-1.0.tar.gz"; system = "x86_64-linux"; builder = "/bin/sh"; PATH = "/bin:/usr/bin"; args = [ "-c" "echo changed upstream > $out" ];
      outputHashMode = "flat"; outputHashAlgo = "sha256"; outputHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    };
    conflicting-options.networking.hostName = "widget";

    stc-exit =
      if status == "1" then { system.preSwitchChecks.lab = "echo 'the lab says no' >&2; exit 1"; }
      else if status == "2" then { system.activationScripts.lab = "echo 'cannot create /var/lib/widget: Read-only file system' >&2; false"; }
      else if status == "4" then failing "stc-exit" "echo cannot open database >&2; exit 1"
      else if status == "100" then { system.initInterfaceVersion = "3"; }
      else { system.stcEnvironment.LAB_EXIT_STATUS = status; };
    inhibitor.system.switch.inhibitors.dbus-implementation = "broker";
    new-kernel.boot.kernel = pkgs.mkPackage { pname = "linux"; version = "6.99.1"; inherit (pkgs.linux) build; };

    # systemd-boot as today's nixpkgs installs it: entries named by their contents on a partition of their own
    # (XBOOTLDR, /boot), their boots counted, and the loader's settings on the other (ESP, /efi).
    counted-boots = {
      boot.loader.efi.efiSysMountPoint = "/efi";
      boot.loader.systemd-boot = { hashedNames = true; bootCounting.enable = true; };
      systemd.services.efi-partition = {
        wantedBy = [ "multi-user.target" ];
        Unit.Description = "EFI System Partition";
        Service = { Type = "oneshot"; RemainAfterExit = true; ExecStart = "/bin/sh -c 'mkdir -p /boot/esp /efi; mountpoint -q /efi || mount --bind /boot/esp /efi'"; X-RestartIfChanged = false; };
      };
    };

    activation-hangs.system.activationScripts.lab = "echo 'waiting for the disk...'; sleep infinity";
    activation-slow.system.activationScripts.lab = "sleep ${seconds "activation-slow"}";
    activation-reexecutes.system.activationScripts.lab = "for i in 1 2 3 4 5 6 7 8 9 10; do systemctl daemon-reload; systemctl daemon-reexec; sleep 0.3; done";
    activation-cuts-network.systemd.services.network-addresses-eth0.Service.ExecStart = lib.mkForce [ "/usr/sbin/ip link set eth0 down" ];
    activation-kills-sshd.systemd.services.sshd.Service.ExecStart = lib.mkForce "/bin/sh -c 'echo /etc/ssh/sshd_config line 7: Bad configuration option: PermitRootLogn >&2; exit 255'";
    # The bus of the system ends in the middle; where it is broken too, only a restart brings it back.
    activation-ends-bus.system.activationScripts.lab = lib.optionalString (fate.activation-ends-bus.broken or false) ''
      mkdir -p /run/systemd/system/dbus.service.d
      printf '[Service]\nExecStart=\nExecStart=/bin/false\n' > /run/systemd/system/dbus.service.d/lab.conf
      systemctl daemon-reload
    '' + "systemctl stop dbus.socket dbus.service";
    activation-breaks-names = {
      system.activationScripts.lab = ":";
      environment.etc."hosts".text = "127.0.0.1 localhost\n";
    };

    # One of each: stopped and started, kept, reloaded, restarted, new, and a user's.
    units-change.systemd = {
      services = {
        syncthing.Service.Environment = "STRICT=1";
        prometheus-node-exporter = { Unit.After = "network.target"; Service.X-RestartIfChanged = false; };
        ${unit "units-change"} = { Unit.X-Reload-Triggers = "1"; Service.ExecReload = lib.mkForce "/bin/true"; };
        tailscaled.Service.Environment = "STRICT=1";
        newcomer = { wantedBy = [ "multi-user.target" ]; Service.ExecStart = "${pkgs.syncthing}/bin/syncthing --serve"; };
      };
      user.services.agent.Service.Environment = "STRICT=1";
    };
    # A unit of users: it cannot be restarted, or it ends right after its start, which the activation does not hear of.
    user-unit-fails.systemd.user.services.agent.Service = {
      Type = if fate.user-unit-fails.quiet or false then "simple" else "oneshot";
      ExecStart = lib.mkForce "/bin/sh -c 'echo cannot open its socket >&2; exit 1'";
    };
    reload-fails.systemd.services.${unit "reload-fails"}.Service.ExecReload = lib.mkForce "/bin/sh -c 'echo line 3: no such option >&2; exit 1'";
    # A service that a socket of another name starts.
    other-socket.systemd = {
      services.greeter = {
        Unit.Description = "Greeter ${toString (fate.other-socket.version or 1)}";
        Service = { ExecStart = "${pkgs.syncthing}/bin/syncthing --serve"; Environment = "GREETING=${toString (fate.other-socket.version or 1)}"; Sockets = "greetings.socket"; };
      };
      sockets.greetings = { wantedBy = [ "sockets.target" ]; Unit.Description = "Greetings"; Socket = { ListenStream = "/run/greetings"; Service = "greeter.service"; }; };
    };
    # A service that no switch restarts, and whose program is another one with each version.
    old-code.systemd.services.keeper = {
      wantedBy = [ "multi-user.target" ];
      Unit.Description = "Keeper";
      Service = {
        ExecStart = "${pkgs.runCommand "keeper-${toString (fate.old-code.version or 1)}" { } "mkdir -p $out/bin; cp /usr/bin/sleep $out/bin/keeper"}/bin/keeper infinity";
        X-RestartIfChanged = false;
      };
    };
    # Takes long to stop, as soon as a second version of it does so.
    stops-slowly.systemd.services.${unit "stops-slowly"}.Service = {
      ExecStop = "/bin/sleep ${seconds "stops-slowly"}";
      Environment = "VERSION=${toString (fate.stops-slowly.version or 1)}";
    };
    # In no target's wants: only a person starts it.
    by-hand.systemd.services.by-hand.Service.ExecStart = "${pkgs.syncthing}/bin/syncthing --serve";
    # A file system of fstab; without options it is in no fstab of the system any more.
    mount.environment.etc."fstab".text = lib.optionalString (fate.mount ? fs) "lab-data /mnt/data tmpfs ${fate.mount.fs} 0 0\n";

    unit-fails = failing "unit-fails" "echo cannot open configuration: no such file >&2; exit 1";
    unit-fails-later = failing "unit-fails-later" "sleep ${seconds "unit-fails-later"}; echo lost the database >&2; exit 1";
    unit-restarts-forever.systemd.services.${unit "unit-restarts-forever"}.Service = { ExecStart = lib.mkForce "/bin/sh -c 'sleep 0.2; exit 1'"; Restart = lib.mkForce "always"; RestartSec = 2; };
    # Runs, and does not answer: to be set where Grafana is.
    critical-not-answering.systemd.services.grafana.Service.Environment = [ "LAB_GRAFANA=hangs" ];
    # Every minute back to the generation that the profile holds, as an unattended upgrade from an older commit would.
    auto-upgrade = {
      system.autoUpgrade.enable = true;
      systemd.services.nixos-upgrade = {
        Unit.Description = "NixOS Upgrade";
        Service = { Type = "oneshot"; ExecStart = "/bin/sh -c 'exec /nix/var/nix/profiles/system/bin/switch-to-configuration switch'"; X-RestartIfChanged = false; };
        Unit.X-StopOnRemoval = false;
      };
      systemd.timers.nixos-upgrade = { wantedBy = [ "timers.target" ]; Unit.Description = "NixOS Upgrade"; Timer = { OnCalendar = fate.auto-upgrade.calendar or "04:40"; Persistent = true; }; };
    };
  }) (builtins.filter (name: name != "comment") (builtins.attrNames fate));
}
