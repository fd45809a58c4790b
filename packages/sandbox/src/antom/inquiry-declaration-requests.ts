import { valueAt } from '../json.ts'
import { toDeclarationRecord } from './declare.ts'
import { AntomRefusal, SUCCESS } from './result.ts'
import { type AntomCall, requestKey } from './store.ts'
import { toAntomTime } from './time.ts'

/** What became of up to ten declarations: https://docs.antom.com/ac/ams/inquirydeclare */
export function inquiryDeclarationRequests({ body, store, account }: AntomCall): object {
  const ids = valueAt(body, 'declarationRequestIds')
  if (
    !Array.isArray(ids) ||
    ids.length === 0 ||
    ids.length > 10 ||
    !ids.every((id) => typeof id === 'string' && id.length >= 1 && id.length <= 32)
  ) {
    throw new AntomRefusal(
      'PARAM_ILLEGAL',
      'Illegal parameter declarationRequestIds: 1 to 10 ids of at most 32 characters.',
    )
  }
  const find = (id: string) => store.declarations.find('request', requestKey(account.clientId, id))
  const found = [...new Set<string>(ids)].map((id) => ({ id, declaration: find(id) }))
  const missing = found.filter(({ declaration }) => declaration === undefined).map(({ id }) => id)
  return {
    result: SUCCESS,
    ...(missing.length === 0 ? {} : { declarationRequestsNotFound: missing }),
    declarationRecords: found.flatMap(({ declaration }) =>
      declaration ? [toDeclarationRecord(declaration, toAntomTime)] : [],
    ),
  }
}
