{
  description = "The fleet at home";

  inputs = {
    nixpkgs.url = "git+file:///srv/inputs/nixpkgs?ref=nixos-26.05";
    home-manager = {
      url = "git+file:///srv/inputs/home-manager?ref=release-26.05";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    stylix.url = "git+file:///srv/inputs/stylix?ref=release-26.05";
    agenix = {
      url = "git+file:///srv/inputs/agenix?ref=main";
      inputs.nixpkgs.follows = "nixpkgs";
      inputs.home-manager.follows = "home-manager";
    };
    disko.url = "git+file:///srv/inputs/disko?ref=master";
    nixos-hardware.url = "git+file:///srv/inputs/nixos-hardware?ref=master";
    impermanence.url = "git+file:///srv/inputs/impermanence?ref=main";
    nix-index-database = {
      url = "git+file:///srv/inputs/nix-index-database?ref=main";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    sops-nix = {
      url = "git+file:///srv/inputs/sops-nix?ref=master";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    nur = {
      url = "git+file:///srv/inputs/nur?ref=main";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { self, nixpkgs, ... }@inputs:
    let
      # What is to go wrong, and where: empty unless a test asks for it.
      fates = builtins.fromJSON (builtins.readFile ./fates.json);

      host = name: system: nixpkgs.lib.nixosSystem {
        inherit system;
        specialArgs = { inherit self inputs; fate = fates.${name} or { }; };
        modules = [ ./modules/common.nix ./modules/fates.nix ./hosts/${name}.nix ];
      };
    in
    {
      nixosConfigurations = {
        p620 = host "p620" "x86_64-linux";
        razer = host "razer" "x86_64-linux";
        p510 = host "p510" "x86_64-linux";
        samsung = host "samsung" "x86_64-linux";

        # Not hosts to deploy to: an installation image, and a board that nothing here can build for.
        installer = nixpkgs.lib.nixosSystem { system = "x86_64-linux"; modules = [ ./hosts/installer.nix ]; };
        pi = host "pi" "aarch64-linux";
      };
    };
}
