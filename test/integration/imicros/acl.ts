import { createHmac, randomBytes } from 'node:crypto';
import type { ActionSchema, BrokerOptions, ServiceSchema } from 'moleculer';
import { Acl, AclMiddleware } from 'imicros-acl';

/** The package reads it when its service is created. */
const secret = randomBytes(32).toString('hex');

/** Its service: it asks Neo4j only for tokens of restricted access, so none has to run here. */
export function aclService(): ServiceSchema {
  process.env['JWT_SECRET'] = secret;
  return Acl;
}

export const withAcl = (): BrokerOptions => ({ middlewares: [AclMiddleware({ service: 'acl' })] });

/** As docs/security.md shows it: the middleware looks at no token unless the action asks for it. */
export function guarded(service: ServiceSchema): ServiceSchema {
  for (const action of Object.values(service.actions ?? {})) {
    Object.assign(action as ActionSchema, { acl: 'before' });
  }
  return service;
}

/** A token as `acl.requestAccess` gives it to a member of a group, which it looks up in Neo4j. */
export function accessToken(ownerId: string, userId: string, key = secret): string {
  const claims = { ownerId, userId, role: 'member', unrestricted: true, iss: 'imicros.acl' };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
