import { execFile } from 'node:child_process';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { proxySettings, whyUnusable } from '../../../source/services/world/proxies.ts';

test.each([
  [{}, undefined, undefined],
  [{ https_proxy: 'http://a:1' }, undefined, 'http://a:1'],
  [{ HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:2' }, undefined, 'http://b:2'],
  [{ ALL_PROXY: 'http://a:1', http_proxy: 'http://b:2' }, 'http://b:2', 'http://a:1'],
  [{ all_proxy: 'a:1', HTTP_PROXY: '' }, 'a:1', 'a:1'],
])('%j: the proxies for http and https', (environment, plain, secure) => {
  expect(proxySettings(environment)).toMatchObject({ http: plain, https: secure });
});

test.each([
  ['http://user:secret@proxy.example.org:3128', null],
  ['proxy.example.org:3128', null],
  ['socks5h://127.0.0.1:1080', /kind socks5h/],
  ['http://', /is no address/],
])('whether %s can be asked', (proxy, why) => {
  if (why === null) expect(whyUnusable(proxy)).toBeNull();
  else expect(whyUnusable(proxy)).toMatch(why);
});

const listen = async (server: net.Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** A proxy that opens tunnels on this machine alone, whatever name it is asked for. */
const withProxy = async (
  answer: 'tunnel' | 'refuse',
  work: (proxy: number, site: number, asked: readonly string[]) => Promise<void>,
): Promise<void> => {
  const asked: string[] = [];
  const site = http.createServer((_, response) => response.end('of the site'));
  const port = await listen(site);
  const proxy = http.createServer().on('connect', ({ url = '' }, socket) => {
    asked.push(url);
    if (answer === 'refuse') socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else {
      const way = net.connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        way.pipe(socket).pipe(way);
      });
    }
  });
  try {
    await work(await listen(proxy), port, asked);
  } finally {
    proxy.closeAllConnections();
    site.closeAllConnections();
    proxy.close();
    site.close();
  }
};

const module = join(import.meta.dirname, '../../../source/services/world/http.ts');

/** One request in a process of its own: which way it goes is decided for a whole process. */
const ask = async (
  url: string,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly ok: boolean; readonly body?: string; readonly detail?: string }> => {
  const script = `
    const { createHttp } = await import(${JSON.stringify(module)});
    const answer = await createHttp(Date.now, process.env)({ url: ${JSON.stringify(url)} });
    const { ok } = answer;
    console.log(JSON.stringify(ok ? { ok, body: answer.value.body } : { ok, detail: answer.failure.detail }));
    process.exit();`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { env: environment },
  );
  return JSON.parse(stdout);
};

test('requests of nixup itself go through the proxy that the environment names', async () => {
  await withProxy('tunnel', async (proxy, site, asked) => {
    const named = { http_proxy: `http://127.0.0.1:${proxy}` };
    expect(await ask('http://metrics.invalid/x', named)).toEqual({ ok: true, body: 'of the site' });
    expect(await ask('http://all.invalid/', { ALL_PROXY: `127.0.0.1:${proxy}` })).toMatchObject({
      ok: true,
    });
    expect(asked).toEqual(['metrics.invalid:80', 'all.invalid:80']);
    // no_proxy, in either case, leads past it.
    const past = { ...named, NO_PROXY: 'other.invalid,127.0.0.1' };
    expect(await ask(`http://127.0.0.1:${site}/`, past)).toMatchObject({ body: 'of the site' });
    expect(asked).toHaveLength(2);
    // Of https the proxy is asked for a tunnel as well.
    const secure = { https_proxy: `http://127.0.0.1:${proxy}` };
    expect(await ask('https://forge.invalid/', secure)).toMatchObject({ ok: false });
    expect(asked.at(-1)).toBe('forge.invalid:443');
  });
});

test('a proxy that refuses, is not there, or is of another kind is told as one', async () => {
  await withProxy('refuse', async (proxy) => {
    const refused = await ask('https://forge.invalid/', {
      https_proxy: `http://me:secret@127.0.0.1:${proxy}`,
    });
    expect(refused.detail).toMatch(/the proxy refuses the way there \(status 403\)/);
    expect(refused.detail).toContain(`names the proxy http://me:***@127.0.0.1:${proxy}`);
  });
  const socks = await ask('https://forge.invalid/', { ALL_PROXY: 'socks5://127.0.0.1:9' });
  expect(socks.detail).toContain('a proxy of the kind socks5');
});
