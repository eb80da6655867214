// openapi-fetch over the types of the contract: `client.POST('/v1/videos/identify-face', { body })`.
import createFetchClient, { type Client, type ClientOptions } from 'openapi-fetch';
import type { paths } from './schema.js';

export type { components, operations, paths } from './schema.js';

/** Makes a client that knows the paths, bodies and replies of the contract. */
export function createClient(options?: ClientOptions): Client<paths> {
  return createFetchClient<paths>(options);
}
