import { nearestName } from '../words/nearest.ts';
import type { StalePlace } from './against-flake.ts';
import type { Config } from './settings.ts';

type Check = Config['checks'][number];

/** What a check of hosts has filled in. */
const filled = ['host', 'address'];

/** A word in braces alone; selectors of PromQL have a comparison in theirs, and `${…}` is a variable of a shell. */
const placeholder = /(?<!\$)\{([A-Za-z_][\w-]*)\}/g;

/** The texts of a check in which placeholders are filled in, by their key. */
const textsOf = ({ order: { ask } }: Check): readonly string[] => {
  switch (ask.kind) {
    case 'http':
    case 'grafana':
    case 'alertmanager':
      return [ask.url];
    case 'tcp':
      return [ask.address];
    case 'command':
      return ask.command;
    case 'prometheus':
      return [ask.query];
    case 'journal':
    case 'script':
      return [];
  }
};

/** In an address nothing else has braces; a command may have its own. */
const isOfNixup = ({ order: { ask } }: Check, name: string): boolean =>
  (ask.kind !== 'command' && ask.kind !== 'prometheus') ||
  filled.includes(name) ||
  nearestName(name, filled) !== null;

const placeholdersOf = (check: Check, index: number): readonly StalePlace[] => {
  const isOfHosts = check.hosts.length + check.tags.length > 0;
  const path = ['checks', index, check.order.ask.kind];
  return textsOf(check).flatMap((text) =>
    [...decoded(text).matchAll(placeholder)].flatMap(
      ([shown, name = '']): readonly StalePlace[] => {
        if (!isOfNixup(check, name)) return [];
        const detail = `${shown} in the check ${JSON.stringify(check.name)} stands for nothing`;
        if (filled.includes(name))
          return isOfHosts
            ? []
            : [{ path, detail, remedy: 'name the hosts or tags that it belongs to' }];
        const nearest = nearestName(name, filled);
        return [
          {
            path,
            detail,
            remedy:
              nearest === null
                ? 'only {host} and {address} are filled in'
                : `did you mean {${nearest}}?`,
          },
        ];
      },
    ),
  );
};

/** An address may have its braces written as %7B and %7D. */
const decoded = (text: string): string => text.replaceAll(/%7b/gi, '{').replaceAll(/%7d/gi, '}');

const twice = (names: readonly string[]): readonly (readonly [index: number, name: string])[] =>
  names.flatMap((name, index) => (names.indexOf(name) < index ? [[index, name] as const] : []));

/** What is wrong with checks whatever the flake has. Pure. */
export const checkMistakes = ({ checks }: Config): readonly StalePlace[] =>
  checks.flatMap((check, index): readonly StalePlace[] => [
    ...placeholdersOf(check, index),
    ...(check.name.trim() === ''
      ? [
          {
            path: ['checks', index, 'name'],
            detail: 'the name of a check is blank',
            remedy: 'name it as the board is to call it',
          },
        ]
      : []),
    ...(['hosts', 'tags'] as const).flatMap((key) =>
      twice(check[key]).map(([place, name]) => ({
        path: ['checks', index, key, place],
        detail: `the check ${JSON.stringify(check.name)} names ${name} twice`,
        remedy: 'remove one of them',
      })),
    ),
  ]);
