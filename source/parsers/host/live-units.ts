import { dependencyKinds, type LiveUnit } from '../../model/units/live.ts';

/** The properties that `systemctl show` is asked for. */
export const liveProperties: readonly string[] = [
  'Id',
  'Names',
  'Following',
  'LoadState',
  'ActiveState',
  'FragmentPath',
  'TriggeredBy',
  'ConditionResult',
  'ConditionTimestampMonotonic',
  'StopWhenUnneeded',
  ...dependencyKinds,
];

/** Names in a list; one with a backslash or a blank in it is quoted as in C. */
const words = (text: string | undefined): readonly string[] =>
  [...(text ?? '').matchAll(/"((?:\\.|[^"\\])*)"|\S+/g)].map(([word, quoted]) =>
    quoted === undefined ? word : quoted.replaceAll(/\\(.)/g, '$1'),
  );

/** What `systemctl show --all '*'` printed: `KEY=VALUE` lines, an empty line between units. */
export const readLiveUnits = (text: string): readonly LiveUnit[] =>
  text.split(/\n{2,}/).flatMap((paragraph) => {
    const values = new Map(
      paragraph.split('\n').flatMap((line) => {
        const at = line.indexOf('=');
        return at === -1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
      }),
    );
    const id = values.get('Id');
    // Devices and scopes are made by other programs; a unit that follows another is the same unit.
    if (
      id === undefined ||
      /\.(?:device|scope)$/.test(id) ||
      words(values.get('Following')).length > 0
    )
      return [];
    return [
      {
        id,
        names: words(values.get('Names')),
        isLoaded: values.get('LoadState') === 'loaded',
        state: values.get('ActiveState') ?? 'inactive',
        fragment: values.get('FragmentPath') ?? '',
        dependencies: Object.fromEntries(
          dependencyKinds.flatMap((kind) => {
            const units = words(values.get(kind));
            return units.length === 0 ? [] : [[kind, units]];
          }),
        ),
        triggeredBy: words(values.get('TriggeredBy')),
        isHeldBack:
          values.get('ConditionResult') === 'no' &&
          (values.get('ConditionTimestampMonotonic') ?? '0') !== '0',
        stopsWhenUnneeded: values.get('StopWhenUnneeded') === 'yes',
      },
    ];
  });
