import { describe, expect, it } from 'vitest'
import { ControlError, type KnownAccounts, parseCommand, readCommandBody } from './command.ts'

const known: KnownAccounts = {
  doubles: ['antom', 'yookassa'],
  hasAccount: (double, id) => double === 'yookassa' && id === '54401',
}

function refusal(body: unknown): ControlError {
  try {
    parseCommand(body, known)
  } catch (error) {
    if (error instanceof ControlError) return error
    throw error
  }
  throw new Error('it was taken')
}

describe('takes', () => {
  it.each([
    [{ scenario: { name: 'slow', delayMs: 10 } }, { scenario: { name: 'slow', delayMs: 10 } }],
    [
      {
        scenario: {
          name: 'declined',
          double: 'antom',
          operation: 'pay',
          reference: 'pay_1',
          times: 2,
          reason: 'insufficient_funds',
        },
      },
      {
        scenario: {
          name: 'declined',
          double: 'antom',
          operation: 'pay',
          reference: 'pay_1',
          times: 2,
          reason: 'insufficient_funds',
        },
      },
    ],
    [
      { scenario: { name: 'departure-2022-03', from: '2022-03-09T12:00:00+03:00' } },
      { scenario: { name: 'departure-2022-03', from: '2022-03-09T12:00:00+03:00' } },
    ],
    [{ clear: true }, { clear: 'all' }],
    [{ clear: 'down' }, { clear: 'down' }],
    [{ advanceSeconds: 60 }, { advanceSeconds: 60 }],
    [{ reset: true }, { reset: true }],
    [
      { account: { double: 'yookassa', id: '54401', notificationUrl: 'http://a.example/n' } },
      { account: { double: 'yookassa', id: '54401', notificationUrl: 'http://a.example/n' } },
    ],
    [
      { account: { double: 'yookassa', id: '54401', notificationUrl: null } },
      { account: { double: 'yookassa', id: '54401', notificationUrl: null } },
    ],
  ])('%j', (body, command) => {
    expect(parseCommand(body, known)).toMatchObject(command)
  })
})

describe('refuses', () => {
  it.each<[unknown, ControlError['code'], string]>([
    [{}, 'missing_field', ''],
    [[], 'invalid_value', ''],
    ['down', 'invalid_value', ''],
    [{ scenarios: {} }, 'unknown_field', 'scenarios'],
    [{ scenario: 'down' }, 'invalid_value', 'scenario'],
    [{ scenario: {} }, 'missing_field', 'scenario.name'],
    [{ scenario: { name: 'broken' } }, 'invalid_value', 'scenario.name'],
    [{ scenario: { name: 'down', doubel: 'antom' } }, 'unknown_field', 'scenario.doubel'],
    [{ scenario: { name: 'down', double: 'paypal' } }, 'invalid_value', 'scenario.double'],
    [{ scenario: { name: 'down', operation: 'fly' } }, 'invalid_value', 'scenario.operation'],
    [{ scenario: { name: 'down', reference: '' } }, 'invalid_value', 'scenario.reference'],
    [{ scenario: { name: 'down', times: 0 } }, 'invalid_value', 'scenario.times'],
    [{ scenario: { name: 'down', times: 1.5 } }, 'invalid_value', 'scenario.times'],
    [{ scenario: { name: 'slow', delayMs: '5' } }, 'invalid_value', 'scenario.delayMs'],
    [{ scenario: { name: 'declined', reason: 'mood' } }, 'invalid_value', 'scenario.reason'],
    [{ scenario: { name: 'departure-2022-03', from: '2022-03-09' } }, 'invalid_value', 'scenario.from'],
    [{ scenario: { name: 'departure-2022-03', from: 1 } }, 'invalid_value', 'scenario.from'],
    [{ scenario: { name: 'slow', since: '2022-03-09T12:00:00Z' } }, 'unknown_field', 'scenario.since'],
    [{ clear: false }, 'invalid_value', 'clear'],
    [{ clear: 'broken' }, 'invalid_value', 'clear'],
    [{ reset: 'yes' }, 'invalid_value', 'reset'],
    [{ advanceSeconds: -1 }, 'invalid_value', 'advanceSeconds'],
    [{ advanceSeconds: 1e12 }, 'invalid_value', 'advanceSeconds'],
    [{ account: { double: 'antom', id: '54401', notificationUrl: null } }, 'invalid_value', 'account.id'],
    [{ account: { double: 'yookassa', id: '54401' } }, 'missing_field', 'account.notificationUrl'],
    [
      { account: { double: 'yookassa', id: '54401', notificationUrl: 'ftp://a' } },
      'invalid_value',
      'account.notificationUrl',
    ],
  ])('%j', (body, code, path) => {
    const error = refusal(body)
    expect([error.code, error.path]).toEqual([code, path])
    expect(error.remedy).not.toBe('')
  })

  it('a body that is not JSON', () => {
    expect(() => readCommandBody('{', 'application/json')).toThrow(ControlError)
  })
})

it('reads JSON that curl calls a form', () => {
  const body = readCommandBody(' {"reset":true}', 'application/x-www-form-urlencoded')
  expect(body).toEqual({ reset: true })
})

it('reads the forms of the panel', () => {
  const form = 'scenario.name=slow&scenario.double=&scenario.times=2&scenario.delayMs=5&scenario.reference='
  expect(readCommandBody(form, 'application/x-www-form-urlencoded')).toEqual({
    scenario: { name: 'slow', times: 2, delayMs: 5 },
  })
  const account = 'account.double=yookassa&account.id=54401&account.notificationUrl='
  expect(readCommandBody(account, 'application/x-www-form-urlencoded;charset=UTF-8')).toEqual({
    account: { double: 'yookassa', id: '54401', notificationUrl: null },
  })
  expect(readCommandBody('reset=true', 'application/x-www-form-urlencoded')).toEqual({ reset: true })
  expect(readCommandBody('advanceSeconds=60', 'application/x-www-form-urlencoded')).toEqual({
    advanceSeconds: 60,
  })
})
