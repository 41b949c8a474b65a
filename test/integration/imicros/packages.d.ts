// The packages bring no types. What is used here, and no more.
declare module 'imicros-keys' {
  import type { ServiceSchema } from 'moleculer';
  export const Master: ServiceSchema;
}

declare module 'imicros-acl' {
  import type { Middleware, ServiceSchema } from 'moleculer';
  export const Acl: ServiceSchema;
  export function AclMiddleware(names: { service: string }): Middleware;
}
