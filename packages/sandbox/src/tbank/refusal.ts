// https://developer.tbank.ru/eacq/intro/errors/error-codes. 6, 205, 251 and 255 are from memory: no page that was read prints
// them, and neither does one say which code an unknown payment or order gets.
const MESSAGES = {
  '1': 'Параметры не сопоставлены',
  '2': 'Отсутствуют обязательные параметры',
  '3': 'Внутренняя ошибка системы интернет-эквайринга',
  '4': 'Не получится изменить статус платежа',
  '6': 'Неверный статус карты',
  '7': 'Неверный статус покупателя',
  '8': 'Неверный статус транзакции',
  '12': 'Неверный параметр RedirectDueDate',
  '20': 'Ошибка повторного идентификатора заказа',
  '76': 'Операция по иностранной карте недоступна',
  '99': 'Попробуйте повторить попытку позже',
  '101': 'Не пройдена идентификация 3DS',
  '204': 'Неверный токен. Проверьте пару TerminalKey/SecretKey',
  '205': 'Указанный терминал не найден',
  '251': 'Неверная сумма',
  '255': 'Запрашиваемые данные не найдены',
  '308': 'Сумма всех позиций в чеке должна равняться сумме всех видов оплаты',
  '309': 'Поле Receipt не должно быть пустым',
  '332': 'Поле Fee в объекте Shops должно быть больше или равно 0',
  '333': 'Поле Amount в объекте Shops должно быть больше или равно 1',
  '1034': 'Операция отклонена: подозрение на мошенничество',
  '1061': 'Превышен лимит операций по карте',
  '1051': 'Недостаточно средств на карте',
  '3001': 'Способ оплаты СБП недоступен для этой операции',
  '3016': 'Сумма СБП вне допустимого диапазона',
} as const

export type TbankCode = keyof typeof MESSAGES

export function messageOf(code: TbankCode): string {
  return MESSAGES[code]
}

/** An answer with `Success: false`. The HTTP status is 200. */
export class TbankRefusal extends Error {
  readonly code: TbankCode
  readonly details: string

  constructor(code: TbankCode, details = 'None') {
    super(MESSAGES[code])
    this.code = code
    this.details = details
  }
}

export function refusalBody(
  { code, message, details }: TbankRefusal,
  terminalKey: string | undefined,
): object {
  return {
    ...(terminalKey === undefined ? {} : { TerminalKey: terminalKey }),
    Success: false,
    ErrorCode: code,
    Message: message,
    Details: details,
  }
}
