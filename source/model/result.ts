/** What a service answers: the value, or the failure that says why there is none. */
export type Result<Value, Reason> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Reason };

export const success = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({
  ok: true,
  value,
});

export const failed = <Reason>(
  failure: Reason,
): { readonly ok: false; readonly failure: Reason } => ({ ok: false, failure });
