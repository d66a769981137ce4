import { redact } from '../../parsers/redact.ts';

/** How requests of nixup itself leave this machine. */
export type ProxyWay =
  | { readonly kind: 'direct' }
  /** As the environment says; shown without a password. */
  | { readonly kind: 'proxy'; readonly shown: string }
  | { readonly kind: 'unusable'; readonly why: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Lower-case names count first, as in curl(1). */
const setting = (environment: Environment, name: string): string | undefined =>
  environment[name] || environment[name.toUpperCase()] || undefined;

interface ProxySettings {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are asked without one. */
  readonly none: string | undefined;
}

/** The variables that curl and Nix take, `all_proxy` where a scheme has none of its own. */
export const proxySettings = (environment: Environment): ProxySettings => {
  const all = setting(environment, 'all_proxy');
  return {
    http: setting(environment, 'http_proxy') ?? all,
    https: setting(environment, 'https_proxy') ?? all,
    none: setting(environment, 'no_proxy'),
  };
};

/** A proxy without a scheme is one of http, as for curl. */
const addressOf = (proxy: string): string =>
  /^[a-z0-9]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;

/** Why a proxy cannot be asked; null where it can. */
export const whyUnusable = (proxy: string): string | null => {
  const address = addressOf(proxy);
  if (!URL.canParse(address)) return `the proxy ${redact(proxy)} of the environment is no address`;
  const { protocol } = new URL(address);
  return protocol === 'http:' || protocol === 'https:'
    ? null
    : `the environment names a proxy of the kind ${protocol.slice(0, -1)}, and nixup asks proxies of http and https only; name one in https_proxy, or this host in no_proxy`;
};

/** Has `fetch` go the way that the environment names, for the rest of the process. */
export const useProxies = async (environment: Environment): Promise<ProxyWay> => {
  const { http, https, none } = proxySettings(environment);
  const named = [https, http].flatMap((one) => one ?? []);
  const [first] = named;
  if (first === undefined) return { kind: 'direct' };
  for (const proxy of named) {
    const why = whyUnusable(proxy);
    if (why !== null) return { kind: 'unusable', why };
  }
  // Loaded by those who have a proxy; older versions of Node have no such function.
  const { default: node } = await import('node:http');
  if (!('setGlobalProxyFromEnv' in node) || typeof node.setGlobalProxyFromEnv !== 'function')
    return {
      kind: 'unusable',
      why: 'the environment names a proxy, and this version of Node asks none; Node 24.14 or newer does',
    };
  node.setGlobalProxyFromEnv({
    ...(http === undefined ? {} : { http_proxy: addressOf(http) }),
    ...(https === undefined ? {} : { https_proxy: addressOf(https) }),
    ...(none === undefined ? {} : { no_proxy: none }),
  });
  return { kind: 'proxy', shown: redact([...new Set(named.map(addressOf))].join(', ')) };
};

/** Behind a reason: it may be the proxy that did not answer. */
export const through = (way: ProxyWay): string =>
  way.kind === 'proxy' ? ` (the environment names the proxy ${way.shown})` : '';
