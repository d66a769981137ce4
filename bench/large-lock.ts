import { createHash } from 'node:crypto';

export const nodeCount = 3_000;

const hash = (text: string): string => createHash('sha1').update(text).digest('hex');

const nodeOf = (name: string, isMoved: boolean, inputs: object): object => ({
  inputs,
  locked: {
    dir: 'a/folder/deep/below/the/root/of/its/repository/'.repeat(5),
    lastModified: 1_764_000_000 + (isMoved ? 86_400 : 0),
    narHash: `sha256-${hash(`${name} ${isMoved} content`)}===`,
    owner: 'owner',
    repo: name,
    rev: hash(`${name} ${isMoved}`),
    type: 'github',
  },
  original: {
    dir: 'a/folder/deep/below/the/root/of/its/repository/'.repeat(5),
    owner: 'owner',
    ref: 'main',
    repo: name,
    type: 'github',
  },
});

/**
 * As large as the largest lock that was found in public: 3,000 nodes, about as
 * many follows, 3.4 MB.
 */
export const lockText = (isMoved: (index: number) => boolean): string => {
  const names = Array.from({ length: nodeCount }, (_, index) => `input-${index}`);
  const nodes: Record<string, unknown> = { nixpkgs: nodeOf('nixpkgs', isMoved(0), {}) };
  for (const [index, name] of names.entries()) {
    const own = names.slice(index * 2 + 8, index * 2 + 10).map((child) => [child, child]);
    nodes[name] = nodeOf(name, isMoved(index), {
      ...Object.fromEntries(own),
      nixpkgs: index % 3 === 0 ? [names[0], 'nixpkgs'] : ['nixpkgs'],
    });
  }
  const roots = names.slice(0, 8).map((name) => [name, name]);
  nodes['root'] = { inputs: { ...Object.fromEntries(roots), nixpkgs: 'nixpkgs' } };
  return `${JSON.stringify({ nodes, root: 'root', version: 7 }, null, 2)}\n`;
};
