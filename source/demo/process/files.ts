import { success } from '../../model/result.ts';
import type { Files } from '../../services/world/world.ts';

/** Files that live in memory only; nothing of the person's is touched. Texts are made when they are first read. */
// Over 60 lines: the methods of `Files`, a few lines each, over the same three maps.
export const createDemoFiles = (initial: ReadonlyMap<string, () => string>): Files => {
  const lazy = new Map(initial);
  const folders = new Set<string>();
  const texts = new Map<string, string>();
  const settle = (path: string): void => {
    const make = lazy.get(path);
    if (make === undefined) return;
    lazy.delete(path);
    texts.set(path, make());
  };
  const textOf = (path: string): string | undefined => {
    settle(path);
    return texts.get(path);
  };
  const known = (): readonly string[] => [...texts.keys(), ...lazy.keys(), ...folders];
  const set = (path: string, text: string): void => {
    lazy.delete(path);
    texts.set(path, text);
  };
  return {
    read: async (path) => {
      settle(path);
      return success(texts.get(path));
    },
    write: async (path, text) => {
      set(path, text);
      return success(undefined);
    },
    create: async (path, text) => {
      settle(path);
      if (texts.has(path)) return success(false);
      set(path, text);
      return success(true);
    },
    append: async (path, text) => {
      settle(path);
      set(path, (texts.get(path) ?? '') + text);
      return success(undefined);
    },
    list: async (folder) => {
      const inside = known()
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split('/')[0] ?? '');
      return success([...new Set(inside)].sort());
    },
    exists: async (path) => known().some((other) => other === path || other.startsWith(`${path}/`)),
    rename: async (from, to) => {
      settle(from);
      const text = texts.get(from);
      if (text !== undefined) set(to, text);
      texts.delete(from);
      return success(undefined);
    },
    piece: async (path, from, bytes) =>
      success(Buffer.from(textOf(path) ?? '').subarray(from, from + bytes)),
    look: async () => undefined,
    findSpecial: async () => null,
    share: async () => ({ kind: 'none' }),
    remove: async (path) => {
      for (const other of known())
        if (other === path || other.startsWith(`${path}/`)) {
          lazy.delete(other);
          texts.delete(other);
          folders.delete(other);
        }
      return success(undefined);
    },
    makeFolder: async (path) => {
      folders.add(path);
      return success(undefined);
    },
    realPath: async (path) => success(path),
    copy: async (paths, from, to) => {
      for (const one of paths) {
        const text = textOf(`${from}/${one}`);
        if (text !== undefined) texts.set(`${to}/${one}`, text);
      }
      return success(undefined);
    },
    stamps: async () => success([]),
    differing: async (paths, one, other) =>
      success(paths.filter((at) => textOf(`${one}/${at}`) !== textOf(`${other}/${at}`))),
  };
};
