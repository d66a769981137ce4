import { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import type { BootDefault } from '../../model/host/host.ts';
import type { SupervisionResult } from '../../model/host/supervision.ts';
import type { UnseenFile } from '../../model/nix/unseen-file.ts';
import type { ActiveRun } from '../../model/run/active-run.ts';
import { kinds, moment, nullable, text, texts } from './shapes.ts';

const host = text;
const command = text.exactOptional();
const reached = { host, address: text.optional() };

const why = z.enum(['contact', 'activation', 'timeout', 'health', 'asked', 'persist', 'killed']);
const reverted = z.object({ why, exitCode: nullable(z.number()) });

const supervisionResult = kinds<SupervisionResult>('kind', {
  committed: z.object({}),
  kept: z.object({}),
  untouched: z.object({}),
  reverted,
  'revert-failed': reverted,
  rebooted: reverted,
  foreign: z.object({ current: nullable(text) }),
});

const once = { once: z.object({ entry: text, by: text }).optional() };

const bootDefault = kinds<BootDefault>('kind', {
  resolved: z.object({ loader: text, toplevel: text, ...once }),
  unverifiable: z.object({ reason: text, ...once }),
});

const toolEnding = kinds<Extract<Failure, { code: 'tool-failed' }>['ending']>('kind', {
  missing: z.object({}),
  unreadable: z.object({}),
  exited: z.object({ exitCode: z.number() }),
  killed: z.object({ signal: text }),
});

const running = z.object({
  id: text,
  goal: nullable(text),
  user: text,
  machine: text,
  pid: z.number(),
  since: moment,
  flake: nullable(text),
  lock: text,
});
export const activeRunShape = kinds<ActiveRun>('kind', {
  here: running,
  elsewhere: running,
  unreadable: z.object({ lock: text }),
});

const ofRepository = { repository: text, file: text };
const unseenFile: z.ZodType<UnseenFile> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('untracked'), ...ofRepository }),
    z.object({
      kind: z.literal('ignored'),
      ...ofRepository,
      rule: z.object({ file: text, line: z.number(), pattern: text }),
    }),
    z.object({
      kind: z.literal('submodule'),
      ...ofRepository,
      submodule: text,
      inside: nullable(unseenFile),
    }),
    z.object({
      kind: z.literal('nested'),
      ...ofRepository,
      nested: text,
      isPointedAt: z.boolean(),
      isIgnored: z.boolean().optional(),
    }),
    z.object({ kind: z.literal('folder'), ...ofRepository, inside: z.array(unseenFile) }),
    z.object({ kind: z.literal('empty-folder'), ...ofRepository }),
    z.object({
      kind: z.literal('link'),
      ...ofRepository,
      link: text,
      target: text,
      inside: nullable(unseenFile),
    }),
    z.object({ kind: z.literal('lfs-pointer'), ...ofRepository }),
    z.object({ kind: z.literal('export-ignored'), ...ofRepository }),
    z.object({ kind: z.literal('submodule-absent'), ...ofRepository, submodule: text }),
    z.object({ kind: z.literal('pointer'), ...ofRepository, nested: text }),
    z.object({
      kind: z.literal('sparse'),
      ...ofRepository,
      by: z.enum(['folders', 'patterns', 'hand']),
    }),
    z.object({ kind: z.literal('deleted'), ...ofRepository, isStaged: z.boolean() }),
    z.object({ kind: z.literal('spelled'), ...ofRepository, actual: text }),
  ]),
);

/** A place in a Nix file; what earlier versions did not keep is optional. */
const position = z.object({
  file: text,
  line: nullable(z.number()),
  column: nullable(z.number()).optional(),
  source: text.optional(),
  input: text.optional(),
  excerpt: texts.optional(),
});

/** Why Nix failed: what sentences are made of. */
const cause = z.object({
  class: text,
  message: text,
  derivation: nullable(text),
  position: nullable(position),
  positions: z.array(position),
  phase: nullable(text).optional(),
  input: text.optional(),
  expected: nullable(text),
  got: nullable(text),
  mismatch: z
    .object({
      input: nullable(text),
      revision: nullable(text),
      url: nullable(text),
      verdict: text,
    })
    .optional(),
  // What belongs to a refusal depends on its reason.
  refused: z.object({ package: text, refusal: z.looseObject({ reason: text }) }).optional(),
  missing: z.object({ file: text, unseen: unseenFile.optional() }).optional(),
  tail: texts,
});

const process = { command: text, tail: texts };
const ofFile = { file: text, line: nullable(z.number()), detail: text };
const ofNix = { host: nullable(host), cause: text, tail: texts, because: cause.optional() };

/** What each failure must hold, so that it can be explained when it is read back from a journal. */
export const failureShapes = kinds<Failure>('code', {
  'program-missing': z.object({ program: text }),
  'command-failed': z.object({ ...process, exitCode: z.number() }),
  'command-killed': z.object({ ...process, signal: text }),
  'command-timeout': z.object({ ...process, afterMs: z.number() }),
  'tool-failed': z.object({
    tool: z.enum(['editor', 'pager']),
    variable: nullable(text),
    words: text,
    ending: toolEnding,
  }),
  canceled: z.object({ what: text }),
  'output-unreadable': z.object({ command: text, detail: text }),
  'host-name-refused': z.object({ name: text }),
  'host-unknown': z.object({ name: text, nearest: nullable(text) }),
  'tag-unknown': z.object({ tag: text, nearest: nullable(text), known: texts }),
  'host-unreachable': z.object({ ...reached, detail: text, name: text.exactOptional() }),
  'host-timeout': z.object({
    ...reached,
    afterMs: z.number(),
    isConnected: z.literal(true).optional(),
  }),
  'ssh-failed': z.object({
    ...reached,
    why: z.enum(['not-started', 'own-files', 'hop', 'no-agreement', 'closed', 'unclear']),
    detail: text,
    hop: text.optional(),
  }),
  'login-waits': z.object({ ...reached, text, waitedMs: z.number() }),
  'host-key-unknown': z.object({ host, address: text }),
  'host-key-changed': z.object({ host, address: text }),
  'login-refused': z.object({ ...reached, detail: text }),
  'login-shell-failed': z.object({ ...reached, exitCode: z.number(), detail: nullable(text) }),
  'identity-mismatch': z.object({
    host,
    fact: z.enum(['host name', 'machine id']),
    expected: text,
    found: text,
    other: text.optional(),
    machineId: text.optional(),
  }),
  'not-nixos': z.object({ host, detail: text }),
  'elevation-refused': z.object({
    ...reached,
    detail: text,
    tool: z.enum(['root', 'sudo', 'doas', 'run0']).exactOptional(),
  }),
  'config-invalid': z.object({ ...ofFile, remedy: text, command }),
  'lock-invalid': z.object({ ...ofFile, remedy: text.optional(), command }),
  'flake-missing': z.object({ path: text }),
  'file-failed': z.object({
    operation: text,
    path: text,
    detail: text,
    isDiskFull: z.literal(true).optional(),
  }),
  'evaluation-failed': z.object(ofNix),
  'build-failed': z.object({
    ...ofNix,
    derivation: nullable(text),
    also: z.array(cause).optional(),
    unbegun: texts.optional(),
  }),
  'input-unknown': z.object({ name: text, nearest: nullable(text) }),
  'lock-not-written': z.object({ detail: text, isMoved: z.literal(true).optional() }),
  'revert-refused': z.object({
    input: text,
    detail: text,
    instead: text.exactOptional(),
  }),
  'revision-refused': z.object({ input: text, detail: text, remedy: text, command }),
  'revision-unreadable': z.object({ input: text, detail: text, remedy: text }),
  'copy-failed': z.object({
    host,
    detail: text,
    remedy: nullable(text),
    command,
    tail: texts,
    wasCut: z.literal(true).optional(),
  }),
  'activation-failed': z.object({
    host,
    exitCode: nullable(z.number()),
    meaning: text,
    isForBoot: z.literal(true).optional(),
    tail: texts,
  }),
  'activation-unproven': z.object({ host, expected: text, found: nullable(text) }),
  'persistence-unproven': z.object({
    host,
    detail: text,
    isBusy: z.literal(true).optional(),
    after: z.enum(['back', 'clean']).optional(),
  }),
  'generation-gone': z.object({ host, generation: nullable(z.number()), detail: text }),
  'space-short': z.object({ host, detail: text }),
  'taken-back': z.object({
    host,
    result: supervisionResult,
    detail: nullable(text),
    boot: z.object({ found: bootDefault, old: text }).optional(),
  }),
  'restart-silent': z.object({ host, afterMs: z.number(), isDown: z.boolean() }),
  'fetch-failed': z.object({
    inputs: z.array(
      z.object({ name: text, place: nullable(text), why: text, remedy: nullable(text), command }),
    ),
    detail: text,
  }),
  'gate-closed': z.object({ host: nullable(host), reason: text, remedy: text, command }),
  'run-active': z.object({ run: activeRunShape }),
  'git-refused': z.object({ operation: text, detail: text, remedy: text, command }),
  'file-unseen': z.object({ unseen: unseenFile }),
  'http-failed': z.object({
    url: text,
    detail: text,
    isAnswered: z.boolean().optional(),
    unheard: z.enum(['late', 'not-sent']).optional(),
  }),
});
