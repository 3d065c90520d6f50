import { type DiscoveryService, MetadataScanner } from '@nestjs/core';
import { RequestMethod } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { type Access, accessOf } from '../auth/access.decorators.js';
import {
  type MetaDescription,
  heedsPrecondition,
  metaDescriptionOf,
  resourceOf,
  takesDocument,
} from '../json-api/nest/json-api.decorators.js';
import type { Resource } from '../json-api/resource.js';

// Step 1 of the OpenAPI document: what the controllers declare.

/** How the service is set up, as far as its answers show it. */
export interface Installation {
  /** The API's path, such as `/api/v2`. */
  basePath: string;
  version: string;
  integerIds: boolean;
  isRateLimited: boolean;
  allowsOrigins: boolean;
}

/** What is described. */
export interface Api extends Installation {
  resources: Resource[];
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** What an operation answers with when nothing is wrong. */
export type Content =
  | { kind: 'collection' | 'one' | 'nothing'; resource: Resource }
  | ({ kind: 'meta' } & MetaDescription)
  | ({ kind: 'file' } & FileDescription);

/** A handler of the API, as its controller declares it. */
export interface Operation {
  /** The handler's name, such as `list`. */
  name: string;
  method: Method;
  /** With the API's base path; parameters in braces. */
  path: string;
  access: Access;
  content: Content;
  /** Of the answer when nothing is wrong. */
  status: number;
  /** Whether the path names one resource. */
  hasId: boolean;
  /** Whether requests have a document of the resource. */
  takesDocument: boolean;
  heedsPrecondition: boolean;
  /** Whether the resource has a policy beside the scopes. */
  isGuarded: boolean;
}

/** Whether responses of that content carry an `ETag`, so that reads can be conditional. */
export const hasEtag = (content: Content): boolean => content.kind !== 'nothing';

/** Every operation of the API: the handlers of controllers that declare what they serve. */
export function operationsOf(discovery: DiscoveryService, basePath: string): Operation[] {
  const scanner = new MetadataScanner();
  const operations = discovery.getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, object>;
    return scanner
      .getAllMethodNames(prototype)
      .flatMap((name) => operationOf(metatype, name, prototype[name] ?? {}, basePath) ?? []);
  });
  return operations.sort(
    (one, other) =>
      Number(one.path > other.path) - Number(one.path < other.path) || rank(one.method) - rank(other.method),
  );
}

const rank = (method: Method): number => ['GET', 'POST', 'PATCH', 'DELETE'].indexOf(method);

function operationOf(controller: object, name: string, handler: object, basePath: string): Operation | undefined {
  const method = RequestMethod[metadata<number>(METHOD_METADATA, handler) ?? -1] as Method | undefined;
  const access = accessOf(handler, controller);
  if (method === undefined || access.kind === 'undeclared') return undefined;
  const segments = [controller, handler].flatMap((part) => (metadata<string>(PATH_METADATA, part) ?? '').split('/'));
  const hasId = segments.some((segment) => segment.startsWith(':'));
  const content = contentOf(controller, method, hasId);
  if (!content) return undefined;
  return {
    name,
    method,
    path: [basePath, ...segments.filter(Boolean).map((segment) => segment.replace(/^:(.*)$/, '{$1}'))].join('/'),
    access,
    content,
    status: metadata<number>(HTTP_CODE_METADATA, handler) ?? (method === 'POST' ? 201 : 200),
    hasId,
    takesDocument: takesDocument(handler),
    heedsPrecondition: heedsPrecondition(handler),
    isGuarded: resourceOf(controller)?.policy !== undefined,
  };
}

function contentOf(controller: object, method: Method, hasId: boolean): Content | undefined {
  const [resource, meta, file] = [resourceOf(controller), metaDescriptionOf(controller), fileDescriptionOf(controller)];
  if (resource && method === 'DELETE') return { kind: 'nothing', resource };
  if (resource) return { kind: hasId || method === 'POST' ? 'one' : 'collection', resource };
  if (meta) return { kind: 'meta', ...meta };
  return file && { kind: 'file', ...file };
}

const metadata = <Value>(key: string, target: object) => Reflect.getMetadata(key, target) as Value | undefined;

/** A file of the API that is no JSON:API document. */
export interface FileDescription {
  name: string;
  description: string;
  mediaType: string;
}

const descriptions = new WeakMap<object, FileDescription>();

/** Declares that the controller serves a file. */
export const ServesFile =
  (description: FileDescription): ClassDecorator =>
  (controller) =>
    void descriptions.set(controller, description);

/** What the controller declares of its file, if it serves one. */
export const fileDescriptionOf = (controller: object): FileDescription | undefined => descriptions.get(controller);

/** @example capitalized('callPurpose') gives 'CallPurpose' */
export const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** @example words('callPurposes') gives 'call purposes' */
export const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
