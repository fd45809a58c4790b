import { oneOf, requiredAmount, requiredText } from './fields.ts'
import { listMethods, takesCurrency } from './method.ts'
import { SUCCESS } from './result.ts'
import type { AntomCall } from './store.ts'

/** Which methods a buyer could pay this amount with. */
export function consult({ body }: AntomCall): object {
  oneOf(body, 'productCode', ['CASHIER_PAYMENT'])
  const { currency } = requiredAmount(body, 'paymentAmount')
  requiredText(body, 'env.terminalType', 16)
  return {
    result: SUCCESS,
    paymentOptions: listMethods().map((method) => {
      const enabled = takesCurrency(method, currency)
      return {
        paymentMethodType: method.type,
        paymentMethodCategory: method.category,
        paymentMethodRegion: method.regions,
        enabled,
        ...(enabled ? {} : { disableReason: 'CURRENCY_NOT_SUPPORT' }),
        supportedCurrencies: method.currencies.length === 0 ? [currency] : method.currencies,
        amountLimitInfoMap: Object.fromEntries(
          method.currencies.map((code) => [
            code,
            {
              singleLimit: {
                minAmount: { currency: code, value: String(method.minMinorUnits) },
                maxAmount: { currency: code, value: String(method.maxMinorUnits) },
              },
            },
          ]),
        ),
        interactionType: 'REDIRECT',
      }
    }),
  }
}
