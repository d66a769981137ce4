import { z } from 'zod';
import { limit, sshDestination, url } from './values.ts';

const filled = z.string().min(1, 'must not be empty');

const serverTable = z
  .strictObject({
    url: url.describe('The address of the server.'),
    user: filled.optional().describe('User of basic authentication.'),
    password_env: filled.optional().describe('Environment variable that holds the password.'),
    password_file: filled.optional().describe('File that holds the password.'),
    token_env: filled.optional().describe('Environment variable that holds a bearer token.'),
    token_file: filled.optional().describe('File that holds a bearer token.'),
    ca_file: filled
      .optional()
      .describe(
        'File with the certificates (PEM) that are trusted for this server, and no others.',
      ),
    tenant: filled
      .optional()
      .describe(
        'The tenant (X-Scope-OrgID) whose metrics are asked, for Mimir, Cortex and Thanos.',
      ),
    via: sshDestination
      .optional()
      .describe(
        'An ssh destination that reaches the server: nixup makes a tunnel by it and removes it again. The address is as that machine sees it.',
      ),
  })
  .transform((table) => ({
    url: table.url,
    user: table.user ?? null,
    passwordEnv: table.password_env ?? null,
    passwordFile: table.password_file ?? null,
    tokenEnv: table.token_env ?? null,
    tokenFile: table.token_file ?? null,
    caFile: table.ca_file ?? null,
    tenant: table.tenant ?? null,
    via: table.via ?? null,
  }));

const plainServer = url.transform((text) => ({
  url: text,
  user: null,
  passwordEnv: null,
  passwordFile: null,
  tokenEnv: null,
  tokenFile: null,
  caFile: null,
  tenant: null,
  via: null,
}));

const server = z.union([plainServer, serverTable]);

/** One server, or several that each know a part of the hosts, or the same ones. */
const servers = z.union([
  plainServer,
  serverTable,
  z.array(z.union([plainServer, serverTable])).min(1, 'must name a server'),
]);

const listOf = <Server>(given: Server | readonly Server[] | undefined): readonly Server[] =>
  given === undefined ? [] : isList(given) ? given : [given];

const isList = <Server>(given: Server | readonly Server[]): given is readonly Server[] =>
  Array.isArray(given);

/** The table `[monitoring]`. */
export const monitoring = z
  .strictObject({
    prometheus: servers
      .optional()
      .describe(
        'Prometheus, or what has its API (VictoriaMetrics, Mimir, Thanos; the address with its path): an address, a table with access, or a list of these.',
      ),
    grafana: server.optional().describe('Grafana: its address, or a table with access.'),
    alertmanager: server
      .optional()
      .describe(
        'Alertmanager: its address, or a table with access. Only asked where `silence` is set.',
      ),
    silence: limit
      .optional()
      .describe(
        'While hosts are deployed their alerts are silent in Alertmanager, so long at most. The silence is removed when the deploy ends.',
      ),
    annotate: z
      .enum(['keep', 'remove'])
      .optional()
      .describe(
        'A deploy is noted in Grafana as an annotation: `keep` gives it its end when the deploy ends, `remove` takes it away then.',
      ),
    instances: z
      .record(z.string(), z.string().min(1, 'must not be empty'))
      .prefault({})
      .describe(
        'The label `instance` of a host in Prometheus, by the name of the host, where neither the name of its machine nor the address tells it.',
      ),
  })
  .superRefine((table, { addIssue }) => {
    if (table.silence !== undefined && table.alertmanager === undefined)
      addIssue({
        code: 'custom',
        path: ['silence'],
        params: { isWhole: true },
        message: 'needs alertmanager = "http://…" beside it',
      });
    if (table.annotate !== undefined && table.grafana === undefined)
      addIssue({
        code: 'custom',
        path: ['annotate'],
        params: { isWhole: true },
        message: 'needs grafana with a token or a user beside it',
      });
  })
  .transform((table) => ({
    prometheus: listOf(table.prometheus).at(0) ?? null,
    /** The others, where there are several. */
    morePrometheus: listOf(table.prometheus).slice(1),
    grafana: table.grafana ?? null,
    alertmanager: table.alertmanager ?? null,
    silence: table.silence ?? null,
    annotate: table.annotate ?? null,
    instances: table.instances,
  }));
