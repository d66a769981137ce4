import { bodyRowsOf } from '../../screen/reducer/body-rows.ts';
import { useApp } from './use-app.ts';

/** Rows of the view, above the message. */
export const useBodyRows = (): number => useApp(({ app, ui }) => bodyRowsOf(app, ui));
