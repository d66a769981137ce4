import type { Failure } from '../failure.ts';
import { showSize } from '../words/format.ts';

/** The free space of the boot loader's file system, and how much new systems need there; bytes. */
export interface BootRoom {
  /** Where kernels are kept: `/boot/EFI/nixos`. */
  readonly place: string;
  /** Kernels and initial ramdisks that are not there yet. */
  readonly neededBytes: number;
  readonly freeBytes: number;
}

/** For boot entries and what the loader writes beside its files before it removes old ones, bytes. */
const slack = 64 * 1024;

/** Why a system cannot be installed for the next boot; null where it can, or nobody knows. */
export const bootRoomTrouble = (host: string, room: BootRoom | null): Failure | null =>
  room === null || room.freeBytes >= room.neededBytes + slack
    ? null
    : {
        code: 'space-short',
        host,
        detail:
          room.neededBytes === 0
            ? `${showSize(room.freeBytes)} free at ${room.place}, too little for another boot entry`
            : `kernel and initial ramdisk need ${showSize(room.neededBytes)} at ${room.place}, where ${showSize(room.freeBytes)} are free`,
      };
