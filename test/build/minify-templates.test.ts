// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these strings are source code.
import { expect, it } from 'vitest';
import { minifyTemplatesOf } from '../../scripts/build/minify-templates.ts';

const minified = (code: string) => minifyTemplatesOf('part.ts', code);

it('shortens a template wherever it stands, and nothing else', () => {
  const code = `
    const styles: CSSResult = css\`
      :host { color: red; }
    \`;
    const text = \`two  blanks\`;
    @customElement('x-y') class Part extends LitElement {
      override render() {
        return html\`
          <p>
            \${this.items.map((item) => html\`
              <b>\${item}</b>
            \`)}
          </p>
        \`;
      }
    }`;

  const short = minified(code);

  expect(short).toContain('css`:host{color:red}`');
  expect(short).toContain('html`<p> ${this.items.map((item) => html`<b>${item}</b>`)} </p>`');
  expect(short).toContain('`two  blanks`');
  expect(short).toContain("@customElement('x-y') class Part extends LitElement");
});

it.each([
  ['a { margin: 0 auto; padding: 1px }', 'a{margin:0 auto;padding:1px}'],
  ['a :hover, b > c { d: calc(1em + 2px) }', 'a :hover,b>c{d:calc(1em + 2px)}'],
  ["a { content: ',  ;} {'; quotes: \"( :\" ') ;'; }", "a{content:',  ;} {';quotes:\"( :\" ') ;'}"],
  ['/* why: { */ a { /* how */ b: c; }', 'a{b:c}'],
  ["a { content: '\\\\201c  ' }", "a{content:'\\\\201c  '}"],
  ['@container (inline-size >= 44em) { a { b: c } }', '@container (inline-size>=44em){a{b:c}}'],
  ['a { margin: ${gap} ${gap}; width: calc(${gap} + 1px) }', 'a{margin:${gap} ${gap};width:calc(${gap} + 1px)}'],
  ['${shared}\n  a { b: c }\n', '${shared} a{b:c}'],
  ['a { b: 0.5em -0.25px 10.5em 0 !important }', 'a{b:.5em -.25px 10.5em 0!important}'],
  ["a { b: calc(0.5*1em) rgb(0 0 0/0.4); content: '0.5 !'; }", "a{b:calc(.5*1em) rgb(0 0 0/.4);content:'0.5 !'}"],
])('keeps the meaning of styles: %s', (css, short) => {
  expect(minified(`css\`${css}\``)).toBe(`css\`${short}\``);
});

it.each([
  ['\n  <a>\n    one\n    two\n  </a>\n', '<a> one two </a>'],
  ['<b>one</b>\n<i>two</i>', '<b>one</b> <i>two</i>'],
  [' · ${count}', ' · ${count}'],
  ['<p title="12\u00a0 s">12\u00a0\u00a0s</p>', '<p title="12\u00a0 s">12\u00a0\u00a0s</p>'],
  ['<a\n  ?hidden=${hidden}\n  @click=${onClick}\n>', '<a ?hidden=${hidden} @click=${onClick} >'],
  ['<!-- why\n not --><b></b>', '<b></b>'],
])('keeps the meaning of markup: %j', (html, short) => {
  expect(minified(`html\`${html}\``)).toBe(`html\`${short}\``);
});
