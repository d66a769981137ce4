import { z } from 'zod';
import { sshDestination, url } from './values.ts';

const serverTable = z
  .strictObject({
    url: url.describe('The address of the server.'),
    user: z.string().optional().describe('User of basic authentication.'),
    password_env: z.string().optional().describe('Environment variable that holds the password.'),
    password_file: z.string().optional().describe('File that holds the password.'),
    token_env: z.string().optional().describe('Environment variable that holds a bearer token.'),
    token_file: z.string().optional().describe('File that holds a bearer token.'),
    ca_file: z
      .string()
      .optional()
      .describe('Certificates to trust for this server. Needs curl on this machine.'),
    via: sshDestination
      .optional()
      .describe('An ssh destination from which the server is asked. Needs curl there.'),
  })
  .transform((table) => ({
    url: table.url,
    user: table.user ?? null,
    passwordEnv: table.password_env ?? null,
    passwordFile: table.password_file ?? null,
    tokenEnv: table.token_env ?? null,
    tokenFile: table.token_file ?? null,
    caFile: table.ca_file ?? null,
    via: table.via ?? null,
  }));

const server = z.union([
  url.transform((text) => ({
    url: text,
    user: null,
    passwordEnv: null,
    passwordFile: null,
    tokenEnv: null,
    tokenFile: null,
    caFile: null,
    via: null,
  })),
  serverTable,
]);

/** The table `[monitoring]`. */
export const monitoring = z
  .strictObject({
    prometheus: server.optional().describe('Prometheus: its address, or a table with access.'),
    grafana: server.optional().describe('Grafana: its address, or a table with access.'),
    instances: z
      .record(z.string(), z.string().min(1, 'must not be empty'))
      .prefault({})
      .describe(
        'The label `instance` of a host in Prometheus, by the name of the host, where neither the name of its machine nor the address tells it.',
      ),
  })
  .transform((table) => ({
    prometheus: table.prometheus ?? null,
    grafana: table.grafana ?? null,
    instances: table.instances,
  }));
