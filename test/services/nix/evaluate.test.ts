import { expect, test } from 'vitest';
import type { Failure } from '../../../source/model/failure.ts';
import type { Result } from '../../../source/model/result.ts';
import {
  type EvaluatedToplevel,
  evaluateToplevel,
  evaluateWithEvalJobs,
} from '../../../source/services/nix/evaluate.ts';
import { metadataAccepts } from '../../../source/services/nix/nix-metadata.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

test('one evaluation gives derivation and path, and may not write the lock', async () => {
  const world = strictWorld({
    answers: [
      {
        match: '#nixosConfigurations."p620".config.system.build.toplevel',
        stdout: '{"derivation":"/nix/store/a.drv","toplevel":"/nix/store/a"}',
      },
    ],
  });
  expect(await evaluateToplevel(world, '/flake', 'p620')).toEqual({
    ok: true,
    value: { derivation: '/nix/store/a.drv', toplevel: '/nix/store/a' },
  });
  expect(world.ran[0]?.command.args).toContain('--no-update-lock-file');
});

test.each([
  '-oProxyCommand=touch pwned',
  'a;reboot',
  'a"b',
  '',
])('the host name %j runs nothing', async (name) => {
  const world = strictWorld();
  expect(await evaluateToplevel(world, '/flake', name)).toEqual({
    ok: false,
    failure: { code: 'host-name-refused', name },
  });
  expect(world.ran).toEqual([]);
});

test('a failure names host, cause and the place within the flake', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'nix eval',
        stderr:
          "warning: dirty\nerror: attribute 'x' missing\n\n       at /flake/hosts/p620.nix:4:2:\n",
        exit: 1,
      },
    ],
  });
  expect(await evaluateToplevel(world, '/flake', 'p620')).toMatchObject({
    ok: false,
    failure: {
      code: 'evaluation-failed',
      host: 'p620',
      cause: "attribute 'x' missing (at hosts/p620.nix:4:2)",
    },
  });
});

test('a Nix that was killed most likely ran out of memory, and says so', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'nix eval',
        failure: { code: 'command-killed', command: 'nix eval', signal: 'SIGKILL', tail: [] },
      },
    ],
  });
  expect(await evaluateToplevel(world, '/flake', 'p620')).toMatchObject({
    failure: { code: 'evaluation-failed', cause: expect.stringContaining('memory') },
  });
});

test('a canceled evaluation is canceled, not failed', async () => {
  const world = strictWorld();
  const result = await evaluateToplevel(world, '/flake', 'p620', { signal: AbortSignal.abort() });
  expect(result).toMatchObject({ failure: { code: 'canceled' } });
});

test('a lock that Nix would rewrite is rejected with the command that mends it', async () => {
  const world = strictWorld({
    answers: [
      {
        match: 'flake metadata',
        stderr:
          "error: flake 'x' requires lock file changes but they're not allowed due to '--no-update-lock-file'\n",
        exit: 1,
      },
    ],
  });
  expect(await metadataAccepts(world, '/flake')).toMatchObject({
    ok: true,
    value: { kind: 'rejected', reason: expect.stringContaining('nix flake lock /flake') },
  });
});

const evaluate = async (answer: StrictAnswer, hosts: readonly string[]) => {
  const world = strictWorld({ answers: [answer] });
  const told = new Map<string, Result<EvaluatedToplevel, Failure>>();
  const ended = await evaluateWithEvalJobs(world, '/flake', hosts, {
    workers: 2,
    memoryMegabytes: 3_000,
    onHost: (host, evaluated) => told.set(host, evaluated),
  });
  return { ended, told, ran: world.ran };
};

test('each line is one host, and only hosts that were asked for count', async () => {
  const { told, ran } = await evaluate(
    {
      match: 'nix-eval-jobs',
      stdout: [
        '{"attr":"p620","attrPath":["p620"],"drvPath":"/nix/store/a.drv","name":"x","outputs":{"out":"/nix/store/a"},"system":"x86_64-linux"}',
        '{"attr":"razer","attrPath":["razer"],"error":"error: attribute \'foo\' missing\\n\\n       at /flake/hosts/razer.nix:3:5:"}',
        '{"attr":"\\"nas.home\\"","attrPath":["nas.home"],"drvPath":"/nix/store/c.drv","outputs":{"out":"/nix/store/c"},"warnings":[]}',
        '{"attr":"\\"old.home\\"","drvPath":"/nix/store/d.drv","outputs":{"out":"/nix/store/d"}}',
        '{"attr":"floating","attrPath":["floating"],"drvPath":"/nix/store/e.drv","outputs":{"out":null}}',
        '{"attr":"","attrPath":[],"error":"error: the flake itself"}',
        '[1]',
        '{"attr":"other","drvPath":"/nix/store/b.drv","outputs":{"out":"/nix/store/b"}}',
        'no JSON',
        '',
      ].join('\n'),
    },
    ['p620', 'razer', 'nas.home', 'old.home', 'floating', 'a;reboot'],
  );
  expect(told.get('p620')).toEqual({
    ok: true,
    value: { derivation: '/nix/store/a.drv', toplevel: '/nix/store/a' },
  });
  expect(told.get('razer')).toMatchObject({
    ok: false,
    failure: {
      code: 'evaluation-failed',
      host: 'razer',
      because: { class: 'missing-attribute', position: { line: 3 } },
    },
  });
  expect([...told.keys()]).toEqual(['p620', 'razer', 'nas.home', 'old.home']);
  expect(ran[0]?.command.args.at(-1)).toContain('inherit (hosts) "p620" "razer" "nas.home"');
});

test('where it is not installed, nothing is told and the caller knows', async () => {
  const { ended, told } = await evaluate(
    {
      match: 'nix-eval-jobs',
      failure: { code: 'program-missing', program: 'nix-eval-jobs' },
    },
    ['p620'],
  );
  expect(ended).toMatchObject({ ok: false, failure: { code: 'program-missing' } });
  expect(told.size).toBe(0);
});
