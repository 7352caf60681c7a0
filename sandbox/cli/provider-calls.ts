/** How often the provider has called SageMaker. */
import type { SageMaker } from '../sagemaker/sagemaker.ts';

export interface CallCounter {
  /** As "7 (4 DescribeImageVersion, …)", the most frequent first. */
  summary(): string;
  stop(): void;
}

/**
 * Counts calls about versions and aliases, those that get no answer too: only the provider makes them. CloudFormation
 * itself sees to images.
 */
export function countProviderCalls(sageMaker: SageMaker): CallCounter {
  const counts = new Map<string, number>();
  const stop = sageMaker.intercept((operation, _input, next) => {
    if (/ImageVersions?$|^ListAliases$/.test(operation)) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    return next();
  });
  return {
    stop,
    summary: () => {
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      if (total === 0) return 'none';
      const parts = [...counts].sort(([, one], [, other]) => other - one).map(([name, count]) => `${count} ${name}`);
      return `${total} (${parts.join(', ')})`;
    },
  };
}
