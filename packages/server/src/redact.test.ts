import { describe, expect, it } from 'vitest'
import { createLogger, createRedactingLogger } from './log.ts'
import { redactFields, redactText } from './redact.ts'

const CANARIES = [
  '4111111111111111',
  '4111 1111 1111 1111',
  '+79990000000',
  '79990000000',
  'canary@example.test',
  'whsec_CANARYabc+/=',
  'sk_CANARY',
  'ct_WTB0aTE5VmFhb1h0Wmk1WlAyQWhZZQBr',
  'lt_WTB0aTE5VmFhb1h0Wmk1WlAyQWhZZQBr',
  'st_WTB0aTE5VmFhb1h0Wmk1WlAyQWhZZQBr',
  'Basic dXNlcjpDQU5BUlk=',
  'Bearer abc.def.ghi',
  'secret=CANARY',
  '"password": "CANARY"',
]

describe('redactText', () => {
  it.each(CANARIES)('takes out %s', (canary) => {
    const secret = canary.replace(/^(secret=|"password": "|Basic |Bearer |[a-z]+_)/, '').replace(/"$/, '')
    expect(redactText(`before ${canary} after`)).not.toContain(secret)
    expect(redactText(`before ${canary} after`)).toMatch(/^before .* after$/)
  })

  it.each([
    'pay_Y0ti19VaaoXtZi5ZP2AhYe_1',
    'cs_Y0ti19VaaoXtZi5ZP2AhYe',
    'evt_Y0ti19VaaoXtZi5ZP2AhYe_12',
    'req_yksPun6AvSYAUJzuGAouaw',
    '2026-11-22T09:00:00.000Z',
    'amount 123456 RUB',
    'antom:alipay',
  ])('leaves %s', (text) => {
    expect(redactText(text)).toBe(text)
  })
})

describe('redactFields', () => {
  it('looks into objects, arrays and errors, and hides members by name', () => {
    const error = new Error('secret=CANARY', { cause: new Error('sk_CANARY') })
    const redacted = JSON.stringify(
      redactFields({
        error,
        request: { headers: { authorization: 'CANARY' }, body: ['canary@example.test'] },
        contact: { name: 'CANARY' },
        bytes: new TextEncoder().encode('CANARY'),
        status: 500,
      }),
    )
    expect(redacted).not.toMatch(/canary/i)
    expect(redacted).toContain('"status":500')
  })

  it('ends in cycles', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(JSON.stringify(redactFields(cycle))).toContain('[deeper]')
  })
})

describe('the logger', () => {
  it('writes one escaped line for hostile text (LS-02)', () => {
    const lines: string[] = []
    const logger = createRedactingLogger(createLogger({ write: (line) => void lines.push(line) }))
    logger.info({ note: '\n{"level":"info","msg":"paid"}\u001b[2J' }, 'a\r\nb')
    expect(lines).toHaveLength(1)
    expect([...(lines[0]?.trimEnd() ?? '')].every((character) => character >= ' ')).toBe(true)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'a\r\nb' })
  })
})
