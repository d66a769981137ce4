# The npm packages that nixup is built from, as one folder with one hash. The lock names no addresses,
# so npm itself finds them; package-lock.json has the integrity of each, and the hash of the whole
# stands in packages.hash (`npm run nix:hash` writes it).
{
  lib,
  stdenvNoCC,
  nodejs_24,
  cacert,
}:
stdenvNoCC.mkDerivation {
  name = "nixup-packages";
  nativeBuildInputs = [
    nodejs_24
    cacert
  ];

  # What `npm ci` needs and nothing else: a change of the program alone fetches nothing.
  buildCommand = ''
    cp ${../package.json} package.json
    cp ${../package-lock.json} package-lock.json
    cp ${./needed-packages.js} needed-packages.js
    chmod u+w package.json package-lock.json
    export HOME=$PWD
    sh ${./fetch-packages.sh} "$out"
  '';

  # A proxy, a certificate or a mirror of the network that this is built in.
  impureEnvVars = lib.fetchers.proxyImpureEnvVars ++ [
    "NIX_SSL_CERT_FILE"
    "NPM_CONFIG_REGISTRY"
  ];

  outputHashMode = "recursive";
  outputHash = lib.removeSuffix "\n" (builtins.readFile ./packages.hash);
}
