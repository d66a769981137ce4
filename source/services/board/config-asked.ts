import { join } from 'node:path';
import type { StalePlace } from '../../model/config/against-flake.ts';
import { hostsWith } from '../../model/config/host-tags.ts';
import { namedFiles, namedPrograms } from '../../model/config/own-mistakes.ts';
import { serversOf } from '../../model/config/server-mistakes.ts';
import type { Config } from '../../model/config/settings.ts';
import { explain } from '../../model/explain/explain.ts';
import type { Failure } from '../../model/failure.ts';
import { checkFor } from '../../model/host/own-checks.ts';
import { adviceLine } from '../../model/words/advice.ts';
import type { World } from '../world/world.ts';
import { createMonitoring } from './monitoring.ts';
import { missingAccess, type WebWorld } from './web.ts';

/** What is wrong with a configuration, and what could not be looked at. */
interface AskedMistakes {
  readonly places: readonly StalePlace[];
  readonly notes: readonly string[];
}

const placeOf = (path: StalePlace['path'], failure: Failure): StalePlace =>
  failure.code === 'config-invalid'
    ? { path, detail: failure.detail, remedy: failure.remedy }
    : { path, detail: explain(failure).what, remedy: adviceLine(explain(failure).next) };

/** Files of secrets and certificates that cannot be read, and variables that are not set where this runs. */
const accessMistakes = async (world: WebWorld, config: Config): Promise<AskedMistakes> => {
  const found = await Promise.all(
    serversOf(config).map(async ({ path, server }) => {
      const { failures, unset } = await missingAccess(world, server);
      return {
        places: failures.map((failure) => placeOf(path, failure)),
        notes: unset.map(
          (name) =>
            `The environment variable ${name} of ${server.url} is not set here: nixup needs it where it runs.`,
        ),
      };
    }),
  );
  return {
    places: found.flatMap(({ places }) => places),
    notes: found.flatMap(({ notes }) => notes),
  };
};

/**
 * Patterns that grep refuses: it is grep that uses them on the hosts. Its status is 1 for no line, and 2 for an error
 * (grep(1)).
 */
const patternMistakes = async (
  world: Pick<World, 'exec'>,
  { checks }: Config,
): Promise<readonly StalePlace[]> => {
  const places = await Promise.all(
    checks.map(async ({ name, order: { ask } }, index): Promise<readonly StalePlace[]> => {
      if (ask.kind !== 'journal') return [];
      const tried = await world.exec(
        { file: 'grep', args: ['-E', '-e', ask.without, '/dev/null'], env: { LC_ALL: 'C' } },
        { timeoutMs: 10_000, quiet: true },
      );
      if (tried.ok || tried.failure.code !== 'command-failed' || tried.failure.exitCode !== 2)
        return [];
      const said = (tried.failure.tail.at(-1) ?? '').replace(/^.*?grep:\s*/, '').trim();
      return [
        {
          path: ['checks', index, 'without'],
          detail: `the pattern of the check ${JSON.stringify(name)} is refused by grep${said === '' ? '' : `: ${said}`}`,
          remedy: 'write an extended regular expression, as grep -E takes it',
        },
      ];
    }),
  );
  return places.flat();
};

/** Expressions that Prometheus refuses; nothing where it does not answer, which the check board tells. */
const expressionMistakes = async (
  world: WebWorld & Pick<World, 'clock'>,
  config: Config,
  hosts: readonly string[],
): Promise<AskedMistakes> => {
  const asked = config.checks.flatMap(({ name, order, hosts: named, tags }, index) => {
    if (order.ask.kind !== 'prometheus') return [];
    const owners = [...named, ...hostsWith(config, tags)];
    const [owner] = hosts.filter((host) => owners.includes(host));
    const { ask } =
      owner === undefined
        ? order
        : checkFor(order, { name: owner, address: config.hosts[owner]?.address ?? owner });
    return ask.kind === 'prometheus' ? [{ name, index, query: ask.query }] : [];
  });
  const { prometheus, close } = createMonitoring(world, config.monitoring);
  if (asked.length === 0 || prometheus === null) return { places: [], notes: [] };
  const answers = await Promise.all(
    asked.map(async (one) => ({
      ...one,
      answer: await prometheus.query(one.query, world.clock.now(), 10_000),
    })),
  );
  await close();
  const refused = answers.filter(({ answer }) => !answer.ok && isRefusal(answer.failure));
  const isUnasked = answers.some(({ answer }) => !answer.ok && !isRefusal(answer.failure));
  return {
    places: refused.flatMap(({ name, index, answer }) =>
      answer.ok
        ? []
        : [
            {
              path: ['checks', index, 'prometheus'],
              detail: `the expression of the check ${JSON.stringify(name)} is refused: ${explain(answer.failure).what}`,
              remedy: `write an expression that Prometheus takes; ${prometheus.url}/graph shows what one answers`,
            },
          ],
    ),
    notes: isUnasked
      ? ['Expressions of checks were not compared: Prometheus does not answer. See: nixup check']
      : [],
  };
};

/** The server understood the question and refuses it: 400, or 422 where it cannot be computed (the HTTP API of Prometheus). */
const isRefusal = (failure: Failure): boolean =>
  failure.code === 'http-failed' && /^status (?:400|422): /.test(failure.detail);

/** Files that are run and hold nothing: they would end with 0, as if all were well. */
const emptyFiles = async (
  { files }: Pick<World, 'files'>,
  flake: string,
  config: Config,
): Promise<readonly StalePlace[]> => {
  const places = await Promise.all(
    namedFiles(config).map(async ({ path, file }): Promise<readonly StalePlace[]> => {
      const text = await files.read(join(flake, file));
      if (text.ok)
        return text.value?.trim() === ''
          ? [{ path, detail: `${file} is empty`, remedy: 'write what it is to do, or remove it' }]
          : [];
      return [
        {
          path,
          detail: `${file} cannot be read: ${explain(text.failure).what}`,
          remedy: 'name a file that can be read',
        },
      ];
    }),
  );
  return places.flat();
};

/** Programs that are not there: what they are run for would not happen, and nobody would know. */
const missingPrograms = async (
  { files, environment }: Pick<World, 'files' | 'environment'>,
  config: Config,
): Promise<readonly StalePlace[]> => {
  const folders = (environment['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const places = await Promise.all(
    namedPrograms(config).map(async ({ path, file }): Promise<readonly StalePlace[]> => {
      const key = path.slice(0, -1).join('.');
      if (file.startsWith('/'))
        return (await files.exists(file))
          ? []
          : [
              {
                path,
                detail: `there is no file ${file} on this machine`,
                remedy: `name a program that is there, or remove ${key}`,
              },
            ];
      // Where nothing is known of the PATH nothing is missing on it.
      if (folders.length === 0) return [];
      const found = await Promise.all(folders.map((folder) => files.exists(join(folder, file))));
      return found.includes(true)
        ? []
        : [
            {
              path,
              detail: `there is no program ${file} on the PATH of this machine`,
              remedy: `install it, name it by its path, or remove ${key}`,
            },
          ];
    }),
  );
  return places.flat();
};

/** What can be wrong with a configuration and is known by asking only: files, grep, Prometheus. */
export const askedMistakes = async (
  world: World,
  flake: string,
  config: Config,
  hosts: readonly string[],
): Promise<AskedMistakes> => {
  const [access, patterns, expressions, empty, programs] = await Promise.all([
    accessMistakes(world, config),
    patternMistakes(world, config),
    expressionMistakes(world, config, hosts),
    emptyFiles(world, flake, config),
    missingPrograms(world, config),
  ]);
  return {
    places: [...access.places, ...patterns, ...expressions.places, ...empty, ...programs],
    notes: [...access.notes, ...expressions.notes],
  };
};
