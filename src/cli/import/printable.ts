/** What other servers wrote must not steer the terminal; tabs may stay. */
export const printable = (line: string): string =>
  line.replace(/(?!\t)\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
