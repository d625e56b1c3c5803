/** Words that mean something in one of the languages that a snippet is written in. */
export const HOSTILE: readonly string[] = [
  '"><script>parent.broken = 1</script>',
  '" onfocus="parent.broken = 1" autofocus="',
  "' onclick='parent.broken = 1",
  '</style><img src=x onerror="parent.broken = 1">',
  '</script><script>parent.broken = 1</script>',
  '--><!-- x',
  '&quot; &amp; &lt;b&gt; &#123;',
  '{{ 7 | times: 7 }} {% raw %} {% endraw %}',
  '[gallery ids="1"] [/gallery]',
  `{"a": \`\${parent.broken = 1}\`}`,
  '\\" \\u0022 \\',
  'ends with a backslash \\',
  'שלום \u202eabc\u202c',
  '🦊 “quoted” – ’tis',
];
