import { createHmac } from 'node:crypto';

/** Signs the vendor's three claims with HS256; the token is valid for half an hour. */
export function mint(accessKey: string, secretKey: string, nowS: number): string {
  const header = encode({ alg: 'HS256', typ: 'JWT' });
  const claims = encode({ iss: accessKey, exp: nowS + 1800, nbf: nowS - 5 });
  const signature = createHmac('sha256', secretKey).update(`${header}.${claims}`).digest('base64url');
  return `${header}.${claims}.${signature}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
