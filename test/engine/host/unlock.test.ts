import { expect, test } from 'vitest';
import { previewDeploy } from '../../../source/engine/deploy/preview-plan.ts';
import { unlockHosts } from '../../../source/engine/host/unlock.ts';
import { probeHosts } from '../../../source/engine/survey/survey.ts';
import { hostCommandLine } from '../../../source/model/command.ts';
import { entryOf } from '../../fixtures/states.ts';
import { fakeFleet } from '../../support/fake-fleet.ts';
import { newPath, oldPath } from '../../support/fake-hosts.ts';

const locked = async (passwords: Readonly<Record<string, string | null>>) => {
  const names = Object.keys(passwords);
  const fleet = await fakeFleet(names.map((name) => entryOf(name)));
  for (const [name, password] of Object.entries(passwords)) {
    const host = fleet.hosts[name];
    if (host !== undefined) host.password = password;
  }
  await probeHosts(
    fleet.context,
    Object.values(fleet.state().hosts).map(({ entry }) => entry),
  );
  const questions: string[] = [];
  const answering =
    (...answers: readonly (string | null)[]) =>
    async (question: string): Promise<string | null> => {
      questions.push(question);
      return answers[questions.length - 1] ?? null;
    };
  return { fleet, names, questions, answering };
};

test('one password is asked for once, proven at once, and tried on the next hosts', async () => {
  const { fleet, names, questions, answering } = await locked({
    p620: 'one',
    razer: 'one',
    p510: null,
  });
  expect(await unlockHosts(fleet.context, names, answering('one'))).toEqual([]);
  expect(questions).toEqual(['Password of sudo on p620:']);
  expect(fleet.deeds).toEqual(['password p620', 'password razer']);
  expect(fleet.state().hosts['razer']?.facts?.elevation).toBe('root');
});

test('a wrong one is said and asked for again; another host may have another', async () => {
  const { fleet, names, questions, answering } = await locked({ p620: 'one', razer: 'two' });
  expect(await unlockHosts(fleet.context, names, answering('no', 'one', 'two'))).toEqual([]);
  expect(questions[1]).toMatch(/wrong\. Password of sudo on p620:$/);
  expect(questions[2]).toBe('Password of sudo on razer:');
});

test('who gives none leaves the host locked, and no password is in any event', async () => {
  const { fleet, names, answering } = await locked({ p620: 'secret-word' });
  expect(await unlockHosts(fleet.context, names, answering('wrong-word', null))).toEqual(['p620']);
  expect(JSON.stringify(fleet.events)).not.toMatch(/secret-word|wrong-word/);
});

test('a host that was unlocked is shown commands of root', async () => {
  const { fleet, names, answering } = await locked({ p620: 'one' });
  await unlockHosts(fleet.context, names, answering('one'));
  const target = {
    host: 'p620',
    from: null,
    fromGeneration: null,
    to: newPath('p620'),
    policy: 'auto',
    commands: [],
    dirty: false,
    notes: [],
  } as const;
  const { targets } = await previewDeploy(fleet.context, {
    mode: 'switch',
    targets: [target],
    leftOut: [],
  });
  expect(targets[0]?.commands.map(hostCommandLine)).toEqual([
    `p620: nix --extra-experimental-features nix-command copy --no-check-sigs --substitute-on-destination --log-format internal-json -v --to ssh-ng://p620 ${newPath('p620')}`,
    `p620: ${newPath('p620')}/bin/switch-to-configuration test`,
    `p620: ln -s ${oldPath('p620')} /nix/var/nix/profiles/system-profiles/nixup_known_good-NUMBER-link`,
    `p620: nix-env -p /nix/var/nix/profiles/system --set ${newPath('p620')}`,
    `p620: ${newPath('p620')}/bin/switch-to-configuration boot`,
  ]);
});
