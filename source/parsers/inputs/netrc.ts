interface NetrcEntry {
  readonly login: string;
  readonly password: string;
}

/** The entry of a host in a `.netrc` file; `default` where it has none. Null when nothing fits. */
export const readNetrc = (text: string, host: string): NetrcEntry | null => {
  const words = text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .join(' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  let machine: string | null = null;
  const found = new Map<string, { login: string; password: string }>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const next = words[index + 1] ?? '';
    if (word === 'default') machine = '';
    else if (word === 'machine') machine = next.toLowerCase();
    if (word !== 'default' && /^(?:machine|login|password|account)$/.test(word)) index += 1;
    if (machine === null || (word !== 'login' && word !== 'password')) continue;
    const entry = found.get(machine) ?? { login: '', password: '' };
    found.set(machine, { ...entry, [word]: next });
  }
  const entry = found.get(host.toLowerCase()) ?? found.get('');
  return entry === undefined || entry.password === '' ? null : entry;
};
