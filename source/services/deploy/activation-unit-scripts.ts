import { activationHolds } from '../host/supervision.ts';
import { type ActivationOrder, assignments, preamble, shown } from './order.ts';

/**
 * What the unit of the activation runs. It writes to a file, which no lost
 * connection and no restarted journal can close under it; the journal gets the
 * text afterwards.
 */
export const activationScript = (order: ActivationOrder): string => `${preamble(order)}
echo $$ >"$folder/pid"
[ -w "${activationHolds}" ] && exec 7>>"${activationHolds}" && flock -w 2 7
${assignments(order.command.env) === '' ? '' : 'env '}${shown(order.command)} >>"$folder/output" 2>&1 </dev/null 7>&-
status=$?
echo "$status" >"$folder/exit.new" && mv "$folder/exit.new" "$folder/exit"
exec 7>&-
echo "nixup: ${order.mode} ended with $status"
cat "$folder/output"
exit 0
`;

/** Runs however the activation's unit ends, so that a kill leaves its trace too. */
export const endScript = (order: ActivationOrder): string => `${preamble(order)}
[ -e "$folder/exit" ] || [ -e "$folder/killed" ] || echo "$SERVICE_RESULT $EXIT_CODE $EXIT_STATUS" >"$folder/killed"
`;
