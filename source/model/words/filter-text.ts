/** Whether a text holds what was typed; capitals do not count. */
export const includes = (text: string, filter: string): boolean =>
  text.toLowerCase().includes(filter.toLowerCase());
