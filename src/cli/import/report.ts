import type { Step } from './plan.js';
import { printable } from './printable.js';

const LONGEST_NAME = 80;

/** A line for a step that is to be done or was refused; null for what stays as it is. */
export function describe(step: Step): string | null {
  switch (step.kind) {
    case 'create':
      return printable(`create\t${step.wanted.order ?? 'last'}\t${quoted(step.wanted.name)}`);
    case 'update':
      return printable(
        `update\t${step.wanted.order ?? step.existing.order}\t${quoted(step.wanted.name)}\t${changesOf(step)}`,
      );
    case 'unchanged':
      return null;
    case 'refused':
      return printable(`refuse\t\t${quoted(step.name)}\t${step.why}`);
  }
}

/** How many steps came to what. */
export function summary(steps: Step[]): string {
  const count = (kind: Step['kind']) => steps.filter((step) => step.kind === kind).length;
  return `${count('create')} created, ${count('update')} updated, ${count('unchanged')} unchanged, ${count('refused')} refused`;
}

function changesOf({ existing, changes }: Extract<Step, { kind: 'update' }>): string {
  const name = changes.name === undefined ? [] : [`was ${quoted(existing.name)}`];
  const order = changes.order === undefined ? [] : [`order was ${existing.order}`];
  return [...name, ...order].join(', ');
}

function quoted(name: string): string {
  const characters = [...name];
  return `"${characters.length > LONGEST_NAME ? `${characters.slice(0, LONGEST_NAME).join('')}…` : name}"`;
}
