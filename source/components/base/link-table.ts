/*
 * Ink draws a row from its first changed cell on, but a row with a link in it as a whole. So in what Ink is given a link is a
 * colour of underlines (SGR 58 and 59), which nothing here has otherwise: its three parts are the number of the address. What
 * goes to the terminal has OSC 8 in its place.
 */

/** Addresses by number. Bounded, as drawn rows keep their numbers: what comes after so many is text alone. */
export interface LinkTable {
  /** Null where the table is full. */
  numberOf(address: string): number | null;
  addressOf(number: number): string | undefined;
}

const mostAddresses = 20_000;

export const createLinkTable = (): LinkTable => {
  const numbers = new Map<string, number>();
  const addresses: string[] = [];
  return {
    numberOf: (address) => {
      const known = numbers.get(address);
      if (known !== undefined) return known;
      if (addresses.length >= mostAddresses) return null;
      numbers.set(address, addresses.length);
      return addresses.push(address) - 1;
    },
    addressOf: (number) => addresses[number],
  };
};

/** What stands for a link in what Ink is given. */
export const asUnderline = (text: string, number: number): string =>
  `\u001b[58;2;0;${number >> 8};${number & 255}m${text}\u001b[59m`;

/** The number of the address that such a parameter stands for; undefined for any other. */
export const numberIn = (parameter: string): number | undefined => {
  const [, high, low] = /^58;2;0;(\d+);(\d+)$/.exec(parameter) ?? [];
  return high === undefined || low === undefined ? undefined : Number(high) * 256 + Number(low);
};
