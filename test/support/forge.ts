import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  createServer as createPlainServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

/*
 * Forges on this machine, under their own names: a proxy leads every https
 * connection to one server with a certificate of its own. git is served by
 * git-http-backend(1), with what forges allow (partial clones, any commit);
 * archives and the questions of Nix as `src/libfetchers/github.cc` asks them.
 */

const names = ['github.com', 'api.github.com', 'gitlab.com', 'git.sr.ht', 'codeberg.org'] as const;

export interface Forge {
  /** What a program needs to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  /** `GET github.com/o/r/info/refs…` of each request. */
  readonly requests: string[];
  /** A folder for the repository, as in `github.com/o/r`. */
  readonly folderOf: (place: string) => string;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

const run = promisify(execFile);

const gitIn = async (folder: string, ...args: readonly string[]): Promise<string> =>
  (await run('git', ['-C', folder, ...args])).stdout.trim();

/** One request to git-http-backend: its headers end with an empty line, as CGI has it. */
const serveGit = (
  root: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const version = String(request.headers['git-protocol'] ?? '');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '3',
      GIT_CONFIG_KEY_0: 'uploadpack.allowFilter',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_CONFIG_KEY_1: 'uploadpack.allowAnySHA1InWant',
      GIT_CONFIG_VALUE_1: 'true',
      GIT_CONFIG_KEY_2: 'safe.directory',
      GIT_CONFIG_VALUE_2: '*',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      HTTP_GIT_PROTOCOL: version,
      GIT_PROTOCOL: version,
    },
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  child.on('close', () => {
    const whole = Buffer.concat(parts);
    const end = whole.indexOf('\r\n\r\n');
    const headers = whole.subarray(0, end).toString().split('\r\n');
    let status = 200;
    for (const line of headers) {
      const [name = '', value = ''] = line.split(/: (.*)/);
      if (name === 'Status') status = Number.parseInt(value, 10);
      else if (name !== '') response.setHeader(name, value);
    }
    response.writeHead(status).end(whole.subarray(end + 4));
  });
};

const sendArchive = async (
  folder: string,
  revision: string,
  response: ServerResponse,
): Promise<void> => {
  const { stdout } = await run(
    'git',
    ['-C', folder, 'archive', '--format=tar.gz', `--prefix=${path.basename(folder)}-x/`, revision],
    { encoding: 'buffer' },
  );
  response.writeHead(200, { 'content-type': 'application/gzip' }).end(stdout);
};

const answer = async (
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const host = String(request.headers.host ?? '').replace(/:\d+$/, '');
  const url = new URL(request.url ?? '/', `https://${host}`);
  const at = (place: string): string => path.join(root, host.replace(/^api\./, ''), place);
  const archive = /^\/(.+)\/archive\/(.+)\.tar\.gz$/.exec(url.pathname);
  const tarball = /^\/repos\/(.+)\/tarball\/(.+)$/.exec(url.pathname);
  const commit = /^\/repos\/(.+)\/commits\/(.+)$/.exec(url.pathname);
  const gitlab = /^\/api\/v4\/projects\/([^/]+)\/repository\/(commits|archive\.tar\.gz)$/.exec(
    url.pathname,
  );
  const [, place = '', revision = ''] = archive ?? tarball ?? [];
  if (place !== '') return await sendArchive(at(place), revision, response);
  if (commit !== null) {
    const [sha, tree] = await Promise.all(
      [commit[2] ?? '', `${commit[2] ?? ''}^{tree}`].map((name) =>
        gitIn(at(commit[1] ?? ''), 'rev-parse', name),
      ),
    );
    response.end(JSON.stringify({ sha, commit: { tree: { sha: tree } } }));
    return;
  }
  if (gitlab !== null) {
    const folder = at(decodeURIComponent(gitlab[1] ?? ''));
    const { searchParams } = url;
    if (gitlab[2] !== 'commits')
      return await sendArchive(folder, searchParams.get('sha') ?? '', response);
    const id = await gitIn(folder, 'rev-parse', searchParams.get('ref_name') ?? 'HEAD');
    response.end(JSON.stringify([{ id }]));
    return;
  }
  serveGit(path.join(root, host), url, request, response);
};

const portOf = (server: { address(): string | AddressInfo | null }): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** Starts the forges; repositories are made by the caller in `folderOf`. */
export const startForge = async (folder: string): Promise<Forge> => {
  const root = path.join(folder, 'forge');
  mkdirSync(root, { recursive: true });
  const key = path.join(folder, 'forge.key');
  const certificate = path.join(folder, 'forge.pem');
  const config = path.join(folder, 'forge.cnf');
  writeFileSync(
    config,
    `[req]\ndistinguished_name=name\nx509_extensions=ext\nprompt=no\n[name]\nCN=forge\n[ext]\nbasicConstraints=critical,CA:true\nsubjectAltName=${names.map((name) => `DNS:${name}`).join(',')}\n`,
  );
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '7',
      '-config',
      config,
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'pipe' },
  );
  const requests: string[] = [];
  const web = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (request, response) => {
      requests.push(`${request.method} ${request.headers.host}${request.url}`);
      answer(root, request, response).catch((error: unknown) => {
        response.writeHead(404).end(String(error));
      });
    },
  );
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<Socket>();
  const proxy = createPlainServer((_, response) => void response.writeHead(405).end());
  proxy.on('connect', (request, client: Socket) => {
    if (!names.some((name) => request.url === `${name}:443`)) {
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const server = connect(portOf(web), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    environment: {
      https_proxy: `http://127.0.0.1:${portOf(proxy)}`,
      NIX_SSL_CERT_FILE: certificate,
      GIT_SSL_CAINFO: certificate,
    },
    requests,
    folderOf: (place) => {
      const made = path.join(root, place);
      mkdirSync(made, { recursive: true });
      return made;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      web.closeAllConnections();
      proxy.closeAllConnections();
      await Promise.all([
        new Promise((resolve) => web.close(resolve)),
        new Promise((resolve) => proxy.close(resolve)),
      ]);
    },
  };
};
