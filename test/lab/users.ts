/** Who works on the workstation: root, or ada, whose Nix is a daemon's. */
export type User = 'root' | 'ada';

/** The words that start a program as that user. */
export const asUser = (user: User, words: readonly string[]): readonly string[] =>
  user === 'root'
    ? words
    : [
        ...['/usr/bin/setpriv', '--reuid=ada', '--regid=ada', '--init-groups'],
        ...['/usr/bin/env', 'HOME=/home/ada', 'USER=ada', 'LOGNAME=ada', 'NIX_REMOTE=daemon'],
        ...words,
      ];
