import { p } from '@mikro-orm/core';

/** `bigint generated always as identity primary key`; a decimal text in rows. */
export const identity = () => p.bigint('string').primary().generated('identity');

/** A text that sorts by code point, so that no order depends on the operating system's locale. */
export const text = () => p.text().collation('C');

/** `timestamptz(3)`: with the milliseconds that the API shows, so that a value read back finds its row. */
export const timestamp = () => p.datetime(3);

/** When the row was made or last changed, by the database's clock. */
export const timestampOfWrite = () => timestamp().defaultRaw('now()');

/** Grows with every change; set by the trigger `touch`. */
export const rowVersion = () => p.integer().default(1);
