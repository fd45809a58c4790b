import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/**
 * What `ReactiveElement` 2.1.2 has for users of Lit that our elements are not: controllers, initializers and metadata of
 * decorators, accessors that were there before, own converters, defaults that are not reflected. Text as Lit ships it, and what
 * stands in its place.
 */
const UNUSED: readonly (readonly [found: string, kept: string])[] = [
  ['static addInitializer(t){this._$Ei(),(this.l??=[]).push(t)}', ''],
  [',void 0!==t.l&&(this.l=[...t.l])', ''],
  [',this.constructor.l?.forEach(t=>t(this))', ''],
  [
    'addController(t){(this._$EO??=new Set).add(t),void 0!==this.renderRoot&&this.isConnected&&t.hostConnected?.()}removeController(t){this._$EO?.delete(t)}',
    '',
  ],
  [',this._$EO?.forEach(t=>t.hostConnected?.())', ''],
  ['this._$EO?.forEach(t=>t.hostDisconnected?.())', ''],
  ['this._$EO?.forEach(t=>t.hostUpdate?.()),', ''],
  ['this._$EO?.forEach(t=>t.hostUpdated?.()),', ''],
  ['Symbol.metadata??=Symbol("metadata"),a.litPropertyMetadata??=new WeakMap;', ''],
  [
    'const t=this[Symbol.metadata];if(null!==t){const s=litPropertyMetadata.get(t);if(void 0!==s)for(const[t,i]of s)this.elementProperties.set(t,i)}',
    '',
  ],
  [
    '{toAttribute(t,s){switch(s){case Boolean:t=t?l:null;break;case Object:case Array:t=null==t?t:JSON.stringify(t)}return t},fromAttribute(t,s){let i=t;switch(s){case Boolean:i=null!==t;break;case Number:i=null===t?null:Number(t);break;case Object:case Array:try{i=JSON.parse(t)}catch(t){i=null}}return i}}',
    '{toAttribute:(t,s)=>s===Boolean?t?"":null:t,fromAttribute:(t,s)=>s===Boolean?null!==t:t}',
  ],
  [
    's.state&&(s.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(t)&&((s=Object.create(s)).wrapped=!0),',
    'this._$Ei(),',
  ],
  ['(void 0!==i.converter?.toAttribute?i.converter:u)', 'u'],
  [
    '"function"==typeof t.converter?{fromAttribute:t.converter}:void 0!==t.converter?.fromAttribute?t.converter:u',
    'u',
  ],
  [
    'const r=h.fromAttribute(s,t.type);this[e]=r??this._$Ej?.get(e)??r,',
    'this[e]=h.fromAttribute(s,t.type),',
  ],
  ['||i.useDefault&&i.reflect&&h===this._$Ej?.get(t)&&!this.hasAttribute(r._$Eu(t,i))', ''],
  [
    '{useDefault:i,reflect:e,wrapped:h},r){i&&!(this._$Ej??=new Map).has(t)&&(this._$Ej.set(t,r??s??this[t]),!0!==h||void 0!==r)||(this._$AL.has(t)||(this.hasUpdated||i||(s=void 0),this._$AL.set(t,s)),!0===e&&this._$Em!==t&&(this._$Eq??=new Set).add(t))}',
    '{reflect:e}){this._$AL.has(t)||(this.hasUpdated||(s=void 0),this._$AL.set(t,s)),!0===e&&this._$Em!==t&&(this._$Eq??=new Set).add(t)}',
  ],
  [
    'const t=this.constructor.elementProperties;if(t.size>0)for(const[s,i]of t){const{wrapped:t}=i,e=this[s];!0!==t||this._$AL.has(s)||void 0===e||this.C(s,void 0,i,e)}',
    '',
  ],
]

/**
 * Leaves out of the script-tag build what no element of ours uses: half a kilobyte of the eight. With npm you get the original.
 *
 * The build fails where Lit looks different than this knows, so an update of Lit is read before it is taken.
 */
export const litWithoutUnused: Plugin = {
  name: 'lit-without-unused',
  setup(build) {
    build.onLoad({ filter: /@lit\/reactive-element\/reactive-element\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8')
      for (const [found, kept] of UNUSED) {
        const parts = contents.split(found)
        if (parts.length !== 2) throw new Error(`Lit has no longer once: ${found.slice(0, 60)}…`)
        contents = parts.join(kept)
      }
      return { contents, loader: 'js' }
    })
  },
}
