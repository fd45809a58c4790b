import type { SandboxOptions } from '@teabrick/sandbox'
import type { Provider } from '../provider.ts'
import { type AntomMethod, antom } from '../providers/antom.ts'
import { type TbankMethod, tbank } from '../providers/tbank.ts'
import { type YookassaMethod, yookassa } from '../providers/yookassa.ts'
import { DrillError, type DrillReport } from './drill-report.ts'
import type { SandboxModule } from './load-sandbox.ts'

/** The accounts of a configuration that have a double, speaking to it. */
export interface Cast {
  /** The real adapters with the sandbox's worthless credentials; names, order and rails are the merchant's. */
  readonly providers: readonly Provider[]
  readonly accounts: NonNullable<SandboxOptions['accounts']>
  readonly rehearsed: DrillReport['rehearsed']
  readonly notRehearsed: DrillReport['notRehearsed']
}

type Accounts = { readonly [Id in keyof Cast['accounts']]: NonNullable<Cast['accounts'][Id]>[number] }

interface Part {
  readonly provider: Provider
  readonly account: Accounts
}

interface Place {
  readonly sandbox: SandboxModule
  /** Where the sandbox seems to be. */
  readonly sandboxUrl: string
  /** How many accounts of the same provider came before. */
  readonly index: number
  readonly merchantName: string
  readonly notificationUrl: string
}

// An adapter keeps its credentials to itself, so it is made anew with others. The merchant's are not needed, and are not used.
const PARTS: ReadonlyMap<string, (provider: Provider, place: Place) => Part> = new Map<
  string,
  (provider: Provider, place: Place) => Part
>([
  [
    'antom',
    ({ account, rails }, { sandbox, sandboxUrl, index, merchantName }) => {
      const known = sandbox.sandboxAccounts.antom
      const antomAccount = { ...known, merchantName, clientId: `${known.clientId}${index || ''}` }
      return {
        provider: antom({
          account,
          clientId: antomAccount.clientId,
          privateKey: antomAccount.merchantPrivateKey,
          antomPublicKey: antomAccount.antomPublicKey,
          gatewayUrl: `${sandboxUrl}/antom`,
          methods: rails.map(({ method }) => method as AntomMethod),
        }),
        account: { antom: antomAccount },
      }
    },
  ],
  [
    'tbank',
    ({ account, rails }, { sandbox, sandboxUrl, index, merchantName }) => {
      const { terminalKey, password } = sandbox.sandboxAccounts.tbank
      const terminal = {
        terminalKey: index === 0 ? terminalKey : `${index}${terminalKey.slice(String(index).length)}`,
        password,
        shopName: merchantName,
      }
      return {
        provider: tbank({
          account,
          terminalKey: terminal.terminalKey,
          password,
          apiUrl: `${sandboxUrl}/tbank/v2`,
          methods: rails.map(({ method }) => method as TbankMethod),
          split: rails.some(({ split }) => split),
        }),
        account: { tbank: terminal },
      }
    },
  ],
  [
    'yookassa',
    ({ account, rails }, { sandbox, sandboxUrl, index, merchantName, notificationUrl }) => {
      const { shopId, secretKey } = sandbox.sandboxAccounts.yookassa
      const shop = { shopId: `${Number(shopId) + index}`, secretKey, shopName: merchantName, notificationUrl }
      return {
        provider: yookassa({
          account,
          shopId: shop.shopId,
          secretKey,
          apiUrl: `${sandboxUrl}/yookassa/v3`,
          methods: rails.map(({ method }) => method as YookassaMethod),
          split: rails.some(({ split }) => split),
        }),
        account: { yookassa: shop },
      }
    },
  ],
])

/**
 * Gives each account of a configuration its part, or the reason why it has none.
 *
 * @throws DrillError if no account has one.
 */
export function castProviders(
  providers: readonly Provider[],
  {
    sandbox,
    sandboxUrl,
    merchantName,
    notificationUrl,
  }: Omit<Place, 'index' | 'notificationUrl'> & { readonly notificationUrl: (account: string) => string },
): Cast {
  const parts: Part[] = []
  const rehearsed: Cast['rehearsed'][number][] = []
  const notRehearsed: Cast['notRehearsed'][number][] = []
  const seen = new Map<string, number>()
  for (const provider of providers) {
    const { id, account, rails } = provider
    const told = { account, provider: id, methods: rails.map(({ method }) => method) }
    const index = seen.get(id) ?? 0
    const toPart = PARTS.get(id)
    if (toPart === undefined) {
      notRehearsed.push({ ...told, why: `there is no double of ${JSON.stringify(id)}` })
      continue
    }
    try {
      const part = toPart(provider, {
        sandbox,
        sandboxUrl,
        index,
        merchantName,
        notificationUrl: notificationUrl(account),
      })
      parts.push({ ...part, provider: { ...part.provider, rails } })
      rehearsed.push(told)
      seen.set(id, index + 1)
    } catch (error) {
      notRehearsed.push({ ...told, why: error instanceof Error ? error.message : String(error) })
    }
  }
  if (parts.length === 0)
    throw new DrillError(
      `there is nothing to rehearse: ${notRehearsed.map(({ account, why }) => `${account}: ${why}`).join('; ')}`,
    )
  const accountsOf = <Id extends keyof Accounts>(id: Id): NonNullable<Accounts[Id]>[] =>
    parts.flatMap(({ account }) => account[id] ?? [])
  return {
    providers: parts.map(({ provider }) => provider),
    accounts: { antom: accountsOf('antom'), tbank: accountsOf('tbank'), yookassa: accountsOf('yookassa') },
    rehearsed,
    notRehearsed,
  }
}
