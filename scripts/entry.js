#!/usr/bin/env node
// The program's first file, copied by scripts/build.ts. It runs on any Node, so
// that an old one is told by a sentence and not by a syntax error.
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';

const version = 'VERSION';
const oldestNode = 22;

if (process.argv.length === 3 && process.argv[2] === '--version') {
  process.stdout.on('error', (error) => {
    // A pipe that nobody reads any more is no trouble.
    if (error.code === 'EPIPE') return;
    process.stderr.write(`The answer could not be written: ${error.message}.\n`);
    process.exitCode = 1;
  });
  process.stdout.write(`${version}\n`);
} else if (Number.parseInt(process.versions.node, 10) < oldestNode) {
  process.stderr.write(
    `nixup needs Node ${oldestNode} or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer one, for instance with: nix shell nixpkgs#nodejs\n',
  );
  process.exitCode = 2;
} else {
  // The folder of the program may be read-only, as the Nix store is.
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  module.enableCompileCache?.(path.join(cache, 'nixup', 'compiled'));
  const { main } = await import('./main.js');
  await main(process.argv.slice(2));
}
