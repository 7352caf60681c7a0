/**
 * Replaces `@smithy/core/event-streams` in the bundle, with the exports that the SDK imports. The SDK uses the module only
 * for operations with an event stream, and the provider calls none. `bundle.mjs` makes the replacement; docs/decisions/0009
 * has the size that it saves.
 */

/** @throws always: an operation with an event stream needs the SDK's own module */
export function eventStreamSerdeProvider(): never {
  throw new Error('This bundle has no event streams: remove the alias of @smithy/core/event-streams from bundle.mjs.');
}

export const EventStreamSerde = eventStreamSerdeProvider;
