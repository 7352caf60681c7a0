/**
 * Stands in for `@smithy/core/event-streams` in the bundle: no operation that the provider calls has an event stream in
 * it, and the SDK loads this module only for one that has. `bundle.mjs` puts it in; docs/decisions/0009 tells what it
 * saves. The exports are those that the SDK takes from the module.
 */

/** @throws always: an operation with an event stream needs the SDK's own module */
export function eventStreamSerdeProvider(): never {
  throw new Error('This bundle has no event streams: take the alias of @smithy/core/event-streams out of bundle.mjs');
}

export const EventStreamSerde = eventStreamSerdeProvider;
