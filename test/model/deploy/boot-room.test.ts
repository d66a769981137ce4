import { expect, test } from 'vitest';
import { type BootRoom, bootRoomTrouble } from '../../../source/model/deploy/boot-room.ts';
import { explainInLine } from '../../../source/model/explain/explain.ts';

const mebibyte = 1024 ** 2;
const room = (neededBytes: number, freeBytes: number): BootRoom => ({
  place: '/boot/EFI/nixos',
  neededBytes,
  freeBytes,
});

test.each<[string, BootRoom | null, RegExp | null]>([
  ['a loader that keeps no copies', null, null],
  ['a kernel that is there already', room(0, mebibyte), null],
  ['a new kernel with room for it', room(40 * mebibyte, 41 * mebibyte), null],
  [
    'a new kernel without room for it',
    room(40 * mebibyte, 12 * mebibyte),
    /p620 has too little space: kernel and initial ramdisk need .* at \/boot\/EFI\/nixos, where .* are free.*Nothing was changed/,
  ],
  ['not even room for an entry', room(0, 4096), /too little for another boot entry/],
])('%s', (_title, asked, said) => {
  const trouble = bootRoomTrouble('p620', asked);
  if (said === null) expect(trouble).toBeNull();
  else expect(trouble === null ? '' : explainInLine(trouble)).toMatch(said);
});
