import { expect, test } from 'vitest';
import { readLoginWait } from '../../../source/parsers/host/login-wait.ts';

/** What logins say while they wait; each with the program that prints it. */
test.each([
  // tailscale ssh/tailssh
  [
    '# Tailscale SSH requires an additional check.\n# To authenticate, visit: https://login.tailscale.com/a/1f2e',
    'Tailscale SSH requires an additional check. To authenticate, visit: https://login.tailscale.com/a/1f2e',
  ],
  // tsh proxy ssh
  [
    'If browser window does not open automatically, open it by clicking on the link:\n http://127.0.0.1:61234/5c',
    'If browser window does not open automatically, open it by clicking on the link: http://127.0.0.1:61234/5c',
  ],
  // cloudflared access ssh
  [
    'A browser window should have opened at the following URL:\n\nhttps://x.example/cdn-cgi/access/cli?a=b',
    'A browser window should have opened at the following URL: https://x.example/cdn-cgi/access/cli?a=b',
  ],
  // aws sso login, as a ProxyCommand (awscli/customizations/sso/utils.py)
  [
    'Attempting to automatically open the SSO authorization page in your default browser.\nIf the browser does not open, open the following URL:\n\nhttps://device.sso.eu-west-1.amazonaws.com/\n\nThen enter the code:\n\nABCD-EFGH',
    'Attempting to automatically open the SSO authorization page in your default browser. If the browser does not open, open the following URL: https://device.sso.eu-west-1.amazonaws.com/ Then enter the code: ABCD-EFGH',
  ],
  // step ssh login
  [
    'Your default web browser has been opened to visit:\n\nhttps://accounts.example/o/oauth2',
    'Your default web browser has been opened to visit: https://accounts.example/o/oauth2',
  ],
])('%j asks a person at once', (text, words) => {
  expect(readLoginWait(text.split('\n'), false)).toBe(words);
});

test.each([
  'Welcome. The rules of this house: https://wiki.example/rules',
  // sshconnect2.c
  'Confirm user presence for key ED25519-SK SHA256:abc',
])('%j asks a person only where the login goes on no further', (text) => {
  expect(readLoginWait([text], false)).toBeNull();
  expect(readLoginWait([text], true)).not.toBeNull();
});

test.each([
  "Warning: Permanently added 'p510' (ED25519) to the list of known hosts.",
  '** See https://openssh.com/pq.html',
  'ssh: connect to host p510 port 22: No route to host',
  'Authorized users only',
])('%j asks nothing', (text) => {
  expect(readLoginWait([text], true)).toBeNull();
});
