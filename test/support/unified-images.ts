/** A PE file with these sections, in this order (the PE format of Microsoft); nothing in it can be run. */
export const unifiedImage = (
  ...sections: readonly (readonly [name: string, text: string])[]
): Buffer => {
  const header = 0x80;
  const optional = 240;
  const table = header + 24 + optional;
  const body = 0x400;
  const image = Buffer.alloc(body + sections.length * 0x400);
  image.write('MZ');
  image.writeUInt32LE(header, 0x3c);
  image.write('PE\0\0', header);
  image.writeUInt16LE(0x8664, header + 4);
  image.writeUInt16LE(sections.length, header + 6);
  image.writeUInt16LE(optional, header + 20);
  for (const [index, [name, text]] of sections.entries()) {
    const at = table + index * 40;
    const begin = body + index * 0x400;
    image.write(name, at, 8);
    image.writeUInt32LE(Buffer.byteLength(text), at + 8);
    image.writeUInt32LE(0x400, at + 16);
    image.writeUInt32LE(begin, at + 20);
    image.write(text, begin);
  }
  return image;
};

/** `os-release` as lanzaboote writes it for a generation. */
export const imageRelease = (number: number): string =>
  `ID=lanza\nPRETTY_NAME="NixOS Yarara 26.05 (Generation ${number}, 2026-11-15)"\nVERSION_ID="Generation ${number}, 2026-11-15"\n`;
