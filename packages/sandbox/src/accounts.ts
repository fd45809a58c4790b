// RSA-2048, made once with node:crypto for this file. They open nothing: the only service that knows them is this sandbox.
const merchantPrivateKey = [
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC9j3fW9M4wC3s7lVgAS9BzH/tzn4jFa4LE3KRKNOzeHK1o',
  'lImPSqNXuwFL48eoksnmlUfIf81JwuiNSCHpRN3A3LKGw2PJpZ3sBArUZ6ry/ox/I7ztZ41OKEp5d+tFu57UZDaExfbjIHfh',
  'NbCbukZRkOqXbOtjbyjmJdehLKArPY9Qa2hh2kEptSH6mOcMR8quluqT2apFGxYhwg0zoTwerLXeWicmk2Ifs0CYVbNnZPG7',
  'a0mSCmVZletUj37jp/tWxL7K4M9Vsx0irH8QSkyYFDOFy1nVQpGygk6MRs0Fzc8TAr8n9y/zteYS2ezlWJojDbO7GCKmU3wA',
  'j0wq0xe7AgMBAAECggEAH0ktBcjMuQhEFA7vgckBg+a86RXlDHRUlmo2IVs/1t7TzgVp+MDgWavvKFfVTaDAevKbcN+LAcgN',
  '+rdzhV0M3nZubqiT8SWI/XmjUfA0OjvB83/yABrNqx8iP48HwTAYpERP7TUBLPZgYsaqOeGSFoc8+LYM2ZHwpZ+MSbkkTE5o',
  'r+542HTr4BpzTESbTm5mB97zqecdSvCaxcVX1gaRPwMcBm3FGIiRUHdxyN9VcvG7x2kS8vAexpZox2G/w9zs6uXx8SFilRtJ',
  'Ui2jGJa1l3ViXr6f0LequfmFB6LiAmfB2FWJ6N7eHVfAY2CNc0SQ3QNnPE0PEhfopWe+IW52GQKBgQD/yVP8UjVvR5qtBfli',
  'LwMqixeUOhQ7NoOhFwd1msGALi+dj4+YHr3wje1COGdTTuK4GyTxYBee86/xMjs8JPFY3qAlFeiiAC20xclQCDCokgUJ6I+5',
  'g8fGs/yTkgQF7xfs4PolsaCcxtULaK3MTjqBqiL8a6ydDzQrTc2Qm1Oj2QKBgQC9t/wgewFdKoe4bTMesM3BlhugB/s/yqgI',
  'AiuaKAeGUZaSeo6w6lQLgJizKeIt0b0Inne67IqoChx5ipuRS37L2CdTcrFMsZpR1QlmercAgCkhQanPH+WF58Kdctlb50Y/',
  '6rDGd965CdRyZ/nEUJaAScPJ9Ja951UF5sHKfZpfswKBgA/bjHBlLFjkyIsXhrl2jqyxiNmwrBZrr8dp5RV+baajtmH/R3i3',
  '1zC1q9LiKk2440dkr2qjeXNqSisa4R8+bxQCYU1LSWvZtPuzE2L5zwJ0YwmVOGvY5qbD+9GuSL+RbhtKa1ew5nMxxH17lOLI',
  'qsnlIVwi1MW77pEMtsTTTGEpAoGAJM+KEBNN1HHoG5S0koPjqGgjvA1QZrQ/ni4tn5+cticmfA1jmlgdLo4pErpRtGo5r25v',
  '9Mjormon1D1cqfhoBc1O9BYQ6LydILuhM00kLOixEk7XT+T0d+LcFAiwu/BH5Sb4XcnsYSLTIc+i2sB4MzQc1RasGPTFvntj',
  'ppJwXZkCgYEA+/9gF5HgOCX/spr4cbOqPbxSJtWkMtWzFiQ/nMvJbL84I7p/UhCYNhR2VRYHmpeHy+S2nGwmEhRcDk1E4U1y',
  'XM4KCcwWdT7+7v7C6/TBhTnA6bRz5OGsrYSOISqFrk77oBTueXcce6cCHAQTSWHACO2Zj8h36rUd8+CMbDbE9hQ=',
].join('')

const merchantPublicKey = [
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvY931vTOMAt7O5VYAEvQcx/7c5+IxWuCxNykSjTs3hytaJSJj0qj',
  'V7sBS+PHqJLJ5pVHyH/NScLojUgh6UTdwNyyhsNjyaWd7AQK1Geq8v6MfyO87WeNTihKeXfrRbue1GQ2hMX24yB34TWwm7pG',
  'UZDql2zrY28o5iXXoSygKz2PUGtoYdpBKbUh+pjnDEfKrpbqk9mqRRsWIcINM6E8Hqy13lonJpNiH7NAmFWzZ2Txu2tJkgpl',
  'WZXrVI9+46f7VsS+yuDPVbMdIqx/EEpMmBQzhctZ1UKRsoJOjEbNBc3PEwK/J/cv87XmEtns5ViaIw2zuxgiplN8AI9MKtMX',
  'uwIDAQAB',
].join('')

const antomPrivateKey = [
  'MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCV0Yw9qFRp2Qec5+5wpmx8Lds79Vw4dczRN20kVnx+qNnS',
  'aPF2cEjfePnx6bBqMJMCHtH0MzoTaDgaV22OQjsfEiHOxJB03aQH0IcXZ/zWQ3WTBlnupEG7ckFqISVfkHWSAm1ayoKtBlvW',
  'M2/O2w3UXPv94yjkM1FOWaAiT+YJwlZfKAuqMSSr2H8zJjGsObnw68YKgD87Nl35zf5pSvTq6bHOdFZrRzLWgSM/aHC/Nuuh',
  'W7I0zXIuH93Mld+v/0uP8nh4rRoQjE3+YiTTzroxG6dP/ZK6v7/ZK1Jdz8J1BxFPSCdJX7Uc5DtrtAzVhepnZdtSzVKuKV0Z',
  'DViQjUq3AgMBAAECggEAAY5lY+53TSqy1XeMB3D0YZW8CsKIa5I/KPZaWaTVSmKUQo3tMrRqXBt7/c8FcMOt7p403b2z2fim',
  'uWGjyz8pqoc/c8KF2ECB4PoqQbSyRMmB6x+bbIsZrKTrlRW4KcvipMLrOCTEiU7/aqNuF1c5BEOFonodnpkB+RKCeSO3zY8i',
  'BoLE3cObMVx2QhcDi/xeK+4acYhRa0hOG4J7PNvDeb4Q3DUrE3nHWQSUnwG5BDawUWWN4+C5bhS/eBfdpi/KO7zNXD/ZhB3T',
  'uBbeGBh6s0ZrxOqYqA+LptUX3i7NfKvpl2t5ORKbZSrXJM72Im/t/17DopGFe2Z6K/YVrbKegQKBgQDL2KqEVLbEyd1/5LvL',
  'bztVijmFzwCaZL6vt5ZU5SXJx45+gFsCG7mrPyuAKOQoNXJ+AkQibQ8IF4wKYlHRkTiV+DbuZgq/T/J+9iNZJKlhruZtXOTM',
  'sO4XCEnBBZXejGUzmnxT/yarr8/CIhqnjAnOjOIzg37e/RX75oSDoQmsgQKBgQC8JjhVG+xabrFszlaLyKsglymdXLrjxzj2',
  'KdmG/WaLbI+wmsCu2EBqwunyIloJ11WSMdavMil+Bc5aD4WnXCyW1eBGsPNpcNu9CHra1sL/KSreTexpezNpW+/XdoNYCcrE',
  'LZ8zNFtwA4yiCGT1VPrIU8pcToe4kVWvggWWdve7NwKBgQCxqoX0EGG74rVLYvDKvofYZkD8fw7ngicwv7InDBGDbIqldvnb',
  'PI720nf3m6w/31WKvi7kUmlnhB5qbochQJExJMW7wvRbCjMwtRbZ+zomCWqMpwpD3XGmYXLm6RdWgMcz0tHJ4/iwauuJKHBS',
  '15s0i1Ybz+AkOjGO+7tDfngQAQKBgAPOiik+rWOPBcv7yMh/QOch59elPqrJJx/j7ODMU7zSb33VQ7zF51fBpdYeV9AHKVYR',
  '6BQXYbuJBonP8pZWSRisLyN/BQ3HGMsUVtgCrGNZQ+LHlNb1hS7Gi23Cmhm36QBbI/N3RbpYeAn3PYOxOnm/KEMB28EiP6eT',
  'a+WFdrG1AoGBALsSgDm3ZEZ/4sbI6g56av4UDT3snTTOvoXLeKU0PFHuSfPO7oajoz9zdmBrMpA+jMyH7Qv6HjHAdEe90laL',
  'ns4VJUF4lt4yn+GcP6OvE1V/eEKtADSVAsAn9qS9Gr8Iv/W7BQg2bRZBV8Kbd9VCftnWQGyMdQZzCdWkAJ2N1pMM',
].join('')

const antomPublicKey = [
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAldGMPahUadkHnOfucKZsfC3bO/VcOHXM0TdtJFZ8fqjZ0mjxdnBI',
  '33j58emwajCTAh7R9DM6E2g4GldtjkI7HxIhzsSQdN2kB9CHF2f81kN1kwZZ7qRBu3JBaiElX5B1kgJtWsqCrQZb1jNvztsN',
  '1Fz7/eMo5DNRTlmgIk/mCcJWXygLqjEkq9h/MyYxrDm58OvGCoA/OzZd+c3+aUr06umxznRWa0cy1oEjP2hwvzbroVuyNM1y',
  'Lh/dzJXfr/9Lj/J4eK0aEIxN/mIk0866MRunT/2Sur+/2StSXc/CdQcRT0gnSV+1HOQ7a7QM1YXqZ2XbUs1SrildGQ1YkI1K',
  'twIDAQAB',
].join('')

/** What the sandbox's Antom knows of one merchant. Keys are bare base64, as Antom's dashboard shows them. */
export interface AntomAccount {
  /** Ids that begin with `SANDBOX_` call `/ams/sandbox/api`, all others `/ams/api`. */
  readonly clientId: string
  /** The name the buyer reads in the wallet. */
  readonly merchantName: string
  /** PKCS#8. The merchant signs requests with it; the sandbox lists it and does not use it. */
  readonly merchantPrivateKey: string
  /** SPKI. Antom verifies requests with it. */
  readonly merchantPublicKey: string
  /** PKCS#8. Antom signs answers and notifications with it. */
  readonly antomPrivateKey: string
  /** SPKI. The merchant verifies answers and notifications with it. */
  readonly antomPublicKey: string
  /** Where notifications go when a request names no `paymentNotifyUrl`. */
  readonly notificationUrl?: string | undefined
}

/** What the sandbox's YooKassa knows of one shop. */
export interface YookassaAccount {
  readonly shopId: string
  /** Keys that begin with `test_` make test payments, as in a real test shop. */
  readonly secretKey: string
  /** By which an OAuth application acts for the shop: webhooks are managed so. */
  readonly oauthToken?: string | undefined
  /** The name the buyer reads at the bank. */
  readonly shopName: string
  /** The shop's one currency. Default `RUB`. */
  readonly currency?: string | undefined
  /** Where notifications go. YooKassa takes it from the shop's settings, never from a request. */
  readonly notificationUrl?: string | undefined
}

/** What the sandbox's T-Bank knows of one terminal. */
export interface TbankAccount {
  /** Terminals for tests end with `DEMO`, at most 20 characters. */
  readonly terminalKey: string
  readonly password: string
  /** The name the buyer reads on the payment form. */
  readonly shopName: string
  /** Where notifications go when `Init` names no `NotificationURL`. */
  readonly notificationUrl?: string | undefined
}

/** The accounts of every double, by provider. */
export interface SandboxAccounts {
  readonly antom: readonly AntomAccount[]
  readonly yookassa: readonly YookassaAccount[]
  readonly tbank: readonly TbankAccount[]
}

/**
 * The accounts that every sandbox knows unless it is told others. The keys are public and worthless: they were
 * generated for this file, are the same for everybody, and belong to no account at any provider.
 */
export const sandboxAccounts = {
  antom: {
    clientId: 'SANDBOX_5YTEABRICK0001',
    merchantName: 'Teabrick demo shop',
    merchantPrivateKey,
    merchantPublicKey,
    antomPrivateKey,
    antomPublicKey,
  },
  yookassa: {
    shopId: '54401',
    secretKey: 'test_teabrick_demo_secret',
    oauthToken: 'test_teabrick_demo_oauth',
    shopName: 'Teabrick demo shop',
  },
  tbank: {
    terminalKey: '1763900000001DEMO',
    password: 'teabrick_demo_pass',
    shopName: 'Teabrick demo shop',
  },
} as const satisfies { antom: AntomAccount; yookassa: YookassaAccount; tbank: TbankAccount }
