import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundle, gzipped, PEERS } from './peers.ts'

/** What is weighed of each peer, and what a buyer can do with it. */
const ENTRIES: readonly (readonly [what: string, code: string])[] = [
  [
    '@google-pay/button-element: the button (pay.js comes from Google besides)',
    "import '@google-pay/button-element'",
  ],
  [
    '@adyen/adyen-web: one redirect method, the lightest',
    "import { AdyenCheckout, Redirect } from '@adyen/adyen-web'; globalThis.x = [AdyenCheckout, Redirect]",
  ],
  [
    '@adyen/adyen-web: one QR method (WeChat Pay)',
    "import { AdyenCheckout, WeChat } from '@adyen/adyen-web'; globalThis.x = [AdyenCheckout, WeChat]",
  ],
  [
    '@adyen/adyen-web: Drop-in with cards, with its CSS',
    "import { AdyenCheckout, Dropin, Card } from '@adyen/adyen-web'; import '@adyen/adyen-web/styles/adyen.css'; globalThis.x = [AdyenCheckout, Dropin, Card]",
  ],
  [
    '@primer-io/primer-js: everything inside',
    "import { loadPrimer } from '@primer-io/primer-js'; globalThis.x = loadPrimer",
  ],
  [
    '@alipay/ams-checkout: AMSCashierPayment',
    "import { AMSCashierPayment } from '@alipay/ams-checkout'; globalThis.x = AMSCashierPayment",
  ],
]

export interface Weight {
  readonly what: string
  readonly bytes: number
}

/** gzip -9, in bytes, by one function for all. */
export async function weighAll(folder: string): Promise<readonly Weight[]> {
  const rows: Weight[] = [...weighOurs()]
  for (const [what, code] of ENTRIES) {
    const { js, css } = await bundle(code, folder)
    const name = Object.keys(PEERS).find((each) => what.startsWith(each)) ?? ''
    rows.push({
      what: what.replace(name, `${name} ${PEERS[name]}`),
      bytes: gzipped(js) + (css ? gzipped(css) : 0),
    })
  }
  return rows
}

function weighOurs(): readonly Weight[] {
  const dist = fileURLToPath(new URL('../packages/web-component/dist/', import.meta.url))
  const weigh = (name: string) => gzipped(readFileSync(dist + name))
  const chunks = readdirSync(`${dist}chunks`)
  const sum = (...stems: string[]) =>
    stems.reduce(
      (all, stem) =>
        all +
        chunks
          .filter((name) => name.startsWith(`${stem}-`))
          .reduce((part, name) => part + weigh(`chunks/${name}`), 0),
      weigh('pay-button.js'),
    )
  return [
    { what: 'pay-button: clickable', bytes: sum() },
    {
      what: 'pay-button: an Alipay purchase by QR, in Russian, all files',
      bytes: sum('flow', 'part', 'qrCode', 'ru'),
    },
    {
      what: 'pay-button: everything it can ever load, three languages',
      bytes: weigh('pay-button.classic.js'),
    },
  ]
}
