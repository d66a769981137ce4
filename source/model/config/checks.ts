import { z } from 'zod';
import type { AskedBy, CheckAsk, CheckOrder, OwnCheckKind } from '../host/own-checks.ts';
import { fullUnitName } from '../host/unit-name.ts';
import { command, limit, url, words } from './values.ts';

/** `HOST:PORT`, `[ADDRESS]:PORT`; either with placeholders. */
const tcpAddress = z
  .string()
  .regex(
    /^(?:\[(?:[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?|\{address\})\]|[A-Za-z0-9{][A-Za-z0-9._{}-]*):\d{1,5}$/,
    'must be an address with a port such as "p620:5432"',
  )
  .refine((text) => {
    const port = Number(/:(\d{1,5})$/.exec(text)?.[1] ?? 1);
    return port >= 1 && port <= 65_535;
  }, 'must have a port from 1 to 65535');

/** The status of an answer that is well. */
const usualStatus = 200;

const table = z.strictObject({
  name: z.string().min(1, 'must not be empty').describe('What the board and messages call it.'),
  http: url.optional().describe('A web address that must answer.'),
  expect: z
    .int()
    .min(100)
    .max(599)
    .optional()
    .describe('With http: the expected status, 200 when absent.'),
  contains: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe('With http: text that the answer must contain.'),
  certificate_days: z
    .int()
    .min(1)
    .max(3_650)
    .optional()
    .describe('With an https address: its certificate must be valid for so many more days.'),
  tcp: tcpAddress.optional().describe('An address with a port that must take connections.'),
  command: command
    .optional()
    .describe('A command that must end with 0. Run only after the file was trusted.'),
  script: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe('A script of the flake that must end with 0. Run only after the file was trusted.'),
  journal: z
    .string()
    .regex(/^[A-Za-z0-9:_.\\@-]+$/, 'must be the name of a unit')
    .optional()
    .describe('A unit of the host whose journal must be without a pattern.'),
  without: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe('With journal: an extended regular expression that no line may match.'),
  minutes: z
    .int()
    .min(1)
    .max(1_440)
    .optional()
    .describe('With journal: how far it is read back, 15 minutes when absent.'),
  prometheus: z
    .string()
    .min(1, 'must not be empty')
    .optional()
    .describe(
      'An expression for the Prometheus of [monitoring]; it must have values within its bounds.',
    ),
  above: z.number().optional().describe('With prometheus: each value must be above this.'),
  below: z.number().optional().describe('With prometheus: each value must be below this.'),
  grafana: url.optional().describe('The address of a Grafana whose health must be good.'),
  alertmanager: url.optional().describe('The address of an Alertmanager that must be ready.'),
  from: z
    .enum(['here', 'host'])
    .optional()
    .describe(
      'Where it is asked from: this machine, or the host that it belongs to. Commands, and scripts of hosts, are run on the host when absent; all else is asked from here.',
    ),
  hosts: words
    .prefault([])
    .describe(
      'Hosts that it belongs to: it is asked for each of them and decides about its deploy. {host} and {address} stand for its name and address.',
    ),
  tags: words.prefault([]).describe('The same for the hosts with these tags.'),
  timeout: limit
    .prefault('10s')
    .describe('How long the answer may take. A check that is later twice in a row has failed.'),
});

type Table = z.output<typeof table>;

/** What is asked, by the key that names it. */
const asks: { readonly [Kind in OwnCheckKind]: (row: Table) => CheckAsk<Kind> | null } = {
  http: ({ http, expect, contains, certificate_days }) =>
    http === undefined
      ? null
      : {
          kind: 'http',
          url: http,
          expect: expect ?? usualStatus,
          contains: contains ?? null,
          certificateDays: certificate_days ?? null,
        },
  tcp: ({ tcp }) => (tcp === undefined ? null : { kind: 'tcp', address: tcp }),
  command: (row) => (row.command === undefined ? null : { kind: 'command', command: row.command }),
  journal: ({ journal, without, minutes }) =>
    journal === undefined
      ? null
      : {
          kind: 'journal',
          unit: fullUnitName(journal),
          without: without ?? '',
          minutes: minutes ?? 15,
        },
  script: ({ script }) => (script === undefined ? null : { kind: 'script', file: script }),
  prometheus: ({ prometheus, above, below }) =>
    prometheus === undefined
      ? null
      : { kind: 'prometheus', query: prometheus, above: above ?? null, below: below ?? null },
  grafana: ({ grafana }) => (grafana === undefined ? null : { kind: 'grafana', url: grafana }),
  alertmanager: ({ alertmanager }) =>
    alertmanager === undefined ? null : { kind: 'alertmanager', url: alertmanager },
};

const asksOf = (row: Table): readonly CheckAsk[] =>
  Object.values(asks).flatMap((ask: (row: Table) => CheckAsk | null) => ask(row) ?? []);

const isOfHosts = ({ hosts, tags }: Pick<Table, 'hosts' | 'tags'>): boolean =>
  hosts.length + tags.length > 0;

const usualFrom = (row: Table, { kind }: CheckAsk): AskedBy =>
  kind === 'journal' || ((kind === 'command' || kind === 'script') && isOfHosts(row))
    ? 'host'
    : 'here';

/** Keys that say something only beside another one. */
const companions: readonly (readonly [key: keyof Table, beside: OwnCheckKind])[] = [
  ['expect', 'http'],
  ['contains', 'http'],
  ['certificate_days', 'http'],
  ['without', 'journal'],
  ['minutes', 'journal'],
  ['above', 'prometheus'],
  ['below', 'prometheus'],
];

const kinds = Object.keys(asks).join(', ');

const mistakes = (row: Table): readonly { readonly key: string; readonly message: string }[] => {
  const [ask, ...others] = asksOf(row);
  if (ask === undefined) return [{ key: 'name', message: `needs one of ${kinds} beside it` }];
  const [other] = others;
  if (other !== undefined)
    return [
      { key: other.kind, message: `cannot stand beside ${ask.kind}: one check asks one thing` },
    ];
  return [
    ...companions.flatMap(([key, beside]) =>
      row[key] !== undefined && ask.kind !== beside
        ? [{ key, message: `says nothing without ${beside}` }]
        : [],
    ),
    ...(ask.kind === 'prometheus' && ask.above === null && ask.below === null
      ? [{ key: 'prometheus', message: 'needs above or below' }]
      : []),
    ...(ask.kind === 'prometheus' &&
    ask.above !== null &&
    ask.below !== null &&
    ask.above >= ask.below
      ? [
          {
            key: 'above',
            message: `is not smaller than below (${ask.above} and ${ask.below}): no value can be between them`,
          },
        ]
      : []),
    ...(ask.kind === 'journal' && row.without === undefined
      ? [{ key: 'journal', message: 'needs without: the pattern that must not be there' }]
      : []),
    ...(ask.kind === 'journal' && (!isOfHosts(row) || row.from === 'here')
      ? [{ key: 'journal', message: 'is that of a host: name hosts or tags' }]
      : []),
    ...(ask.kind === 'http' && ask.certificateDays !== null && !ask.url.startsWith('https:')
      ? [{ key: 'certificate_days', message: 'needs an https address' }]
      : []),
    ...(row.from === 'host' && !isOfHosts(row)
      ? [{ key: 'from', message: 'needs hosts or tags: the fleet is no host' }]
      : []),
    ...(row.from === 'host' && ['prometheus', 'grafana', 'alertmanager'].includes(ask.kind)
      ? [{ key: 'from', message: `cannot be "host" for ${ask.kind}: it is asked from here` }]
      : []),
  ];
};

/** A row of `[[checks]]`. */
export const check = table
  .superRefine((row, context) => {
    for (const { key, message } of mistakes(row))
      context.addIssue({ code: 'custom', path: [key], message, params: { isWhole: true } });
  })
  .transform((row) => {
    const [ask] = asksOf(row);
    if (ask === undefined) throw new Error('refused above');
    const order: CheckOrder = {
      name: row.name,
      from: row.from ?? usualFrom(row, ask),
      timeoutMs: row.timeout,
      ask,
    };
    return {
      name: row.name,
      http: row.http ?? null,
      expect: row.expect ?? usualStatus,
      contains: row.contains ?? null,
      timeoutMs: row.timeout,
      hosts: row.hosts,
      tags: row.tags,
      order,
    };
  });
