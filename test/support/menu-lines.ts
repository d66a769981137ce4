/** Files of a loader, as `parsers/boot/menu.ts` prints them. */
export const menuLines = (
  key: string,
  files: Readonly<Record<string, string>>,
  ...more: readonly string[]
): readonly string[] => [
  ...Object.entries(files).flatMap(([file, text]) => [
    `${key}-file ${file}`,
    ...text.split('\n').map((line) => `${key}-line ${line}`),
  ]),
  ...more,
];

export const resolvedBy = (loader: string, toplevel: string) => ({
  kind: 'resolved',
  loader,
  toplevel,
});
