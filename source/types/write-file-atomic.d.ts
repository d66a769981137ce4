declare module 'write-file-atomic' {
  /** Writes beside the file, flushes, and renames over it. Rejects with a system error. */
  function writeFileAtomic(path: string, text: string): Promise<void>;
  export = writeFileAtomic;
}
