import { expect } from '@jest/globals';
import { SettingsError, readSettings } from '../../src/config/settings.js';

export type Variables = Record<string, string>;

/** The lines of the message that those variables are refused with. */
export function faultsOf(variables: Variables): string[] {
  try {
    readSettings(variables);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).message.split('\n').slice(1);
  }
  return [];
}

/** Fails unless that one variable, and nothing else, is what is wrong. */
export function expectOneFault(variables: Variables, name: string): void {
  expect(faultsOf(variables)).toEqual([expect.stringContaining(name)]);
}
