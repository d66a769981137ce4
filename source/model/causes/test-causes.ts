import type { NixCause, NixCauseClass, NixPosition } from '../nix/cause.ts';
import { derivationName } from '../nix/derivation-name.ts';
import { unseenSentence } from '../nix/unseen-file.ts';
import type { BesideLock } from './beside-lock.ts';
import { mismatchSentence } from './hash-mismatch.ts';
import { machineFaultIn } from './machine-fault.ts';
import { troubleLine } from './machine-trouble.ts';
import { showPosition } from './position.ts';
import { reasonIn } from './reason-line.ts';
import { remediesOf } from './remedies.ts';
import type { Remedy } from './remedy.ts';

/** One host's failure; `host` is null for what concerns the whole flake. */
export interface HostCause {
  readonly host: string | null;
  readonly step: 'syntax' | 'check' | 'evaluate' | 'build';
  readonly cause: NixCause;
}

/** Why the test failed: one cause, shown once, with every host that it breaks. */
export interface TestCause {
  /** The same for the same cause in a later test. */
  readonly id: string;
  readonly class: NixCauseClass;
  readonly step: HostCause['step'];
  /** Empty where it concerns the whole flake. */
  readonly hosts: readonly string[];
  /** One sentence. */
  readonly what: string;
  readonly place: NixPosition | null;
  readonly derivation: string | null;
  /** The lines that prove it: the drawing with the caret, the end of the builder's log. */
  readonly tail: readonly string[];
  readonly remedies: readonly Remedy[];
  /** The lock has changed since: what the cause says of inputs may no longer be true. */
  readonly isOfEarlierLock?: true;
}

/** What the flake is like, for remedies that name inputs. */
export interface CauseScene {
  readonly movedInputs: readonly string[];
  /** The input whose locked content has this hash. */
  readonly inputOfHash: (hash: string) => string | null;
  /** What else changed since these hosts were built for the last time; absent where nobody asked. */
  readonly beside?: (hosts: readonly string[]) => BesideLock;
}

export const noScene: CauseScene = { movedInputs: [], inputOfHash: () => null };

const subject = ({ derivation }: NixCause): string =>
  derivation === null ? 'A derivation' : derivationName(derivation);

const hashes = (cause: NixCause): string =>
  cause.expected === null || cause.got === null
    ? ''
    : `: expected ${cause.expected}, got ${cause.got}`;

const inPhase = ({ phase }: NixCause): string => (phase == null ? '' : ` in its ${phase}`);

/**
 * Why the build failed: the file that it did not make, else its last message, else how it ended.
 */
const builderWords = ({ message, tail }: NixCause): string => {
  const [unmade] = /failed to produce output path for output '[^']*'/.exec(message) ?? [];
  const line = unmade ?? reasonIn(tail)?.trim();
  if (line !== undefined) return `: ${line}`;
  const [, ending] = /\bfailed ((?:with|due to) [^.;]+)/.exec(message) ?? [];
  return ending === undefined ? '' : `: it said nothing, and ended ${ending}`;
};

const machineSentence = (cause: NixCause): string => {
  const fault = machineFaultIn(cause);
  return `The machine that builds is not in order${fault === null ? '' : ` because ${fault.what}`}: ${troubleLine(cause)}`;
};

/** The cause as one sentence for a person. */
export const causeSentence = (cause: NixCause, input: string | null = null): string => {
  switch (cause.class) {
    case 'builder-failed':
      return `${subject(cause)} does not build${inPhase(cause)}${builderWords(cause)}`;
    case 'dependency-failed':
      return `${subject(cause)} was not built, because something it needs failed`;
    case 'hash-mismatch':
      return mismatchSentence(
        cause.mismatch ?? { input, revision: null, url: null, verdict: 'unknown' },
        subject(cause),
        hashes(cause),
      );
    case 'missing-file':
      return cause.missing === undefined
        ? cause.message
        : cause.missing.unseen !== undefined
          ? unseenSentence(cause.missing.unseen, cause.missing.file)
          : `${cause.missing.file} does not exist in the flake`;
    case 'missing-input':
      return `flake.nix wants an input that it does not declare: ${cause.message}`;
    case 'infinite-recursion':
      return 'The configuration needs its own value to compute it (infinite recursion)';
    case 'out-of-memory':
      return `Memory ran out: ${cause.message}`;
    case 'disk-full':
      return `The disk is full: ${cause.message}`;
    case 'network':
      return `The network failed: ${cause.message}`;
    case 'fetch':
      return `${cause.input === undefined ? 'A source' : `The input ${cause.input}`} could not be fetched: ${cause.message}`;
    case 'no-builder':
      return `Nothing here can build it: ${cause.message}`;
    case 'build-machine':
      return machineSentence(cause);
    case 'build-stopped':
      return `The build was stopped before its end: ${cause.message}`;
    case 'untrusted-settings':
      return `Nix refuses it for want of trust: ${cause.message}`;
    case 'builder-lost':
    case 'syntax':
    case 'evaluation':
    case 'missing-attribute':
    case 'removed-option':
    case 'conflicting-options':
    case 'insecure-package':
    case 'unfree-package':
    case 'broken-package':
    case 'unsupported-package':
    case 'refused-package':
    case 'assertion':
    case 'lock-outdated':
    case 'canceled':
    case 'unknown':
      return cause.message;
  }
};

const hashPattern = /\/nix\/store\/[0-9a-df-np-sv-z]{32}-/g;

/**
 * A host's own name in a message does not make it another cause, nor does a hash that depends on it.
 * Only whole words are the name: a host may be called `a`, or as a part of what fails.
 */
const withoutHost = (text: string, host: string | null): string => {
  const plain = text.replaceAll(hashPattern, '').replaceAll(/\s+/g, ' ');
  if (host === null) return plain;
  const name = host.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return plain.replaceAll(new RegExp(`(?<![A-Za-z0-9])${name}(?![A-Za-z0-9])`, 'g'), 'HOST');
};

/** Lines of the log that tell two failures of builders with one name apart. */
const comparedLines = 3;

const idOf = ({ host, cause }: HostCause): string => {
  const own = (text: string): string => withoutHost(text, host);
  if (cause.derivation !== null)
    return [
      cause.class,
      own(derivationName(cause.derivation)),
      ...cause.tail.slice(-comparedLines).map(own),
    ].join('|');
  return [
    cause.class,
    own(cause.message),
    cause.position === null ? '' : own(showPosition(cause.position)),
  ].join('|');
};

const placeOf = (position: NixPosition | null): NixPosition | null => {
  if (position === null) return null;
  const { excerpt: _excerpt, source: _source, ...place } = position;
  return place;
};

const withoutMargin = (lines: readonly string[]): readonly string[] => {
  const margin = Math.min(...lines.map((line) => line.search(/\S|$/)));
  return lines.map((line) => line.slice(margin));
};

/** The proof begins with the drawing of the place: the trace may have come to it long before its end. */
const withDrawing = ({ position, tail }: NixCause): readonly string[] => {
  const drawing = position?.excerpt ?? [];
  if (position === null || drawing.length === 0) return tail;
  const bare = new Set(tail.map((line) => line.trim()));
  return drawing.every((line) => bare.has(line.trim()))
    ? tail
    : [`at ${showPosition(position)}:`, ...withoutMargin(drawing), ...tail];
};

/** Groups the failures by cause, those that break most hosts first. Cancellations are none. */
export const shareCauses = (
  failures: readonly HostCause[],
  scene: CauseScene = noScene,
): readonly TestCause[] => {
  const groups = new Map<string, HostCause[]>();
  // Messages that are equal letter by letter are one cause, even where they hold the name of a
  // host.
  const known = new Map<string, string>();
  for (const failure of failures) {
    if (failure.cause.class === 'canceled') continue;
    const literal = idOf({ ...failure, host: null });
    const id = known.get(literal) ?? idOf(failure);
    known.set(literal, id);
    groups.set(id, [...(groups.get(id) ?? []), failure]);
  }
  const causes = [...groups].flatMap(([id, group]): readonly TestCause[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { cause, step } = first;
    const hosts = [...new Set(group.flatMap(({ host }) => host ?? []))];
    const input =
      cause.mismatch?.input ?? (cause.expected === null ? null : scene.inputOfHash(cause.expected));
    return [
      {
        id,
        class: cause.class,
        step,
        hosts,
        what: causeSentence(cause, input),
        place: placeOf(cause.position),
        derivation: cause.derivation,
        tail: withDrawing(cause),
        remedies: remediesOf(cause, {
          hosts,
          movedInputs: scene.movedInputs,
          input,
          beside: scene.beside?.(hosts) ?? { kind: 'unknown' },
        }),
      },
    ];
  });
  return causes.toSorted((one, other) => other.hosts.length - one.hosts.length);
};

/** A cause as lines: the sentence with its hosts and place, the proof, what to do. */
export const causeLines = (cause: TestCause): readonly string[] => {
  const hosts = cause.hosts.length === 0 ? '' : `${cause.hosts.join(', ')}: `;
  const place = cause.place === null ? '' : ` (${showPosition(cause.place)})`;
  return [
    `${hosts}${cause.what}${place}`,
    ...cause.tail.map((line) => `    ${line}`),
    ...cause.remedies.map(
      ({ text, command }) => `  ${text}${command === null ? '' : ` ${command}`}`,
    ),
  ];
};
