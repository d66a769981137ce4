#!/usr/bin/env node
// The program's first file, copied by scripts/build.ts. It runs on any Node, so
// that an old one is told by a sentence and not by a syntax error.
import module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import tty from 'node:tty';

const version = 'VERSION';
const oldestNode = 22;

/** The folder that it was started in; null where somebody removed that. */
const startFolder = () => {
  try {
    return process.cwd();
  } catch {
    return null;
  }
};

/**
 * The signals that tell a program to end, from its first moment on: what is read of it meanwhile answers as it should,
 * and a second one ends it at once.
 */
const hearSignals = () => {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let isTold = false;
  const hear = () => {
    if (isTold) process.exit(130);
    isTold = true;
  };
  for (const name of names) process.on(name, hear);
  return {
    isTold: () => isTold,
    release: () => {
      for (const name of names) process.off(name, hear);
    },
  };
};

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
} else if (process.argv[2] === '__complete') {
  // A shell waits for the answer at each Tab: nothing else is loaded.
  await module
    .createRequire(import.meta.url)('./complete.cjs')
    .showCompletion(process.argv.slice(3));
} else {
  // The folder of the program may be read-only, as the Nix store is.
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  module.enableCompileCache?.(path.join(cache, 'nixup', 'compiled'));
  const words = process.argv.slice(2);
  const demo = words.length === 1 && words[0] === 'demo';
  const folder = startFolder();
  const isScreen =
    folder !== null &&
    (words.length === 0 || demo) &&
    process.env.TERM !== 'dumb' &&
    tty.isatty(0) &&
    tty.isatty(1);
  // A screen listens by itself.
  const early = isScreen ? null : hearSignals();
  // The frame stands before the program is read.
  const begun = isScreen
    ? module
        .createRequire(import.meta.url)('./begin.cjs')
        .beginScreen({
          demo,
          readOnly: false,
          ascii: false,
          folder,
          configFile: null,
          readsSubmodules: false,
          filter: '',
        })
    : null;
  const { main } = await import('./main.js');
  await main(words, begun, early);
}
