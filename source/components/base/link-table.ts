/*
 * Ink draws a row from its first changed cell on, but a row with a link in it as a whole. So in what Ink is given a link is a
 * colour of underlines (SGR 58 and 59), which nothing here has otherwise: its three parts are the number of the address. What
 * goes to the terminal has OSC 8 in its place.
 */

/**
 * Addresses by number. A number always means the same address, as drawn rows keep it. The table is bounded: where a new
 * address has no room, the one that nobody drew for longest is forgotten, and what still has its number is text alone.
 */
export interface LinkTable {
  /** Null where no number is left. */
  numberOf(address: string): number | null;
  addressOf(number: number): string | undefined;
}

const mostAddresses = 20_000;

/** A number is a colour. */
const mostNumbers = 2 ** 24;

export const createLinkTable = (): LinkTable => {
  const numbers = new Map<string, number>();
  /** The one that was drawn last stands at the end. */
  const addresses = new Map<number, string>();
  let next = 0;
  const use = (number: number, address: string): void => {
    addresses.delete(number);
    addresses.set(number, address);
  };
  const forgetOldest = (): void => {
    for (const [number, address] of addresses) {
      addresses.delete(number);
      numbers.delete(address);
      return;
    }
  };
  return {
    numberOf: (address) => {
      const known = numbers.get(address);
      if (known !== undefined) {
        use(known, address);
        return known;
      }
      if (next >= mostNumbers) return null;
      if (addresses.size >= mostAddresses) forgetOldest();
      const number = next;
      next += 1;
      numbers.set(address, number);
      addresses.set(number, address);
      return number;
    },
    addressOf: (number) => {
      const address = addresses.get(number);
      if (address !== undefined) use(number, address);
      return address;
    },
  };
};

/** What stands for a link in what Ink is given. */
export const asUnderline = (text: string, number: number): string =>
  `\u001b[58;2;${number >> 16};${(number >> 8) & 255};${number & 255}m${text}\u001b[59m`;

/** The number of the address that such a parameter stands for; undefined for any other. */
export const numberIn = (parameter: string): number | undefined => {
  const parts = /^58;2;(\d+);(\d+);(\d+)$/.exec(parameter)?.slice(1).map(Number);
  return parts?.reduce((number, part) => number * 256 + part, 0);
};
