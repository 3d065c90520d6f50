// Call purposes with nothing but fetch: `node examples/fetch.mjs`, with API_URL and TOKEN in the environment.
const { API_URL = 'http://localhost:3000/api/v2', TOKEN } = process.env;

/** Makes a request. Returns the document and the ETag; throws what the errors of the document say. */
async function request(method, url, { data, ...headers } = {}) {
  const response = await fetch(new URL(url, `${API_URL}/`), {
    method,
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/vnd.api+json', ...headers },
    body: data && JSON.stringify({ data }),
  });
  const document = response.status === 204 ? {} : await response.json();
  if (response.ok) return { ...document, etag: response.headers.get('etag') };
  throw new Error(document.errors.map(({ status, code, detail }) => `${status} ${code}: ${detail}`).join('\n'));
}

// All of them in display order, page by page.
for (let url = 'callPurposes?page[size]=5'; url;) {
  const { data, links } = await request('GET', url);
  for (const { attributes } of data) console.log(attributes.order, attributes.name);
  url = links.next;
}

// One more.
const purpose = { type: 'callPurpose', attributes: { name: 'Win-back' } };
const { data: made, etag } = await request('POST', 'callPurposes', { data: purpose });
console.log('created', made.attributes.name);

// A change, unless somebody else has changed it meanwhile (412).
const change = { type: 'callPurpose', id: made.id, attributes: { order: 1 } };
const { data: changed } = await request('PATCH', made.links.self, { data: change, 'If-Match': etag });
console.log('moved to', changed.attributes.order);

// Names are unique, without regard to case.
const twin = { type: 'callPurpose', attributes: { name: 'WIN-BACK' } };
await request('POST', 'callPurposes', { data: twin }).catch(({ message }) => console.log(message));

await request('DELETE', made.links.self);
console.log('deleted');
