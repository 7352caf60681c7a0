/** A handler that does nothing: what the runtime itself costs. */
export const handler = async (): Promise<void> => {};
