import http from 'node:http';
import fortune from 'fortune';
import fortuneHttp from 'fortune-http';
import jsonApiSerializer from 'fortune-json-api';
import { isAuthorized } from './token-check.js';

const store = fortune({
  user: { name: String },
  callPurpose: { name: String, order: Number, createdAt: Date, updatedAt: Date, creator: ['user'] },
});
await store.create(
  'callPurpose',
  JSON.parse(process.env.PURPOSES).map(({ id, name, order, createdAt, updatedAt }) => ({
    id: Number(id),
    name,
    order,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  })),
);

const listener = fortuneHttp(store, {
  serializers: [[jsonApiSerializer, { inflectKeys: false, inflectType: false, jsonSpaces: 0 }]],
});

http
  .createServer((request, response) => {
    if (!isAuthorized(request.headers.authorization)) return void response.writeHead(401).end();
    listener(request, response).catch((error) => console.error(error));
  })
  .listen(Number(process.env.PORT), '127.0.0.1');
