/**
 * Read ES modules and print what the house's rules are about, as JSON: {path: {functions, imports, globals, texts}}.
 * Called by source_tree.py with the paths as arguments.
 */
import {readFileSync} from 'node:fs';
import {parse} from 'acorn';
import {full} from 'acorn-walk';

const WATCHED = new Set(['fetch', 'indexedDB', 'navigator', 'XMLHttpRequest', 'localStorage', 'sessionStorage']);
const HOSTS = new Set(['globalThis', 'window', 'self']);
const MARKUP = new Set(['html', 'svg']);
const TYPE_IMPORT = /(?:@import\b[^'"]*from\s*|import\(\s*)['"]([^'"]+)['"]/g;

/** @param {string} path */
function read(path) {
  const source = readFileSync(path, 'utf8');
  const comments = [];
  const tree = parse(source, {
    ecmaVersion: 'latest', sourceType: 'module', locations: true, allowHashBang: true,
    onComment: (_block, text) => comments.push(text),
  });
  const found = {functions: [], imports: [], types: [], globals: [], literals: [], patterns: [], markup: [], keys: []};
  full(tree, (node, _state, type) => {
    note(node, found);
    noteGlobal(node, type, found);
  });
  for (const text of comments) for (const [, from] of text.matchAll(TYPE_IMPORT)) found.types.push(from);
  return found;
}

/** Functions with their length, imports, string literals and what is built of them, markup, keys of sentences. */
function note(node, found) {
  if (/Function/.test(node.type)) {
    found.functions.push({line: node.loc.start.line, lines: node.loc.end.line - node.loc.start.line + 1});
  } else if (/^(Import|Export(Named|All))Declaration$|^ImportExpression$/.test(node.type) && node.source?.value) {
    found.imports.push(node.source.value);
  } else if (node.type === 'Literal' && typeof node.value === 'string') {
    found.literals.push(node.value);
  } else if (node.type === 'TemplateLiteral') {
    found.literals.push(...node.quasis.map((part) => part.value.cooked ?? ''));
    if (node.expressions.length) found.patterns.push(node.quasis.map((part) => part.value.cooked ?? ''));
  } else if (node.type === 'BinaryExpression' && node.operator === '+' && typeof node.left.value === 'string') {
    found.patterns.push([node.left.value, '']);
  } else if (node.type === 'CallExpression' && (node.callee.name ?? node.callee.property?.name) === 't') {
    found.keys.push(...written(node.arguments[0]));
  } else if (node.type === 'TaggedTemplateExpression' && MARKUP.has(node.tag.name)) {
    found.markup.push(node.quasi.quasis.map((part) => part.value.cooked).join('{}'));
  }
}

/** Keys that stand in a call as they are: `t('a')`, `t(x ? 'a' : 'b')`. */
function written(node) {
  if (node?.type === 'ConditionalExpression') return [...written(node.consequent), ...written(node.alternate)];
  return typeof node?.value === 'string' ? [node.value] : [];
}

/** A watched name as a variable (`fetch(…)`; a parameter of that name too) or of the global object (`self.fetch`). */
function noteGlobal(node, type, found) {
  const name = type === 'MemberExpression' && HOSTS.has(node.object.name) ? node.property.name : type === 'Identifier' && node.name;
  if (WATCHED.has(name)) found.globals.push(name);
}

const paths = process.argv.slice(2);
console.log(JSON.stringify(Object.fromEntries(paths.map((path) => [path, read(path)]))));
