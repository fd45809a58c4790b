// The table of codes of the OpenAPI document 1.80 (September 2025), also https://developer.tbank.ru/eacq/intro/errors/error-codes.
// Which of them a case gets is printed for few: 8, 12, 20, 204, 255, 3001 and 3016 are; the others are those whose words fit.
const MESSAGES = {
  '1': 'Параметры не сопоставлены',
  '2': 'Отсутствуют обязательные параметры',
  '3': 'Внутренняя ошибка системы интернет-эквайринга',
  '4': 'Не получится изменить статус платежа',
  '8': 'Неверный статус транзакции',
  '12': 'Неверный параметр RedirectDueDate',
  '20': 'Ошибка повторного идентификатора заказа',
  '76': 'Операция по иностранной карте недоступна',
  '99': 'Попробуйте повторить попытку позже',
  '101': 'Не пройдена идентификация 3DS',
  '104': 'Ошибка выполнения рекуррента',
  '204': 'Неверный токен. Проверьте пару TerminalKey/SecretKey',
  '205': 'Неверный токен. Проверьте пару TerminalKey/SecretKey',
  '207': 'Параметр DATA превышает максимально допустимый размер',
  '208': 'Наименование ключа из параметра DATA превышает максимально допустимый размер',
  '209': 'Значение ключа из параметра DATA превышает максимально допустимый размер',
  '210': 'Размер поля TerminalKey должен быть от 1 до 20',
  '212': 'Размер поля OrderId должен быть от 1 до 36',
  '213': 'Размер поля Description должен быть от 0 до 140',
  '216': 'Размер поля CustomerKey должен быть от 0 до 36',
  '226': 'Размер поля email должен быть от 0 до 64',
  '227': 'Размер поля Phone должен быть от 0 до 64',
  '231': 'Не найден идентификатор карты',
  '250': 'Параметр DATA не сопоставлен',
  '251': 'Неверная сумма. Сумма должна быть больше или равна 100 копеек',
  '255': 'Платеж не найден',
  '308': 'Сумма всех позиций в чеке должна равняться сумме всех видов оплаты',
  '309': 'Поле Receipt не должно быть пустым',
  '329': 'email или Phone обязательны при передаче чека',
  '330': 'Сумма в запросе больше чем в оригинальной транзакции',
  '332': 'Поле Fee в объекте Shops должно быть больше или равно 0',
  '333': 'Поле Amount в объекте Shops должно быть больше или равно 1',
  '335': 'OrderId не найден для TerminalKey',
  '503': 'CustomerKey не найден',
  '1034': 'Попробуйте повторить попытку позже',
  '1051': 'Недостаточно средств на карте.',
  '1061': 'Покупатель превысил лимит платежей по своей карте',
  '3001': 'Оплата через СБП недоступна',
  '3016': 'Невозможно создать QR',
  '3044': 'Передан неверный bankid',
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
