import { useData, withBase } from 'vitepress';
import DefaultTheme from 'vitepress/theme';
import { h } from 'vue';
import './style.css';

/** The default theme, with three doors above the table of contents. */
const DOORS = [
  ['guide/tutorial.html', 'Ten minutes', 'from an empty folder to a chart'],
  ['playground/index.html', 'Playground', 'write a scenario and run it here, in the browser'],
  ['api/', 'API', 'every exported name of every package'],
];

function Doors() {
  const { page, site } = useData();
  if (page.value.relativePath !== 'index.md') return null;
  return h('div', { class: 'doors' }, [
    h('p', { class: 'doors-name' }, site.value.title),
    h('p', { class: 'doors-about' }, site.value.description),
    h(
      'nav',
      DOORS.map(([place, name, about]) =>
        h('a', { href: withBase(`/${place}`), target: '_self' }, [h('strong', name), h('span', about)]),
      ),
    ),
  ]);
}

export default { extends: DefaultTheme, Layout: () => h(DefaultTheme.Layout, null, { 'doc-before': () => h(Doors) }) };
