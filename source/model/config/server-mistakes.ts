import type { StalePlace } from './against-flake.ts';
import type { Config, ServerConfig } from './settings.ts';

/** A server of `[monitoring]`, and where it stands in the file. */
interface PlacedServer {
  readonly path: StalePlace['path'];
  readonly server: ServerConfig;
}

/** Every server that the configuration names. */
export const serversOf = ({ monitoring }: Config): readonly PlacedServer[] => {
  const { prometheus, morePrometheus, grafana, alertmanager } = monitoring;
  const several = [prometheus, ...morePrometheus].flatMap((one) => one ?? []);
  return [
    ...several.map((server, index) => ({
      path:
        several.length === 1 ? ['monitoring', 'prometheus'] : ['monitoring', 'prometheus', index],
      server,
    })),
    ...(grafana === null ? [] : [{ path: ['monitoring', 'grafana'], server: grafana }]),
    ...(alertmanager === null
      ? []
      : [{ path: ['monitoring', 'alertmanager'], server: alertmanager }]),
  ];
};

/** How nixup shows a server who it is: one way of these. */
const accessMistakes = ({ path, server }: PlacedServer): readonly StalePlace[] => {
  const { user, passwordEnv, passwordFile, tokenEnv, tokenFile, caFile, url } = server;
  const keys = [
    ...(passwordEnv === null ? [] : ['password_env']),
    ...(passwordFile === null ? [] : ['password_file']),
    ...(tokenEnv === null ? [] : ['token_env']),
    ...(tokenFile === null ? [] : ['token_file']),
  ];
  const at = (detail: string, remedy: string): StalePlace => ({ path, detail, remedy });
  const hasPassword = passwordEnv !== null || passwordFile !== null;
  const hasToken = tokenEnv !== null || tokenFile !== null;
  return [
    ...(keys.length > 1
      ? [
          at(
            `${keys.join(' and ')} stand side by side, and one of them is used`,
            'keep one of them',
          ),
        ]
      : []),
    ...(hasToken && user !== null && !hasPassword
      ? [
          at(
            'user says nothing beside a token',
            'remove user, or give a password in place of the token',
          ),
        ]
      : []),
    ...(user !== null && !hasPassword && !hasToken
      ? [at(`the user ${user} has no password`, 'give password_env or password_file')]
      : []),
    ...(user === null && hasPassword
      ? [at('there is a password, and no user that it belongs to', 'give user')]
      : []),
    ...(caFile !== null && !url.startsWith('https:')
      ? [at('ca_file says nothing for an http address', 'write https://, or remove ca_file')]
      : []),
  ];
};

/** The same server twice would count each of its hosts once all the same: one of them does nothing. */
const sameServers = (config: Config): readonly StalePlace[] => {
  const known = new Set<string>();
  return serversOf(config).flatMap(({ path, server }): readonly StalePlace[] => {
    if (path[1] !== 'prometheus') return [];
    const key = `${server.url.replace(/\/+$/, '')} ${server.tenant ?? ''} ${server.via ?? ''}`;
    if (known.has(key))
      return [{ path, detail: `${server.url} is named twice`, remedy: 'remove one of them' }];
    known.add(key);
    return [];
  });
};

/** Metrics of one machine would be taken for those of two. */
const sharedInstances = ({ monitoring: { instances } }: Config): readonly StalePlace[] => {
  const owners = new Map<string, string>();
  return Object.entries(instances).flatMap(([host, instance]): readonly StalePlace[] => {
    const other = owners.get(instance);
    owners.set(instance, other ?? host);
    return other === undefined
      ? []
      : [
          {
            path: ['monitoring', 'instances', host],
            detail: `${instance} is the instance of ${other} and of ${host}`,
            remedy: 'give each host its own',
          },
        ];
  });
};

const annotateMistakes = ({ monitoring: { annotate, grafana } }: Config): readonly StalePlace[] =>
  annotate !== null &&
  grafana !== null &&
  grafana.tokenEnv === null &&
  grafana.tokenFile === null &&
  grafana.user === null
    ? [
        {
          path: ['monitoring', 'annotate'],
          detail: 'Grafana takes no annotation from somebody whom it does not know',
          remedy: 'give grafana a token (token_env, token_file), or a user with a password',
        },
      ]
    : [];

/** What is wrong with the servers of `[monitoring]`, without asking them. Pure. */
export const serverMistakes = (config: Config): readonly StalePlace[] => [
  ...serversOf(config).flatMap(accessMistakes),
  ...sameServers(config),
  ...sharedInstances(config),
  ...annotateMistakes(config),
];
