# Writes the packages that the program is built from to the folder $1, the same bytes on every
# platform and with every npm. Run in a folder with package.json, package-lock.json and
# needed-packages.js; npm and node are on the PATH.
set -eu
node needed-packages.js
# A certificate file of this network, as Nix's own fetchers take it.
if [ -r "${NIX_SSL_CERT_FILE-}" ]; then export npm_config_cafile="$NIX_SSL_CERT_FILE"; fi
# No links in .bin: npm makes the files that they point to executable.
npm ci --ignore-scripts --no-bin-links --no-audit --no-fund --no-update-notifier --no-progress --loglevel=error
# npm's own note about what it wrote differs between its versions.
rm -rf node_modules/.package-lock.json node_modules/.bin
find node_modules -type f -exec chmod 644 {} +
mkdir -p "$1"
mv node_modules "$1/node_modules"
