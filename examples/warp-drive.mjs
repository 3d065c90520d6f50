// Call purposes with WarpDrive (npm install @warp-drive/core @warp-drive/json-api): `node -C unpkg examples/warp-drive.mjs`,
// with API_URL and TOKEN in the environment. The condition "unpkg" takes what needs no build.
import { recordIdentifierFor, useRecommendedStore } from '@warp-drive/core';
import { setupSignals } from '@warp-drive/core/configure';
import { withDefaults } from '@warp-drive/core/reactive';
import { JSONAPICache } from '@warp-drive/json-api';

const { API_URL = 'http://localhost:3000/api/v2', TOKEN } = process.env;

// A framework's signals are set up by its own package; here nobody watches.
setupSignals(() => ({
  createSignal: () => ({}),
  consumeSignal: () => {},
  notifySignal: () => {},
  createMemo: (_object, _key, compute) => compute,
  willSyncFlushWatchers: () => false,
}));

/** Adds to every request what the API asks for, those for further pages too. */
const authorization = {
  request({ request }, next) {
    const headers = new Headers(request.headers);
    headers.set('Authorization', `Bearer ${TOKEN}`);
    headers.set('Content-Type', 'application/vnd.api+json');
    return next({ ...request, headers });
  },
};

const fields = ['name', 'order'].map((name) => ({ name, kind: 'field' }));
const Store = useRecommendedStore({
  cache: JSONAPICache,
  handlers: [authorization],
  schemas: [withDefaults({ type: 'callPurpose', fields })],
});
const store = new Store();

/** Makes a request, with what else the store is to know of it. Returns the document, which holds records of the store. */
async function request(method, path, data, options) {
  const body = data && JSON.stringify({ data });
  const { content } = await store.request({ method, url: `${API_URL}/${path}`, body, ...options });
  return content;
}

// Four of them, the last first, in two pages.
const page = await request('GET', 'callPurposes?sort=-order&page[size]=2');
for (const { order, name } of [...page.data, ...(await page.next()).data]) console.log(order, name);

const { data: purpose } = await request('POST', 'callPurposes', {
  type: 'callPurpose',
  attributes: { name: 'Win-back' },
});
console.log('created', purpose.name);

// What the store knows of it changes with the answer.
await request('PATCH', `callPurposes/${purpose.id}`, { type: 'callPurpose', id: purpose.id, attributes: { order: 1 } });
console.log('moved to', purpose.order);

const twin = request('POST', 'callPurposes', { type: 'callPurpose', attributes: { name: 'WIN-BACK' } });
await twin.catch(({ errors: [{ code, detail }] }) => console.log(`${code}: ${detail}`));

// The store is told which record it is that the answer, which is empty, is about.
store.deleteRecord(purpose);
const deletion = { op: 'deleteRecord', records: [recordIdentifierFor(purpose)] };
await request('DELETE', `callPurposes/${purpose.id}`, undefined, deletion);
console.log('deleted');
