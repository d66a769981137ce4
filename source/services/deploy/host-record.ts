import type { Failure } from '../../model/failure.ts';
import type { HostEntry } from '../../model/host/host.ts';
import { type Result, success } from '../../model/result.ts';
import { type HostRecord, readHostRecords } from '../../parsers/deploy/host-record.ts';
import { recordFolder } from '../host/commands.ts';
import type { RunOnHost } from '../ssh/run.ts';

const timeoutMs = 30_000;

const script = `
for folder in ${recordFolder}/*/; do
  folder=\${folder%/}
  [ -e "$folder/record" ] || continue
  id=\${folder##*/}
  echo "record $id"
  cat "$folder/record"
  for name in phase exit killed result; do
    [ -e "$folder/$name" ] && echo "$name $(cat "$folder/$name")"
  done
  if [ -e "$folder/supervisor" ] && [ ! -e "$folder/result" ]; then
    [ -e "/proc/$(cat "$folder/supervisor")" ] || [ -e "$folder/result" ] || echo "result gone"
  fi
  echo record-end
done
true
`;

/** The activations that a host remembers since its boot, oldest first; those with one id where it is given. */
export const createReadRecord =
  (run: RunOnHost) =>
  async (
    entry: HostEntry,
    id?: string,
    signal?: AbortSignal,
  ): Promise<Result<readonly HostRecord[], Failure>> => {
    const answer = await run(entry, script, {
      timeoutMs,
      privilege: 'wanted',
      signal,
      quiet: true,
    });
    if (!answer.ok) return answer;
    const records = readHostRecords(answer.value.stdout);
    return success(id === undefined ? records : records.filter((record) => record.id === id));
  };
