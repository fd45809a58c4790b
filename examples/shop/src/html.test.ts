import { expect, it } from 'vitest'
import { html, jsonBlock, trusted } from './html.ts'

it('escapes what is put into a template, in text and in attributes', () => {
  const evil = `"><script>alert('x')</script>&`
  expect(html`<a title="${evil}">${evil}</a>`.toString()).toBe(
    '<a title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</a>',
  )
})

it('takes markup as it is, also in lists, and leaves out what is absent', () => {
  const items = ['<b>', 'c'].map((item) => html`<li>${item}</li>`)
  expect(html`<ul>${items}${null}${undefined}${false}${0}</ul>`.toString()).toBe(
    '<ul><li>&lt;b&gt;</li><li>c</li>0</ul>',
  )
  expect(html`${trusted('<br>')}`.toString()).toBe('<br>')
})

it('keeps data from ending its script block', () => {
  const data = { name: '</script><script>alert(1)</script>', comment: '<!--' }
  const block = jsonBlock('x', data).toString()
  expect(block.match(/<\/script>/g)).toHaveLength(1)
  expect(block).not.toContain('<!--')
  expect(JSON.parse(block.replace(/^<script[^>]*>/, '').replace(/<\/script>$/, ''))).toEqual(data)
})
