import type { Plugin } from 'esbuild';

/** What is imported by name. Another name ends the build, so that none is silently undefined. */
const names = ['argv', 'cwd', 'env', 'execArgv', 'execPath', 'hrtime', 'platform', 'versions'];

/**
 * Importing `node:process` as a module reads every property of it, and so opens
 * stdin, stdout and stderr: 5 ms at each start. The global is the same object, whole.
 */
export const quickProcess: Plugin = {
  name: 'quick-process',
  setup: (chain) => {
    // The star of all names would be the few below: no import may ask for it.
    chain.initialOptions.logOverride = {
      ...chain.initialOptions.logOverride,
      'import-is-undefined': 'error',
    };
    chain.onResolve({ filter: /^(?:node:)?process$/ }, ({ path: name, kind }) => ({
      path: name,
      namespace: kind === 'require-call' ? 'required-process' : 'global-process',
    }));
    chain.onLoad({ filter: /.*/, namespace: 'required-process' }, () => ({
      contents: 'module.exports = globalThis.process;',
    }));
    chain.onLoad({ filter: /.*/, namespace: 'global-process' }, () => ({
      contents: [
        'const it = globalThis.process;',
        'export default it;',
        `export const { ${names.join(', ')} } = it;`,
      ].join('\n'),
    }));
  },
};
