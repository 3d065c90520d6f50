import { wantsTraces } from './config/wants-traces.js';
import { exitOnFailure } from './exit-on-failure.js';

// Traces must be under way before what they trace is imported, and without them nothing of theirs is.
await exitOnFailure(async () => {
  const tracing = wantsTraces(process.env) ? (await import('./tracing.js')).startTracing() : null;
  const { startService } = await import('./service.js');
  await startService(tracing);
});
