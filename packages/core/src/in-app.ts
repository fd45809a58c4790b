// The first match wins: apps that name another app in their user agent come before it.
const IN_APP: Readonly<Record<string, RegExp>> = {
  wechat: /MicroMessenger|WindowsWechat/,
  alipay_hk: /Alipay(Client)?HK|AliApp\(HK/,
  alipay: /AlipayClient|AliApp\(AP/,
  dingtalk: /DingTalk/,
  lazada: /AliApp\(LA\/|\bLazada/,
  aliexpress: /AliApp\((AE|Ali)/,
  // What is left of the family: Tmall, 1688, Xianyu, …
  taobao: /AliApp\(/,
  lark: /\b(Lark|Feishu)\//,
  douyin: /aweme/,
  toutiao: /NewsArticle|TTWebView/i,
  tiktok: /musical_ly|trill_|TikTok[ /]|BytedanceWebview/,
  kuaishou: /Kwai|ksNebula/,
  xiaohongshu: /xhs(-?discover|\/)|xiaohongshu|\brednote\b/i,
  bilibili: /BiliApp|\bbili-/,
  weibo: /Weibo/,
  qq: / QQ\/|\bQzone\//,
  baidu: /baiduboxapp/,
  jd: /\bjdapp;/,
  pinduoduo: /pinduoduo|phh_android/i,
  meituan: /MeituanGroup/,
  zhihu: /ZhihuHybrid/,
  unionpay: /UnionPay\//i,
  vk: /VKAndroidApp|VK(Messenger|Video)|com\.vk\.|\bVK\/\d|\bVK-?(iOS|Client|iPhone)/i,
  ok: /\bOkApp\b|\bru\.ok\.|\bOK-?(iOS|Android)\b|Odnoklassniki\/\d/i,
  telegram: /Telegram/,
  max: /\bMAX\/\d|\bMAX-?(iOS|Android)|ru\.oneme\.|\bOneMe\b/,
  yandex: /YaApp_|YandexSearch|YaSearch(App|Browser)/,
  mailru: /\bru\.mail\.|MailRu(App|Mail)/,
  dzen: /\bDzen(App|Kit)|ZenKit\/|\bru\.zen\./i,
  sber: /SberbankOnline|Sber(Bank)?App|ru\.sberbank/i,
  tbank: /\bTinkoff\w*\/|\bT-?Bank\/|com\.idamob\.tinkoff/i,
  viber: /Viber\//,
  whatsapp: /\) .*WhatsApp\//,
  line: /\bLine\/\d/,
  kakaotalk: /KAKAO(TALK|STORY)/i,
  naver: /NAVER\(inapp/,
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
  bing: /BingSapphire\//,
  shopee: /\bShopee\b/,
  ozon: /\bozonapp_/,
  rustore: /\bRuStore\/|ru\.vk\.store/,
  reddit: /\bReddit\/(Version|iOS)/,
  slack: /\bSlack\/\d/,
  teams: /TeamsMobile-/,
}

/** Who fetches previews or crawls under an app's name. A Cubot is a phone. */
const ROBOT = /(^|[^u])bot\b|spider|crawl|preview|externalhit/i

/** The app whose built-in browser shows the page, by its user agent: `wechat`, `vk`, …; undefined in a browser. */
export function inAppBrowser(userAgent: string): string | undefined {
  if (ROBOT.test(userAgent)) return undefined
  return Object.entries(IN_APP).find(([, pattern]) => pattern.test(userAgent))?.[0]
}
