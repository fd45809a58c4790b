// The first match wins: apps that name another app in their user agent come before it.
const IN_APP: Readonly<Record<string, RegExp>> = {
  wechat: /MicroMessenger|WindowsWechat/,
  alipay: /AlipayClient|AliApp\(AP/,
  taobao: /AliApp\((TB|TM|LT)/,
  dingtalk: /DingTalk/,
  douyin: /aweme/,
  tiktok: /musical_ly|trill_|TikTok[ /]/,
  toutiao: /NewsArticle|TTWebView/i,
  kuaishou: /Kwai|ksNebula/,
  xiaohongshu: /xhs-?discover|xiaohongshu/i,
  bilibili: /BiliApp|\bbili-/,
  weibo: /Weibo/,
  qq: / QQ\/|\bQzone\//,
  baidu: /baiduboxapp/,
  jd: /\bjdapp;/,
  pinduoduo: /pinduoduo|phh_android/i,
  meituan: /MeituanGroup/,
  zhihu: /ZhihuHybrid/,
  unionpay: /UnionPay\//i,
  vk: /VKAndroidApp|com\.vk\.|\bVK\/\d|\bVK-?(iOS|Client|iPhone)/i,
  ok: /\bOkApp\b|\bru\.ok\.|\bOK-?(iOS|Android)\b|Odnoklassniki\/\d/i,
  telegram: /Telegram/,
  max: /\bMAX\/\d|\bMAX-?(iOS|Android)|ru\.oneme\.|\bOneMe\b/,
  yandex: /YaApp_|YandexSearch|YaSearch(App|Browser)/,
  mailru: /\bru\.mail\.|MailRu(App|Mail)/,
  dzen: /\bDzen(App|Kit)|ZenKit\//i,
  sber: /SberbankOnline|Sber(Bank)?App|ru\.sberbank/i,
  tbank: /\bTinkoff(App|Bank)?\/|\bTBank\/|com\.idamob\.tinkoff/i,
  viber: /Viber\//,
  whatsapp: /\) .*WhatsApp\//,
  line: /\bLine\/\d/,
  kakaotalk: /KAKAOTALK/i,
  zalo: /\bZalo\b/,
  instagram: /Instagram/,
  threads: /Barcelona \d/,
  facebook: /FB[AI][NV]|FB_IAB/,
  twitter: /Twitter for|TwitterAndroid/,
  snapchat: /Snapchat\//,
  linkedin: /LinkedInApp/,
  pinterest: /Pinterest\/(iOS|Android)/,
  discord: /Discord\/|Discord-(Android|iOS)/,
  google: /\bGSA\/\d/,
}

/** Who fetches previews or crawls under an app's name. A Cubot is a phone. */
const ROBOT = /(^|[^u])bot\b|spider|crawl|preview|externalhit/i

/** The app whose built-in browser shows the page, by its user agent: `wechat`, `vk`, …; undefined in a browser. */
export function inAppBrowser(userAgent: string): string | undefined {
  if (ROBOT.test(userAgent)) return undefined
  return Object.entries(IN_APP).find(([, pattern]) => pattern.test(userAgent))?.[0]
}
