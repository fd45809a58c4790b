/** What instances tell each other of how providers answer. A small table, the same on every machine of a cluster. */
export const healthReports: readonly string[] = [
  `create table teabrick.health_report (
    merchant_id text not null,
    name text not null,
    instance text not null,
    since timestamptz(3) not null,
    until timestamptz(3) not null,
    primary key (merchant_id, name, instance)
  )`,
]
