import { expect, test } from 'vitest';
import type { Failure } from '../../../source/model/failure.ts';
import type { Result } from '../../../source/model/result.ts';
import type { EvaluatedToplevel } from '../../../source/services/nix/evaluate.ts';
import { evaluateWithEvalJobs } from '../../../source/services/nix/nix-eval-jobs.ts';
import { type StrictAnswer, strictWorld } from '../../support/strict-world.ts';

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
        '{"attr":"other","drvPath":"/nix/store/b.drv","outputs":{"out":"/nix/store/b"}}',
        'no JSON',
        '',
      ].join('\n'),
    },
    ['p620', 'razer', 'a;reboot'],
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
  expect([...told.keys()]).toEqual(['p620', 'razer']);
  expect(ran[0]?.command.args.at(-1)).toContain('inherit (hosts) "p620" "razer";');
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
