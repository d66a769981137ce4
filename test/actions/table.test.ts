import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Action } from '../../source/actions/action.ts';
import { footerActions } from '../../source/actions/footer.ts';
import { isHere } from '../../source/actions/lookup.ts';
import { actionTable, keyFiles, withKeys } from '../../source/actions/table.ts';
import { hostTabs, initialUi, type Ui, viewNames } from '../../source/screen/ui.ts';

test('every action has an id of its own, a label and a sentence of help', () => {
  const ids = actionTable.map((row) => row.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const row of actionTable) {
    expect(row.label.length).toBeGreaterThan(1);
    expect(row.help).toMatch(/^[A-Z].*[.]$/);
  }
});

test('no key means two things at one place', () => {
  const twice = (rows: readonly Action[]): readonly string[] => {
    const keys = rows.flatMap((row) => row.keys);
    return keys.filter((key, index) => keys.indexOf(key) !== index);
  };
  for (const place of ['everywhere', ...viewNames] as const)
    expect(twice(actionTable.filter((row) => row.where.includes(place)))).toEqual([]);
  for (const tab of hostTabs) {
    const ui: Ui = { ...initialUi, screen: { kind: 'host', host: 'razer', tab } };
    const own = (row: Action): boolean => !row.where.includes('everywhere') && isHere(row, ui);
    expect(twice(actionTable.filter(own))).toEqual([]);
  }
});

test('the keys of the contract are all bound', () => {
  const contract =
    'j k h l g G pageup pagedown ^u ^d 1 2 3 4 5 6 7 tab [ ] / n N : ? space a v enter escape y R z @ q ^c ^z u t T d D r x = V c p m e L w';
  const bound = new Set(actionTable.flatMap((row) => row.keys));
  expect(contract.split(' ').filter((key) => !bound.has(key))).toEqual([]);
});

test('every action without a key can be reached by name', () => {
  expect(actionTable.filter((row) => row.keys.length === 0 && !row.named)).toEqual([]);
});

test('the config moves a key', () => {
  const rows = withKeys(actionTable, { deploy: ['X'] });
  expect(rows.find((row) => row.id === 'deploy')?.keys).toEqual(['X']);
});

test('the footer names only actions that exist', () => {
  for (const view of viewNames)
    expect(
      footerActions(actionTable, { ...initialUi, screen: { kind: 'view', view } }, 'none').length,
    ).toBeGreaterThan(4);
});

test('the keys of a view stand in the file of its name', () => {
  const misplaced = keyFiles.flatMap(({ file, rows }) =>
    rows.flatMap(({ id, where: [first] }) =>
      first === undefined || first === 'everywhere' || first === file ? [] : [`${id} in ${file}`],
    ),
  );
  expect(misplaced).toEqual([]);
});

test('every named file of keys exists and is the place of its rows', () => {
  for (const { file, rows } of keyFiles) {
    const text = readFileSync(
      new URL(`../../source/actions/rows/${file}.ts`, import.meta.url),
      'utf8',
    );
    for (const { id } of rows) if (!id.startsWith('show-')) expect(text, file).toContain(`'${id}'`);
  }
});
