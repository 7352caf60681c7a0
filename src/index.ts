/**
 * The file that Lambda loads. It only loads the provider, which is in a file of its own: Node.js looks through the text of the
 * file that Lambda imports for the names of its exports, and a file that is loaded by `require` is spared that. docs/decisions/0009
 * has the time that it saves.
 */
export { handler } from './handler.ts';
