/**
 * The file that Lambda loads. It only loads the provider, which is in a file of its own. Node.js searches the text of the
 * file that Lambda imports for the names of its exports, but not the text of a file that `require` loads.
 * docs/decisions/0009 describes what this saves.
 */
export { handler } from './handler.ts';
