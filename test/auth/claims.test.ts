import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Service, build } from '../helper/build.js';
import { Client } from '../helper/client.js';
import { expectError } from '../helper/expectations.js';
import { makePurpose } from '../helper/fixtures.js';
import { type Claims, tokenOf } from '../helper/tokens.js';

const SERVICE = 'http://localhost';

const services: Record<string, Service> = {};

/** The client of a token with those claims. */
const withClaims = (service: Service, changes: Claims): Client => new Client(service.app, tokenOf(changes));

const startsWith = (name: string, env: Record<string, string>) => {
  beforeAll(async () => {
    services[name] = await build(env);
  });
  afterAll(() => services[name]?.close());
  return (): Service => services[name] as Service;
};

/** Whether a token with those claims may delete a ready-made purpose, as only an administrator may. */
async function isAdministrator(service: Service, changes: Claims): Promise<boolean> {
  const { status } = await withClaims(service, changes).delete(`/callPurposes/${await makePurpose(service)}`);
  expect([204, 403]).toContain(status);
  return status === 204;
}

describe('By default', () => {
  const service = startsWith('default', {});

  describe('Scopes', () => {
    it.each<[string, Claims]>([
      ['a text in scope', { scope: 'calls.all callPurposes.read' }],
      ['a text with more blanks than needed', { scope: '  calls.all   callPurposes.read ' }],
      ['an array in scope', { scope: ['calls.all', 'callPurposes.read'] }],
      ['a text in scp', { scope: undefined, scp: 'calls.all callPurposes.read' }],
      ['an array in scp', { scope: undefined, scp: ['calls.all', 'callPurposes.read'] }],
      ['an array with more than texts in scp', { scope: undefined, scp: [7, null, 'callPurposes.read'] }],
    ])('May be %s', async (_, changes) => {
      const client = withClaims(service(), changes);

      expect((await client.get('/callPurposes')).status).toBe(200);
      expectError(await client.delete('/callPurposes/1'), 403, 'unauthorizedOauthScope');
    });

    it.each<[string, Claims]>([
      ['missing', { scope: undefined }],
      ['a number', { scope: 7 }],
      ['null', { scope: null, scp: null }],
      ['an object', { scope: { 'callPurposes.read': true } }],
      ['separated by commas', { scope: 'callPurposes.read,callPurposes.write' }],
      ['of another case', { scope: 'callpurposes.read CALLPURPOSES.READ' }],
    ])('Allow nothing when they are %s', async (_, changes) => {
      expectError(await withClaims(service(), changes).get('/callPurposes'), 403, 'unauthorizedOauthScope');
    });
  });

  describe('Roles', () => {
    it.each<[unknown, boolean]>([
      [['admin'], true],
      [['user', 'admin'], true],
      ['admin', true],
      ['user admin', false],
      ['admin ', false],
      ['admin,user', false],
      ['', false],
      ['admin user', false],
      [[], false],
      [['Admin'], false],
      [['administrator'], false],
      [[['admin']], false],
      [{ admin: true }, false],
      [true, false],
      [undefined, false],
    ])('Are read from the claim roles: %j', async (roles, expected) => {
      expect(await isAdministrator(service(), { roles })).toBe(expected);
    });

    it('Are read from nowhere else', async () => {
      expect(await isAdministrator(service(), { role: 'admin', groups: ['admin'], name: 'admin' })).toBe(false);
    });
  });
});

describe('Roles at a nested claim', () => {
  const service = startsWith('nested', { JWT_ROLES_CLAIM: 'realm_access.roles', JWT_ADMIN_ROLE: 'purposes-admin' });

  it.each<[Claims, boolean]>([
    [{ realm_access: { roles: ['purposes-admin'] } }, true],
    [{ realm_access: { roles: ['admin'] } }, false],
    [{ realm_access: ['purposes-admin'] }, false],
    [{ realm_access: null }, false],
    [{ realm_access: 'roles' }, false],
    [{ roles: ['purposes-admin'] }, false],
    [{ realm_access: { roles: { 0: 'purposes-admin', length: 1 } } }, false],
  ])('Are read from there alone: %j', async (changes, expected) => {
    expect(await isAdministrator(service(), changes)).toBe(expected);
  });
});

describe('A role with blanks in its name', () => {
  const service = startsWith('blanks', { JWT_ADMIN_ROLE: 'Purposes Admin' });

  it.each<[unknown, boolean]>([
    ['Purposes Admin', true],
    [['user', 'Purposes Admin'], true],
    ['Purposes', false],
    ['Purposes  Admin', false],
    [['Purposes', 'Admin'], false],
  ])('Is one role, as a text too: %j', async (roles, expected) => {
    expect(await isAdministrator(service(), { roles })).toBe(expected);
  });

  it('Is shown as one', async () => {
    const { document } = await withClaims(service(), { roles: 'Purposes Admin' }).get(`${SERVICE}/api/v2`);
    expect(document.meta).toMatchObject({ user: { roles: ['Purposes Admin'] } });
  });
});

describe('Roles at a claim whose own name has dots', () => {
  const claim = 'https://purposes.example.com/roles';
  const service = startsWith('dotted', { JWT_ROLES_CLAIM: claim });

  it('Are read from that claim', async () => {
    expect(await isAdministrator(service(), { [claim]: ['admin'] })).toBe(true);
    expect(await isAdministrator(service(), { [claim]: ['user'] })).toBe(false);
    expect(await isAdministrator(service(), { roles: ['admin'] })).toBe(false);
  });
});
