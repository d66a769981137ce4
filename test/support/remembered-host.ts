import type { RememberedHost } from '../../source/model/remembered/host.ts';

/** A host of which nothing but its name is remembered. */
export const onlyNamed = (name: string): RememberedHost => ({
  known: 'remembered',
  name,
  address: name,
  here: false,
  tags: [],
  policy: 'auto',
  role: 'deployable',
  answer: null,
  standing: null,
});
