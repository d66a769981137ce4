// Leaves in package.json and package-lock.json of this folder only what the program is made of: its
// dependencies, and the bundler as WebAssembly. Nothing of these differs by platform, so the folder
// that `npm ci` then writes has one hash everywhere.
import { readFileSync, writeFileSync } from 'node:fs';

const bundler = 'esbuild-wasm';

const edit = (file, change) => {
  const value = JSON.parse(readFileSync(file, 'utf8'));
  change(value);
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
};

const withoutTools = (manifest) => {
  manifest.devDependencies = { [bundler]: manifest.devDependencies[bundler] };
};

edit('package.json', withoutTools);
edit('package-lock.json', (lock) => {
  withoutTools(lock.packages['']);
  for (const [at, entry] of Object.entries(lock.packages)) {
    const isPlatform = entry.os !== undefined || entry.cpu !== undefined;
    if ((entry.dev === true || entry.devOptional === true) && at !== `node_modules/${bundler}`) {
      delete lock.packages[at];
    } else if (isPlatform) {
      throw new Error(`${at} differs by platform: it can't be part of what is built from`);
    }
  }
});
