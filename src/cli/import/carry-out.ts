import type { ApiClient } from './api-client.js';
import { type Step, type WantedPurpose, existingPurpose, stepFor } from './plan.js';
import { type ApiAnswer, errorIn, lacksScope } from './send.js';

/**
 * Does one step of the plan in the target.
 * @returns the step as it came out: refused, when the target refuses it
 * @throws OperatorError when no other step can succeed either
 */
export async function carryOut(step: Step, target: ApiClient): Promise<Step> {
  switch (step.kind) {
    case 'create':
      return create(step.wanted, target);
    case 'update':
      return outcome(step, await target.update(step.existing.id, step.changes), 200, target);
    case 'unchanged':
    case 'refused':
      return step;
  }
}

async function create(wanted: WantedPurpose, target: ApiClient): Promise<Step> {
  const answer = await target.create(wanted);
  // An earlier attempt, whose answer was lost, may have created it.
  if (answer.status === 422 && answer.maybeRepeated) {
    const [found] = await target.named(wanted.name);
    const rest = found === undefined ? undefined : stepFor(wanted, existingPurpose(found));
    if (rest?.kind === 'unchanged') return { kind: 'create', wanted };
  }
  return outcome({ kind: 'create', wanted }, answer, 201, target);
}

function outcome(step: Step & { wanted: WantedPurpose }, answer: ApiAnswer, success: number, target: ApiClient): Step {
  if (answer.status === success) return step;
  const concernsThisOne = [403, 404, 409, 412, 422].includes(answer.status) && !lacksScope(answer);
  if (!concernsThisOne) throw target.failure(answer);
  return {
    kind: 'refused',
    name: step.wanted.name,
    why: `the target answers ${answer.status}${errorIn(answer.document)}`,
  };
}
