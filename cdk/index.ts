/** What `import … from 'sagemaker-image-version-provider'` gives. */

export type { ImageVersionProviderProps } from './generated.ts';
export { ImageVersion, type ImageVersionProps, type RepositoryImage } from './image-version.ts';
export { ImageVersionProvider } from './image-version-provider.ts';
