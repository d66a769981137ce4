import type { Failure } from '../failure.ts';
import type { Elevation } from '../host/host.ts';
import { type Advice, advise } from '../words/advice.ts';
import { showDuration } from '../words/format-time.ts';
import { type Explanation, shell, told } from './explanation.ts';

/** A host that cannot be reached or worked on, or is not the one that is meant. */
type HostFailure = Extract<
  Failure,
  {
    code:
      | 'host-unreachable'
      | 'host-timeout'
      | 'ssh-failed'
      | 'login-waits'
      | 'host-key-unknown'
      | 'host-key-changed'
      | 'login-refused'
      | 'login-shell-failed'
      | 'identity-mismatch'
      | 'not-nixos'
      | 'elevation-refused';
  }
>;

/** How the login user may become root without a question, by the tool that is used. */
const afterNoRoot = (tool: Elevation, destination: string): Advice => {
  const allow = (rule: string, command: string): Advice =>
    advise(
      `Allow it without a password (${rule}), or log in as root. Try`,
      shell('ssh', destination, command),
    );
  switch (tool) {
    case 'sudo':
      return allow('security.sudo.wheelNeedsPassword = false, or a rule for it', 'sudo -n true');
    case 'doas':
      return allow('a rule with noPass = true in security.doas.extraRules', 'doas -n true');
    case 'run0':
      return allow(
        'a rule of polkit for org.freedesktop.systemd1.manage-units',
        'run0 --no-ask-password true',
      );
    case 'root':
      return advise(
        'Log in as root (an address such as root@HOST), or take elevate = "root" out of nixup.toml. Try',
        shell('ssh', destination, 'id -u'),
      );
  }
};

/**
 * What helps where a host refuses a login: another key seldom helps when the account has expired.
 */
const afterRefusal = (detail: string, destination: string): Advice => {
  if (/account has expired/i.test(detail))
    return advise(
      'Renew the account, at the console of the host or as another user',
      'chage --expiredate -1 USER',
    );
  if (/password (?:has expired|change)|change your password/i.test(detail))
    return advise('Log in by hand and change the password', shell('ssh', destination));
  if (/too many authentication failures/i.test(detail))
    return advise(
      'ssh offers more keys than the host tries: name the one that it accepts in ~/.ssh/config (IdentityFile, IdentitiesOnly yes). Try',
      shell('ssh', '-v', destination),
    );
  if (/policy does not permit/i.test(detail))
    return {
      text: 'Allow this login in the policy of that network, or log in as a user whom it allows (address = "USER@HOST").',
    };
  return /permission denied/i.test(detail)
    ? advise(
        'Load the key that it accepts with ssh-add, or copy yours',
        shell('ssh-copy-id', destination),
      )
    : advise(
        'It may be closed for users for a while (/etc/nologin). See what it says to a person',
        shell('ssh', destination),
      );
};

/** Why ssh could not log in, and where to correct that. */
const explainSsh = (
  failure: Extract<Failure, { code: 'ssh-failed' }>,
  destination: string,
): Explanation => {
  const { host, detail, why } = failure;
  const attempt = shell('ssh', destination);
  switch (why) {
    case 'not-started':
      return told(
        `${host} was not asked, because ssh did not start: ${detail}`,
        advise('Correct the configuration of ssh on this machine, then try', attempt),
      );
    case 'own-files':
      return told(
        `${host} could not be logged into, because ssh cannot use a file or a key of this machine: ${detail}`,
        advise(
          'Correct that file, its permissions or the agent on this machine, then try',
          attempt,
        ),
      );
    case 'hop':
      return told(
        `${host} was not reached, because the way to it failed ${failure.hop === undefined ? 'before it' : `at ${failure.hop}`}: ${detail}`,
        advise(
          `Correct ${failure.hop === undefined ? 'ProxyCommand or ProxyJump in the configuration of ssh' : `the login to ${failure.hop}`}, then try`,
          attempt,
        ),
      );
    case 'no-agreement':
      return told(
        `${host} answers, but ssh and its sshd do not agree on how to talk: ${detail}`,
        advise('Allow an algorithm or version that both know on one of the two, then try', attempt),
      );
    case 'closed':
      return told(
        `${host} is there, but takes no connection: ${detail}`,
        advise('Check that sshd runs there and allows this user, then try', attempt),
      );
    case 'unclear':
      return told(
        `ssh to ${host} failed: ${detail}`,
        advise('See more with', shell('ssh', '-v', destination)),
      );
  }
};

const explainMismatch = (
  failure: Extract<Failure, { readonly code: 'identity-mismatch' }>,
): Explanation => {
  const { host, fact, expected, found, other } = failure;
  const accepted = fact === 'machine id' ? found : failure.machineId;
  const address = `its address in DNS, DHCP and nixup.toml ([hosts.${host}] address)`;
  const accept =
    accepted === undefined ? null : shell('nixup', 'deploy', host, '--expect-machine', accepted);
  if (other !== undefined)
    return told(
      `The machine that answers for ${host} is ${other}, another host of this fleet: its ${fact} is ${found}, expected ${expected}.`,
      accept === null
        ? `Nothing was changed. Check ${address}: it leads to ${other}.`
        : advise(
            `Nothing was changed. Check ${address}: it leads to ${other}. When this machine is ${host} now`,
            accept,
          ),
    );
  return told(
    `The machine that answers for ${host} is another one: its ${fact} is ${found}, expected ${expected}.`,
    fact === 'machine id' && accept !== null
      ? advise(
          `Nothing was changed. Check ${address}. When ${host} was replaced or installed again`,
          accept,
        )
      : `Nothing was changed. Check ${address.replace('its address', `the address of ${host}`)}.`,
  );
};

/** Why a host could not be worked on. */
// Whole: a case for each code, so that one without words does not compile.
export const explainHost = (failure: HostFailure): Explanation => {
  const { host } = failure;
  const destination = ('address' in failure ? failure.address : undefined) ?? host;
  switch (failure.code) {
    case 'host-unreachable':
      if (failure.name !== undefined)
        return told(
          `${host} was not asked, because its name ${failure.name} has no address: ${failure.detail}`,
          advise(
            `Correct it in nixup.toml ([hosts.${host}] address) or in ~/.ssh/config, or fix the name service of this machine. Then try`,
            shell('ssh', destination),
          ),
        );
      return told(
        `${host} cannot be reached: ${failure.detail}`,
        advise(
          `It may be asleep: then it is left for a later deploy. Wake it and look again with ${shell('nixup', 'status', host)}, or try by hand`,
          shell('ssh', destination),
        ),
      );
    case 'host-timeout':
      if (failure.isConnected === true)
        return told(
          `${host} is up, but did not answer within ${showDuration(failure.afterMs)}.`,
          advise(
            `It may be overloaded, or a disk of it hangs. Look at its console, and look again with ${shell('nixup', 'status', host)}. Try by hand`,
            shell('ssh', destination),
          ),
        );
      return told(
        `${host} did not answer within ${showDuration(failure.afterMs)}.`,
        advise(
          `Wake it or fix its network, and look again with ${shell('nixup', 'status', host)}. Try by hand`,
          shell('ssh', destination),
        ),
      );
    case 'ssh-failed':
      return explainSsh(failure, destination);
    case 'login-waits':
      return told(
        `${host} lets nobody in before a person has done this: ${failure.text}`,
        advise(
          `Nobody did it within ${showDuration(failure.waitedMs)}. Log in once by hand, then try again`,
          shell('ssh', destination),
        ),
      );
    case 'host-key-unknown':
      return told(
        `The host key of ${host} (${failure.address}) is not known here.`,
        advise('Connect once by hand and compare the key', shell('ssh', failure.address)),
      );
    case 'host-key-changed':
      return told(
        `The host key of ${host} (${failure.address}) is not the one that is known: another machine may be answering.`,
        advise(
          'When the host was installed again, forget the old key with',
          shell('ssh-keygen', '-R', failure.address),
        ),
      );
    case 'login-refused':
      return told(
        `${host} refuses the login: ${failure.detail}`,
        afterRefusal(failure.detail, destination),
      );
    case 'login-shell-failed':
      return told(
        `${host} answers, but its login shell runs no command: it ended with status ${failure.exitCode}${failure.detail === null ? '' : ` (${failure.detail})`}.`,
        advise(
          `Give its login user a shell that runs sh, or log in as another one with address = "USER@${host}". Try`,
          shell('ssh', destination, 'sh -c true'),
        ),
      );
    case 'identity-mismatch':
      return explainMismatch(failure);
    case 'not-nixos':
      return told(
        `${host} does not look like NixOS: ${failure.detail}`,
        `Check its address, or set deploy = false in [hosts.${host}] of nixup.toml.`,
      );
    case 'elevation-refused':
      return told(
        `The login user does not become root on ${host}: ${failure.detail}`,
        afterNoRoot(failure.tool ?? 'sudo', destination),
      );
  }
};
