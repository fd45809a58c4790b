/** The credential of `Authorization: Bearer …`; undefined if there is none of that form. */
export function readBearer(headers: Headers): string | undefined {
  return /^Bearer +([!-~]{1,512})$/i.exec(headers.get('authorization') ?? '')?.[1]
}
