import type { Money } from '@teabrick/core'
import { baiMuDan } from './art/bai-mu-dan.ts'
import { biLuoChun } from './art/bi-luo-chun.ts'
import { dianHong } from './art/dian-hong.ts'
import type { Drawing } from './art/drawing.ts'
import { gaiwan } from './art/gaiwan.ts'
import { ivanChai } from './art/ivan-chai.ts'
import { krasnodarTea } from './art/krasnodar-tea.ts'
import { lapsangSouchong } from './art/lapsang-souchong.ts'
import { podstakannik } from './art/podstakannik.ts'
import { puerCake } from './art/puer-cake.ts'
import { samovar } from './art/samovar.ts'
import { teaBrick } from './art/tea-brick.ts'
import { tieGuanYin } from './art/tie-guan-yin.ts'
import { yixingTeapot } from './art/yixing-teapot.ts'
import type { Localized } from './locale.ts'

/** Something the shop sells. This list is the only place where prices are; no request ever carries one. */
export interface Good {
  /** Stock-keeping unit: the good's name in URLs, requests and orders. */
  readonly sku: string
  readonly kind: 'tea' | 'ware'
  readonly price: Money
  readonly drawing: Drawing
  readonly name: Localized
  readonly origin: Localized
  /** Weight of a packet or size of a vessel, with its unit. */
  readonly measure: Localized
  /** One line: what it tastes or feels like. */
  readonly summary: Localized
  readonly description: Localized
  /** How to brew it. Absent for vessels. */
  readonly brewing?: Brewing | undefined
}

export interface Brewing {
  /** Dry leaf for 200 ml of water. */
  readonly grams: number
  readonly celsius: number
  readonly minutes: number
  /** How many times the same leaf can be poured over. */
  readonly infusions: number
}

const roubles = (amount: number): Money => ({ currency: 'RUB', minorUnits: amount * 100 })
const grams = (weight: number): Localized => ({
  ru: `${weight}\u00a0г`,
  'zh-Hans': `${weight}\u00a0克`,
  en: `${weight}\u00a0g`,
})

export const CATALOGUE: readonly Good[] = [
  {
    sku: 'kyakhta-brick',
    kind: 'tea',
    price: roubles(1490),
    drawing: teaBrick,
    name: { ru: 'Чайный кирпич «Кяхта»', 'zh-Hans': '恰克图米砖茶', en: 'Kyakhta tea brick' },
    origin: { ru: 'Чжаолицяо, Хубэй', 'zh-Hans': '湖北赵李桥', en: 'Zhaoliqiao, Hubei' },
    measure: grams(500),
    summary: {
      ru: 'Прессованный чёрный чай: хлеб, чернослив, лёгкий дым',
      'zh-Hans': '紧压红茶，带麦香、梅干味与淡淡烟熏',
      en: 'Pressed black tea: rye bread, prunes, a trace of smoke',
    },
    description: {
      ru: 'Чайную крошку пропаривают и прессуют так плотно, что рельеф держится десятилетиями. Такими кирпичами рассчитывались на ярмарке в Кяхте: по насечкам кирпич ломали на сдачу. Отломите кусок с ноготь, залейте кипятком и дайте постоять.',
      'zh-Hans':
        '茶末蒸软后重压成砖，纹样可保存数十年。当年在恰克图的集市上，茶砖就是钱：沿着压痕掰开，便是找零。掰下指甲大小的一块，沸水冲泡，静置片刻即可。',
      en: 'Tea dust is steamed and pressed so hard that the relief lasts for decades. At the Kyakhta fair such bricks were money: broken along the score lines, they gave change. Break off a piece the size of a fingernail, pour boiling water over it and let it stand.',
    },
    brewing: { grams: 4, celsius: 100, minutes: 4, infusions: 3 },
  },
  {
    sku: 'shu-puer-2019',
    kind: 'tea',
    price: roubles(2450),
    drawing: puerCake,
    name: { ru: 'Шу пуэр «Мэнхай», 2019', 'zh-Hans': '勐海熟普洱 2019', en: 'Menghai shu pu-erh, 2019' },
    origin: { ru: 'Мэнхай, Юньнань', 'zh-Hans': '云南勐海', en: 'Menghai, Yunnan' },
    measure: grams(357),
    summary: {
      ru: 'Блин ручной упаковки: орех, какао, сырая земля',
      'zh-Hans': '手工包装的茶饼，坚果、可可与泥土气息',
      en: 'A cake wrapped by hand: walnut, cocoa, wet earth',
    },
    description: {
      ru: 'Лист семь лет вылёживался в сухом складе, и от свежего «рыбного» тона ничего не осталось. Настой густой и тёмный, но мягкий: он не горчит, даже если о нём забыли. Первую воду слейте.',
      'zh-Hans': '干仓存放七年，堆味散尽。茶汤浓而深，入口却柔和，久泡也不苦。第一泡请倒掉。',
      en: 'Seven years in a dry store have taken away every trace of the young tea’s fishy note. The liquor is thick and dark yet soft: it does not turn bitter even when forgotten. Pour the first water away.',
    },
    brewing: { grams: 6, celsius: 100, minutes: 1, infusions: 8 },
  },
  {
    sku: 'lapsang-souchong',
    kind: 'tea',
    price: roubles(790),
    drawing: lapsangSouchong,
    name: { ru: 'Лапсанг Сушонг', 'zh-Hans': '正山小种', en: 'Lapsang Souchong' },
    origin: { ru: 'Тунму, горы Уишань', 'zh-Hans': '武夷山桐木关', en: 'Tongmu, Wuyi Mountains' },
    measure: grams(100),
    summary: {
      ru: 'Сосновый дым и сушёный лонган',
      'zh-Hans': '松烟香，桂圆汤',
      en: 'Pine smoke and dried longan',
    },
    description: {
      ru: 'Самый старый красный чай на свете сушат над тлеющими сосновыми поленьями. Его запах в России знали как «караванный»: считалось, что чай пропах кострами в пути. Хорош к сыру и ко всему копчёному.',
      'zh-Hans':
        '世上最早的红茶，以松木余火熏焙。俄国人称之为“商队茶”，以为那烟香来自途中的篝火。宜配奶酪与熏制食物。',
      en: 'The oldest red tea there is, dried over smouldering pine. Russians knew its smell as “caravan” tea and believed it came from the camp fires on the way. Good with cheese and with anything smoked.',
    },
    brewing: { grams: 4, celsius: 95, minutes: 2, infusions: 5 },
  },
  {
    sku: 'tie-guan-yin',
    kind: 'tea',
    price: roubles(980),
    drawing: tieGuanYin,
    name: { ru: 'Тегуаньинь', 'zh-Hans': '安溪铁观音', en: 'Tie Guan Yin' },
    origin: { ru: 'Аньси, Фуцзянь', 'zh-Hans': '福建安溪', en: 'Anxi, Fujian' },
    measure: grams(125),
    summary: {
      ru: 'Улун осеннего сбора: сирень и топлёное масло',
      'zh-Hans': '秋茶，清香型，兰花与奶油香',
      en: 'Autumn oolong: lilac and melted butter',
    },
    description: {
      ru: 'Лист скручен в тугие шарики и раскрывается только к третьей заварке, зато потом держится ещё пять. Слабая прожарка сохранила цветочный запах: он остаётся даже на крышке гайвани.',
      'zh-Hans':
        '茶叶卷成紧实颗粒，到第三泡才完全舒展，此后还能再泡五次。轻焙火保留花香，连盖碗的盖子也留香。',
      en: 'The leaf is rolled into tight pellets that open only at the third infusion and then last for five more. A light roast has kept the scent of flowers: it stays even on the lid of a gaiwan.',
    },
    brewing: { grams: 5, celsius: 95, minutes: 1, infusions: 8 },
  },
  {
    sku: 'bi-luo-chun',
    kind: 'tea',
    price: roubles(1150),
    drawing: biLuoChun,
    name: { ru: 'Билочунь', 'zh-Hans': '洞庭碧螺春', en: 'Bi Luo Chun' },
    origin: { ru: 'Дунтиншань, Сучжоу', 'zh-Hans': '苏州洞庭山', en: 'Dongting, Suzhou' },
    measure: grams(50),
    summary: {
      ru: 'Зелёный чай до дождей: каштан и абрикосовый цвет',
      'zh-Hans': '明前绿茶，栗香与杏花香',
      en: 'Green tea from before the rains: chestnut, apricot blossom',
    },
    description: {
      ru: '«Изумрудные спирали весны» растут вперемешку с абрикосами и мандаринами. На полкило сухого чая уходит шестьдесят тысяч почек. Сначала наливают воду, потом бросают чай: спирали тонут и раскручиваются на дне.',
      'zh-Hans':
        '茶树与杏树、橘树间种，茶染果香。一斤干茶约需六万个芽头。先注水，后投茶，看螺形茶叶缓缓沉下、舒展。',
      en: '“Green snail spring” grows among apricot and tangerine trees. Half a kilo of dry tea takes sixty thousand buds. The water goes in first, then the tea: the spirals sink and uncurl at the bottom.',
    },
    brewing: { grams: 3, celsius: 75, minutes: 2, infusions: 3 },
  },
  {
    sku: 'dian-hong',
    kind: 'tea',
    price: roubles(640),
    drawing: dianHong,
    name: { ru: 'Дянь Хун «Золотые почки»', 'zh-Hans': '凤庆滇红金芽', en: 'Dian Hong Golden Buds' },
    origin: { ru: 'Фэнцин, Юньнань', 'zh-Hans': '云南凤庆', en: 'Fengqing, Yunnan' },
    measure: grams(100),
    summary: {
      ru: 'Красный чай: мёд, печёный батат, перец',
      'zh-Hans': '红茶，蜜香、烤红薯与一丝胡椒味',
      en: 'Red tea: honey, baked sweet potato, pepper',
    },
    description: {
      ru: 'Золотых почек в нём почти половина, поэтому настой сладкий сам по себе. Этот чай прощает кипяток и большую кружку: если выбирать один чай на каждый день, пусть будет этот.',
      'zh-Hans': '金芽近半，茶汤自带甜味。沸水、大杯皆宜。若只选一款日常茶，就选它。',
      en: 'Nearly half of it is golden buds, so the liquor is sweet by itself. It forgives boiling water and a large mug: if you want one tea for every day, let it be this.',
    },
    brewing: { grams: 4, celsius: 95, minutes: 2, infusions: 5 },
  },
  {
    sku: 'bai-mu-dan',
    kind: 'tea',
    price: roubles(720),
    drawing: baiMuDan,
    name: { ru: 'Бай Му Дань', 'zh-Hans': '福鼎白牡丹', en: 'Bai Mu Dan' },
    origin: { ru: 'Фудин, Фуцзянь', 'zh-Hans': '福建福鼎', en: 'Fuding, Fujian' },
    measure: grams(50),
    summary: {
      ru: 'Белый чай: луговые травы, дыня, бузина',
      'zh-Hans': '白茶，草甸、甜瓜与接骨木花香',
      en: 'White tea: meadow hay, melon, elderflower',
    },
    description: {
      ru: 'Одна почка и два листа, которые просто завялили на солнце и ничего с ними больше не делали. Чай для вечера и для разговора: терпкости почти нет, а аромат долгий.',
      'zh-Hans': '一芽二叶，只经日光萎凋，不炒不揉。宜于夜晚清谈：几无涩味，余香悠长。',
      en: 'One bud and two leaves, withered in the sun and otherwise left alone. A tea for evenings and for talk: hardly any astringency, and a long scent.',
    },
    brewing: { grams: 4, celsius: 85, minutes: 3, infusions: 5 },
  },
  {
    sku: 'ivan-chai',
    kind: 'tea',
    price: roubles(390),
    drawing: ivanChai,
    name: { ru: 'Иван-чай вологодский', 'zh-Hans': '沃洛格达柳兰茶', en: 'Vologda ivan-chai' },
    origin: {
      ru: 'Кириллов, Вологодская область',
      'zh-Hans': '俄罗斯沃洛格达州',
      en: 'Kirillov, Vologda Region',
    },
    measure: grams(100),
    summary: {
      ru: 'Кипрей без кофеина: яблоко, мёд, лесная ягода',
      'zh-Hans': '无咖啡因柳兰草茶，苹果、蜂蜜与野莓香',
      en: 'Fireweed, no caffeine: apple, honey, wild berries',
    },
    description: {
      ru: 'Кипрей собирают в июле, пока он цветёт, сквашивают в бочках и сушат в печи. До прихода китайского чая его пили по всему северу, а потом долго подмешивали в привозной. Можно заваривать на ночь.',
      'zh-Hans':
        '七月花期采摘，桶中发酵，炉火烘干。中国茶传入之前，俄国北方都喝它，后来又长期被掺进进口茶里。睡前饮用也无妨。',
      en: 'Willowherb is picked in July while it blooms, fermented in tubs and dried in the oven. All the north drank it before Chinese tea came, and for long afterwards it was mixed into the imported leaf. Fine before bed.',
    },
    brewing: { grams: 4, celsius: 95, minutes: 7, infusions: 2 },
  },
  {
    sku: 'krasnodar',
    kind: 'tea',
    price: roubles(320),
    drawing: krasnodarTea,
    name: { ru: 'Краснодарский чёрный', 'zh-Hans': '克拉斯诺达尔红茶', en: 'Krasnodar black' },
    origin: { ru: 'Мацеста, Сочи', 'zh-Hans': '俄罗斯索契马采斯塔', en: 'Matsesta, Sochi' },
    measure: grams(100),
    summary: {
      ru: 'Самый северный чай: вишня, сухие травы',
      'zh-Hans': '世界最北的茶园之一，樱桃与干草香',
      en: 'From the far north of tea: cherry, dried herbs',
    },
    description: {
      ru: 'Кусты на склонах над Чёрным морем переживают зимы со снегом, и лист вырастает плотный. Купаж для стакана в подстаканнике: крепкий, ясный, с лимоном и двумя кусками сахара.',
      'zh-Hans':
        '黑海边的山坡上，茶树要经历雪冬，叶片因而厚实。最适合盛在俄式杯托里：浓而清亮，加柠檬和两块方糖。',
      en: 'The bushes above the Black Sea live through winters with snow, and the leaf grows thick. A blend for a glass in its holder: strong, clear, with lemon and two lumps of sugar.',
    },
    brewing: { grams: 4, celsius: 100, minutes: 4, infusions: 1 },
  },
  {
    sku: 'gaiwan',
    kind: 'ware',
    price: roubles(1680),
    drawing: gaiwan,
    name: { ru: 'Гайвань «Слива»', 'zh-Hans': '青花梅枝盖碗', en: 'Plum-branch gaiwan' },
    origin: { ru: 'Цзиндэчжэнь, Цзянси', 'zh-Hans': '江西景德镇', en: 'Jingdezhen, Jiangxi' },
    measure: { ru: '130\u00a0мл', 'zh-Hans': '130\u00a0毫升', en: '130\u00a0ml' },
    summary: {
      ru: 'Тонкий фарфор, роспись кобальтом под глазурью',
      'zh-Hans': '薄胎瓷，釉下青花手绘',
      en: 'Thin porcelain, cobalt under the glaze',
    },
    description: {
      ru: 'Крышка, чаша и блюдце: небо, человек и земля. Край отогнут так, что держать горячую чашу можно двумя пальцами. Ветка расписана от руки, у каждой гайвани своя.',
      'zh-Hans': '盖为天，碗为人，托为地。碗沿外撇，两指即可端起而不烫手。梅枝手绘，每只皆不相同。',
      en: 'Lid, bowl and saucer: heaven, man and earth. The rim flares so that a hot bowl can be held with two fingers. The branch is painted by hand, different on each.',
    },
  },
  {
    sku: 'yixing-teapot',
    kind: 'ware',
    price: roubles(5600),
    drawing: yixingTeapot,
    name: { ru: 'Исинский чайник «Сиши»', 'zh-Hans': '宜兴西施紫砂壶', en: 'Yixing “Xi Shi” teapot' },
    origin: { ru: 'Исин, Цзянсу', 'zh-Hans': '江苏宜兴', en: 'Yixing, Jiangsu' },
    measure: { ru: '160\u00a0мл', 'zh-Hans': '160\u00a0毫升', en: '160\u00a0ml' },
    summary: {
      ru: 'Пористая глина, которая помнит каждый чай',
      'zh-Hans': '紫砂透气，记得住每一泡茶',
      en: 'Porous clay that remembers every tea',
    },
    description: {
      ru: 'Чайник из неглазурованной глины впитывает аромат, поэтому его держат под один чай: этот просит шу пуэр или Тегуаньинь. Моют только водой. Через год он заваривает лучше хозяина.',
      'zh-Hans':
        '紫砂不上釉，吸香养味，故一壶只泡一种茶：此壶宜普洱或铁观音。只用清水冲洗。养上一年，壶比人更会泡茶。',
      en: 'Unglazed clay takes in the scent, so a pot is kept for one tea: this one asks for shu pu-erh or Tie Guan Yin. Wash it with water only. After a year it brews better than its owner.',
    },
  },
  {
    sku: 'samovar',
    kind: 'ware',
    price: roubles(18_900),
    drawing: samovar,
    name: { ru: 'Самовар угольный «Банка»', 'zh-Hans': '图拉炭火茶炊', en: 'Tula charcoal samovar' },
    origin: { ru: 'Тула', 'zh-Hans': '俄罗斯图拉', en: 'Tula' },
    measure: { ru: '5\u00a0л', 'zh-Hans': '5\u00a0升', en: '5\u00a0l' },
    summary: {
      ru: 'Латунь, лужёная внутри; топится шишками',
      'zh-Hans': '黄铜炉身，内壁镀锡，可烧松果',
      en: 'Brass, tinned inside; burns pine cones',
    },
    description: {
      ru: 'Пять литров закипают за двадцать минут на горсти углей и остаются горячими два часа. Труба, поднос и ключ к крану лежат в коробке, заварочный чайник на конфорку тоже.',
      'zh-Hans': '一把木炭，二十分钟烧开五升水，两小时不凉。附烟筒、托盘、龙头钥匙及顶置茶壶。',
      en: 'Five litres boil in twenty minutes on a handful of coals and stay hot for two hours. The pipe, the tray and the key of the tap are in the box, and so is a teapot for the top.',
    },
  },
  {
    sku: 'podstakannik',
    kind: 'ware',
    price: roubles(3450),
    drawing: podstakannik,
    name: { ru: 'Подстаканник «Дорожный»', 'zh-Hans': '铁路茶杯托', en: 'Railway tea-glass holder' },
    origin: {
      ru: 'Кольчугино, Владимирская область',
      'zh-Hans': '俄罗斯科利丘吉诺',
      en: 'Kolchugino, Vladimir Region',
    },
    measure: { ru: '250\u00a0мл', 'zh-Hans': '250\u00a0毫升', en: '250\u00a0ml' },
    summary: {
      ru: 'Мельхиор с чеканкой, тонкий стакан и ложка',
      'zh-Hans': '錾花白铜，配薄壁玻璃杯与茶匙',
      en: 'Chased nickel silver, with a thin glass and a spoon',
    },
    description: {
      ru: 'Такой подают проводники: тяжёлое дно не даёт стакану уехать на стрелке, а ложка звенит ровно в такт колёсам. Чеканка ручная, серебрение держится годами.',
      'zh-Hans':
        '列车员端来的正是这一种：底座沉稳，过道岔也不滑；茶匙随车轮叮当作响。手工錾花，镀银经久不褪。',
      en: 'The kind that sleeping-car attendants bring: its heavy foot keeps the glass in place over the points, and the spoon rings in time with the wheels. Chased by hand, and the silvering lasts for years.',
    },
  },
]

const BY_SKU = new Map(CATALOGUE.map((good) => [good.sku, good]))

export function findGood(sku: string): Good | undefined {
  return BY_SKU.get(sku)
}
