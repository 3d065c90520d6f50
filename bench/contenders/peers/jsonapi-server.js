import jsonApi from 'jsonapi-server';
import { isAuthorized } from './token-check.js';

const purposes = JSON.parse(process.env.PURPOSES).map((purpose) => ({ type: 'callPurposes', ...purpose }));

jsonApi.setConfig({
  port: Number(process.env.PORT),
  base: '',
  meta: {},
});

/** The library asks this before every request. */
jsonApi.authenticate((request, callback) =>
  callback(isAuthorized(request.headers.authorization) ? null : 'unauthorized'),
);

jsonApi.define({
  resource: 'callPurposes',
  handlers: new jsonApi.MemoryHandler(),
  primaryKey: 'autoincrement',
  searchParams: {},
  attributes: {
    name: jsonApi.Joi.string().max(255),
    order: jsonApi.Joi.number().integer(),
    createdAt: jsonApi.Joi.string(),
    updatedAt: jsonApi.Joi.string(),
    creator: jsonApi.Joi.one('users'),
  },
  examples: purposes,
});

jsonApi.define({
  resource: 'users',
  handlers: new jsonApi.MemoryHandler(),
  attributes: { name: jsonApi.Joi.string() },
  examples: [],
});

jsonApi.start();
