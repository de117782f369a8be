/**
 * Markdown as code hosts read it: braces, colons and angle brackets in a text are text. Comments are left out; the few tags that
 * TypeDoc writes are kept.
 */
export function plainMarkdown(markdown) {
  markdown.disable('emoji', true);
  markdown.renderer.rules.text = (tokens, i) => markdown.utils.escapeHtml(tokens[i].content).replaceAll('{{', '&#123;&#123;');
  const tag = (content) => {
    const text = content.replace(/<!--[^]*?-->/g, '');
    return /^\s*(<br ?\/?>|<a id="[^"<>]*">|<\/a>)*\s*$/.test(text)
      ? text
      : markdown.utils.escapeHtml(text).replaceAll('{{', '&#123;&#123;');
  };
  markdown.renderer.rules.html_inline = (tokens, i) => tag(tokens[i].content);
  markdown.renderer.rules.html_block = (tokens, i) => tag(tokens[i].content);
}
