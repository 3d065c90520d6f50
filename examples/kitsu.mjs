// Call purposes with Kitsu (npm install kitsu): `node examples/kitsu.mjs`, with API_URL and TOKEN in the environment.
import Kitsu from 'kitsu';

const { API_URL = 'http://localhost:3000/api/v2', TOKEN } = process.env;

const api = new Kitsu({
  baseURL: API_URL,
  headers: { Authorization: `Bearer ${TOKEN}` },
  // Types and paths are taken as they are written.
  camelCaseTypes: false,
  resourceCase: 'none',
  pluralize: false,
});

// Types are singular here and paths plural, which Kitsu has no option for.
api.interceptors.request.use((request) => {
  request.url = request.url.replace(/^callPurpose\b/, 'callPurposes');
  return request;
});

const { data: purposes } = await api.get('callPurpose', { params: { sort: '-order', page: { size: 2 } } });
for (const { name, order } of purposes) console.log(order, name);

const { data: made } = await api.create('callPurpose', { name: 'Win-back' });
console.log('created', made.name);

const { data: changed } = await api.update('callPurpose', { id: made.id, order: 1 });
console.log('moved to', changed.order);

const twin = api.create('callPurpose', { name: 'WIN-BACK' });
await twin.catch(({ errors: [{ code, detail }] }) => console.log(`${code}: ${detail}`));

await api.remove('callPurpose', made.id);
console.log('deleted');
