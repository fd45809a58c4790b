/** Deliveries that were given up may be taken up again when their endpoint answers: from `revive_at` on. */
export const reviveDeliveries: readonly string[] = [
  `alter table teabrick.delivery
    add column revive_at timestamptz(3),
    add constraint delivery_revive check (revive_at is null or state = 'exhausted')`,
  `create index delivery_given_up on teabrick.delivery (merchant_id, endpoint, revive_at)
    where revive_at is not null`,
]
