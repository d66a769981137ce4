import type { Failure } from '../../model/failure.ts';
import type { Attributes, FlakeLock, InputEdge, LockNode } from '../../model/lock/lock.ts';
import { failed, type Result, success } from '../../model/result.ts';
import { type Fields, isFields } from '../json.ts';
import { cleanLine } from '../nix/clean-line.ts';

interface Problem {
  readonly line: number | null;
  readonly detail: string;
}

type Read<Value> = Result<Value, Problem>;

const field = (fields: Fields, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

const isEdge = (value: unknown): value is InputEdge =>
  typeof value === 'string' ||
  (Array.isArray(value) && value.every((part) => typeof part === 'string'));

/** Explains a text that is no JSON, by the causes that are met in repositories. */
const brokenJson = (text: string, cause: unknown): Problem => {
  const marker = lineOf(text, conflictMarker);
  if (marker !== null)
    return { line: marker, detail: 'a merge left its conflict markers in the file' };
  const message = cause instanceof Error ? cause.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  const end = text.trimEnd().length;
  if (position === undefined || Number(position) >= end)
    return {
      line: lineAt(text, end),
      detail: 'the file ends before its last bracket; it was cut off',
    };
  const line = lineAt(text, Number(position));
  return { line, detail: 'this is not JSON' };
};

const readJson = (text: string): Read<Fields> => {
  if (text.trim() === '') return failed({ line: 1, detail: 'the file is empty' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return failed(brokenJson(text, cause));
  }
  return isFields(value)
    ? success(value)
    : failed({ line: 1, detail: 'the file holds no JSON object' });
};

const readVersion = (text: string, fields: Fields): Read<number> => {
  const version = field(fields, 'version');
  if (version === 5 || version === 6 || version === 7) return success(version);
  if (version === undefined)
    return failed({ line: 1, detail: 'it has no "version", so it is no lock of a flake' });
  return failed({
    line: lineOfKey(text, 'version'),
    detail: `version ${JSON.stringify(version)} is not known here (5, 6 and 7 are); the file is left alone`,
  });
};

/** Before version 6 dates and hashes stood in `info`, and were laid over `locked`. */
const withoutInfo = (fields: Fields): Fields => {
  const info = field(fields, 'info');
  if (!isFields(info)) return fields;
  const { info: _, ...rest } = fields;
  const locked = field(fields, 'locked');
  return { ...rest, locked: { ...(isFields(locked) ? locked : {}), ...info } };
};

/** Runs for each node of a lock of thousands: names that are fixed are read directly. */
const problemOfNode = (node: Fields, nodes: Fields): string | null => {
  const { inputs, locked, original, flake, parent } = node;
  if (inputs !== undefined) {
    if (!isFields(inputs)) return 'has "inputs" that are no object';
    for (const name in inputs) {
      const edge = inputs[name];
      if (!isEdge(edge))
        return `has an input "${name}" that is neither a name nor a path to follow`;
      if (typeof edge === 'string' && !Object.hasOwn(nodes, edge))
        return `has an input "${name}" that points at "${edge}", which the file does not have`;
    }
  }
  if (locked !== undefined && !isFields(locked)) return 'has a "locked" that is no object';
  if (original !== undefined && !isFields(original)) return 'has an "original" that is no object';
  if (flake !== undefined && typeof flake !== 'boolean')
    return 'has a "flake" that is neither true nor false';
  if (parent !== undefined && (typeof parent === 'string' || !isEdge(parent)))
    return 'has a "parent" that is no path';
  return null;
};

/** The fields were looked at in `problemOfNode`; unknown ones stay. */
const asNode = (fields: Fields): LockNode =>
  fields as Readonly<Record<string, unknown>> & {
    inputs?: Readonly<Record<string, InputEdge>>;
    locked?: Attributes;
    original?: Attributes;
  };

const readNodes = (
  text: string,
  fields: Fields,
  version: number,
): Read<ReadonlyMap<string, LockNode>> => {
  const nodes = field(fields, 'nodes');
  if (!isFields(nodes))
    return failed({
      line: lineOfKey(text, 'nodes') ?? 1,
      detail:
        field(fields, 'nodes') === undefined ? 'it has no "nodes"' : 'its "nodes" are no object',
    });
  const found = new Map<string, LockNode>();
  for (const key of Object.keys(nodes)) {
    const written = nodes[key];
    const problem = isFields(written) ? problemOfNode(written, nodes) : 'is no object';
    if (problem !== null || !isFields(written))
      return failed({
        line: lineOfKey(text, key, '\\{') ?? lineOfKey(text, key),
        detail: `the node "${key}" ${problem}`,
      });
    found.set(key, asNode(version === 5 ? withoutInfo(written) : written));
  }
  return success(found);
};

const read = (text: string): Read<FlakeLock> => {
  const json = readJson(text);
  if (!json.ok) return json;
  const version = readVersion(text, json.value);
  if (!version.ok) return version;
  const nodes = readNodes(text, json.value, version.value);
  if (!nodes.ok) return nodes;
  const root = field(json.value, 'root');
  if (typeof root !== 'string')
    return failed({ line: lineOfKey(text, 'root', '[^{\\s]') ?? 1, detail: 'it has no "root"' });
  if (!nodes.value.has(root))
    return failed({
      line: lineOfKey(text, 'root', '[^{\\s]'),
      detail: `its root "${root}" is not among the nodes`,
    });
  return success({ version: version.value, root, nodes: nodes.value });
};

/**
 * Reads the text of a `flake.lock`, versions 5 to 7. Unknown types of inputs and
 * unknown attributes are kept. `file` is what the failure names. Checked by hand
 * and not by a schema, as locks of several megabytes are compared at each start.
 */
export const parseFlakeLock = (text: string, file: string): Result<FlakeLock, Failure> => {
  const lock = read(text.startsWith('\ufeff') ? text.slice(1) : text);
  return lock.ok
    ? lock
    : failed({
        code: 'lock-invalid',
        file,
        line: lock.failure.line,
        detail: cleanLine(lock.failure.detail),
      });
};

/** Line of a position in a text, counted from 1. */
const lineAt = (text: string, position: number): number => {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < position; at = text.indexOf('\n', at + 1))
    line += 1;
  return line;
};

/** Line of the first match; null when there is none. */
const lineOf = (text: string, form: RegExp): number | null => {
  const at = text.search(form);
  return at === -1 ? null : lineAt(text, at);
};

/**
 * Line on which a key stands with a value that begins as `value` says; null when
 * there is none. A name is often both the key of a node and the name of an input.
 */
const lineOfKey = (text: string, key: string, value = ''): number | null => {
  const quoted = JSON.stringify(key).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return lineOf(text, new RegExp(`${quoted}\\s*:\\s*${value}`));
};

const conflictMarker = /^(?:<{7}|\|{7}|={7}|>{7})(?: |\r?$)/m;
