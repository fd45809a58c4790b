import type { DrillEvent, DrillReport, DrillRound, DrillTry } from './drill-report.ts'

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const COLUMN = 17
const INDENT = ' '.repeat(COLUMN)

const RESULTS: Readonly<Record<DrillTry['result'], string>> = {
  paid: 'paid',
  failed: 'declined',
  refused: 'no longer offered',
  unreachable: 'the page does not open',
  app_missing: 'the link opens nothing',
}

const PRECISION: Readonly<Record<DrillEvent['precision'], string>> = {
  minute: '',
  day: '',
  month: '; the source names the month, the day was chosen',
  year: '; the source names the years, the day was chosen',
}

/** A report for people, in plain text. Days on which the same happened are one line. */
export function formatDrill(report: DrillReport, threshold: number): string {
  const { scenario, merchant, seed, rehearsed, notRehearsed, buyers, score, ledger } = report
  const lines = [
    `Departure drill ${scenario}: ${merchant} (seed ${seed})`,
    '',
    ...rehearsed.map(
      ({ account, provider, methods }) =>
        `${'Rehearsed'.padEnd(COLUMN)}${accountName(account, provider)}: ${methods.join(', ')}`,
    ),
    ...notRehearsed.map(
      ({ account, provider, methods, why }) =>
        `${'Not rehearsed'.padEnd(COLUMN)}${accountName(account, provider)}: ${methods.join(', ')}; ${why}`,
    ),
    ...buyers.map(
      ({ weight, name }, index) =>
        `${(index === 0 ? 'Buyers' : '').padEnd(COLUMN)}${String(weight).padStart(2)}  ${name.en}`,
    ),
    '',
    ...groupRounds(report.rounds).flatMap((group) => formatGroup(group, report)),
    '',
    `${'Orders'.padEnd(COLUMN)}${ledger.orders}: ${ledger.paid} paid (${ledger.kept} of them by a second method), ${ledger.lost} lost`,
    `${'Books'.padEnd(COLUMN)}charged twice ${ledger.chargedTwice}, differences from the providers ${ledger.differences}, webhooks missing or repeated ${ledger.fulfilmentFaults}`,
    `${'Score'.padEnd(COLUMN)}${score.value} of 100, threshold ${threshold}: ${score.value >= threshold ? 'passed' : 'NOT PASSED'}`,
    `${INDENT}paid ${score.paid} %, lost ${score.lost} %, not served ${score.notServed} %`,
    ...score.formula
      .split(/(?<=\.) /)
      .map((sentence, index) => `${(index === 0 ? 'Formula' : '').padEnd(COLUMN)}${sentence}`),
  ]
  return `${lines.join('\n')}\n`
}

/** Rounds in a row in which the same was offered and the same came of it; an event always begins another group. */
export function groupRounds(
  rounds: readonly DrillRound[],
): readonly (readonly [DrillRound, ...DrillRound[]])[] {
  const groups: [DrillRound, ...DrillRound[]][] = []
  for (const round of rounds) {
    const last = groups.at(-1)
    if (last !== undefined && round.events.length === 0 && outcomeOf(last[0]) === outcomeOf(round))
      last.push(round)
    else groups.push([round])
  }
  return groups
}

const outcomeOf = ({ kind, offered, unavailable, purchases }: DrillRound): string =>
  JSON.stringify([kind, offered, unavailable, purchases])

function formatGroup(group: readonly [DrillRound, ...DrillRound[]], report: DrillReport): string[] {
  const [first] = group
  const events = report.events.filter(({ id }) => first.events.includes(id))
  const count = first.purchases.length
  const paid = first.purchases.filter(({ outcome }) => outcome === 'paid').length
  const gone = first.offeredBefore?.filter((method) => !first.offered.includes(method)) ?? []
  return [
    ...events.flatMap((event) => formatEvent(event)),
    `${formatSpan(group).padEnd(COLUMN)}${String(first.reach).padStart(3)} %  ${paid} of ${count} paid; offered ${first.offered.join(', ') || 'nothing'}`,
    ...(gone.length > 0 ? [`${INDENT}gone on the minute: ${gone.join(', ')}`] : []),
    ...(first.unavailable.length > 0
      ? [
          `${INDENT}not offered: ${first.unavailable.map(({ method, reason }) => `${method} (${reason})`).join(', ')}`,
        ]
      : []),
    ...first.purchases
      .filter(({ outcome, kept }) => outcome !== 'paid' || kept)
      .map(({ buyer, outcome, tries }) => {
        const steps = tries.map(
          ({ method, result, reason }) =>
            `${method} ${RESULTS[result]}${reason === null ? '' : ` (${reason})`}`,
        )
        const end = outcome === 'paid' ? 'order kept' : outcome === 'lost' ? 'ORDER LOST' : 'nothing for him'
        return `${INDENT}${[`${buyer}: ${end}`, ...steps].join('; ')}`
      }),
  ]
}

function formatEvent({ at, precision, title, source, touches }: DrillEvent): string[] {
  const when = `${dayOf(at)}${precision === 'minute' ? ` ${at.slice(11, 16)}` : ''}`
  return [
    '',
    `${when.padEnd(COLUMN)}${title.en}`,
    `${INDENT}touches ${touches.join(', ') || 'nothing of yours'} [${source}${PRECISION[precision]}]`,
  ]
}

function formatSpan(group: readonly [DrillRound, ...DrillRound[]]): string {
  const [first] = group
  const last = group.at(-1) ?? first
  if (first.kind === 'minute') return `${dayOf(first.at)} ${first.at.slice(11, 16)}`
  return first === last ? dayOf(first.at) : `${dayOf(first.at)} – ${dayOf(last.at)}`
}

/** `10 Mar` */
const dayOf = (at: string): string => `${Number(at.slice(8, 10))} ${MONTHS[Number(at.slice(5, 7)) - 1]}`

const accountName = (account: string, provider: string): string =>
  account === provider ? account : `${account} (${provider})`
