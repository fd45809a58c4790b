import { isJsonObject, type JsonObject } from '../json.ts'
import { type TbankCode, TbankRefusal } from './refusal.ts'

/** Fields whose length has a code of its own. */
const SIZE_CODES: ReadonlyMap<string, TbankCode> = new Map([
  ['TerminalKey', '210'],
  ['OrderId', '212'],
  ['Description', '213'],
  ['CustomerKey', '216'],
  ['Email', '226'],
  ['Phone', '227'],
])

/** Numbers count as texts, as they do for T-Bank. */
export function optionalText(body: JsonObject, name: string, max: number): string | undefined {
  const value = body[name]
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new TbankRefusal('1', `Параметр ${name} должен быть строкой`)
  }
  const text = String(value)
  if ([...text].length > max)
    throw new TbankRefusal(SIZE_CODES.get(name) ?? '1', `Параметр ${name} длиннее ${max} символов`)
  return text
}

export function requiredText(body: JsonObject, name: string, max: number): string {
  const text = optionalText(body, name, max)
  if (text === undefined) throw new TbankRefusal('2', `Не передан параметр ${name}`)
  return text
}

export function optionalChoice<T extends string>(
  body: JsonObject,
  name: string,
  values: readonly T[],
): T | undefined {
  const text = optionalText(body, name, 64)
  if (text === undefined) return undefined
  const value = values.find((one) => one === text)
  if (value === undefined) throw new TbankRefusal('1', `Параметр ${name}: одно из ${values.join(', ')}`)
  return value
}

export function optionalFlag(body: JsonObject, name: string): boolean {
  const value = body[name] ?? false
  if (typeof value !== 'boolean') throw new TbankRefusal('1', `Параметр ${name} должен быть true или false`)
  return value
}

/** A link the buyer or a notification is sent to. */
export function optionalUrl(body: JsonObject, name: string): string | undefined {
  const url = optionalText(body, name, 2048)
  if (url !== undefined && !(URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) {
    throw new TbankRefusal('1', `Параметр ${name} должен быть адресом http или https`)
  }
  return url
}

/** Whole kopecks. */
export function optionalKopecks(body: JsonObject, name: string): number | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  const kopecks = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof kopecks !== 'number' || !Number.isSafeInteger(kopecks) || kopecks < 1) {
    throw new TbankRefusal('251', `Параметр ${name}: целое число копеек больше нуля`)
  }
  return kopecks
}

/** At most 20 pairs, names of 20 and values of 100 characters. */
export function checkData(body: JsonObject): void {
  const data = body['DATA']
  if (data === undefined || data === null) return
  if (!isJsonObject(data)) throw new TbankRefusal('250', 'Параметр DATA должен быть объектом')
  const pairs = Object.entries(data)
  if (pairs.length > 20) throw new TbankRefusal('207', 'В DATA больше 20 пар')
  for (const [name, value] of pairs) {
    if (name.length > 20) throw new TbankRefusal('208', `DATA: имя ${name} длиннее 20 символов`)
    if (String(value).length > 100) throw new TbankRefusal('209', `DATA: ${name} длиннее 100 символов`)
  }
}

/** Sellers' shares, which make up the whole sum. */
export function checkShops(body: JsonObject, total: number): void {
  const shops = body['Shops']
  if (shops === undefined || shops === null) return
  if (!Array.isArray(shops)) throw new TbankRefusal('1', 'Параметр Shops должен быть массивом')
  let sum = 0
  for (const shop of shops as unknown[]) {
    if (!isJsonObject(shop)) throw new TbankRefusal('1', 'Shops: ожидается объект')
    requiredText(shop, 'ShopCode', 64)
    optionalText(shop, 'Name', 128)
    const { Amount: amount, Fee: fee = 0 } = shop
    if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount < 1)
      throw new TbankRefusal('333')
    if (!/^\d{1,12}$/.test(String(fee))) throw new TbankRefusal('332')
    sum += amount
  }
  if (sum !== total) throw new TbankRefusal('1', 'Сумма Shops не равна сумме операции')
}

const TAXATION = ['osn', 'usn_income', 'usn_income_outcome', 'envd', 'esn', 'patent']
const TAX = 'none vat0 vat5 vat7 vat10 vat20 vat22 vat105 vat107 vat110 vat120 vat122'.split(' ')
const PAYMENT_METHOD =
  'full_prepayment prepayment advance full_payment partial_payment credit credit_payment'.split(' ')

/** The receipt's own form, and that its items add up to the sum. */
export function checkReceipt(body: JsonObject, total?: number | undefined): void {
  const receipt = body['Receipt']
  if (receipt === undefined || receipt === null) return
  if (!isJsonObject(receipt)) throw new TbankRefusal('309')
  const version = optionalChoice(receipt, 'FfdVersion', ['1.05', '1.2'])
  const email = optionalText(receipt, 'Email', 64)
  const phone = optionalText(receipt, 'Phone', 64)
  if (email === undefined && phone === undefined) {
    throw new TbankRefusal('329')
  }
  if (optionalChoice(receipt, 'Taxation', TAXATION) === undefined) {
    throw new TbankRefusal('2', 'Receipt: не передан Taxation')
  }
  const items = receipt['Items']
  if (!Array.isArray(items) || items.length === 0 || items.length > 100) {
    throw new TbankRefusal('1', 'Receipt: от 1 до 100 позиций')
  }
  let sum = 0
  for (const item of items as unknown[]) {
    if (!isJsonObject(item)) throw new TbankRefusal('1', 'Receipt: позиция должна быть объектом')
    requiredText(item, 'Name', 128)
    const [price, quantity, amount] = ['Price', 'Quantity', 'Amount'].map((name) => toNumber(item[name]))
    if (!isCount(price) || !isCount(amount) || quantity === undefined || quantity <= 0) {
      throw new TbankRefusal('1', 'Receipt: Price, Quantity и Amount позиции')
    }
    if (optionalChoice(item, 'Tax', TAX) === undefined) throw new TbankRefusal('2', 'Receipt: не передан Tax')
    const method = optionalChoice(item, 'PaymentMethod', PAYMENT_METHOD)
    const subject = optionalText(item, 'PaymentObject', 64)
    const unit = optionalText(item, 'MeasurementUnit', 64)
    if (version === '1.2' && (method === undefined || subject === undefined || unit === undefined)) {
      throw new TbankRefusal('2', 'Receipt 1.2: PaymentMethod, PaymentObject и MeasurementUnit')
    }
    sum += amount
  }
  if (total !== undefined && sum !== total) throw new TbankRefusal('308')
}

/** Numbers, and texts that are numbers: published clients send both. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\d{1,15}(\.\d{1,6})?$/.test(value) ? Number(value) : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
