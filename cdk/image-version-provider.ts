/**
 * The provider as a construct of the AWS CDK: the resources of template.yaml, with the code of this package. The template is
 * the one of the release, with the code as assets, so that the CDK uploads it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Token } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Construct } from 'constructs';
import { type ImageVersionProviderProps, parameterMembers } from './generated.ts';
import { type IncludedTemplate, type ParameterValue, resolveTemplate } from './resolve-template.ts';

/** Deploys the provider. Every stack of the account and Region can then have versions: one provider is enough for them. */
export class ImageVersionProvider extends Construct {
  /** The ARN of the provider's function, a token. */
  readonly serviceToken: string;
  /** The resources. `template.getResource('ProviderRole')` returns one by its logical id in template.yaml. */
  readonly template: CfnInclude;

  constructor(scope: Construct, id: string, props: ImageVersionProviderProps) {
    super(scope, id);
    const given = parameterMembers.flatMap(([member, name]): readonly (readonly [string, ParameterValue])[] => {
      const value = props[member];
      return value === undefined ? [] : [[name, value]];
    });
    const source: IncludedTemplate = JSON.parse(readFileSync(join(__dirname, 'provider.template.json'), 'utf8'));
    const resolved = resolveTemplate(source, new Map(given), Token.isUnresolved);
    this.template = include(this, resolved);
    for (const [name, folder] of Object.entries(resolved.folders)) this.#setCode(name, folder);
    this.serviceToken = this.template.getResource('ProviderFunction').getAtt('Arn').toString();
  }

  #setCode(name: string, folder: string): void {
    const asset = new Asset(this, `${name}Code`, { path: join(__dirname, 'code', folder) });
    const resource = this.template.getResource(name);
    resource.addPropertyOverride('Code', { S3Bucket: asset.s3BucketName, S3Key: asset.s3ObjectKey });
    asset.addResourceMetadata(resource, 'Code');
  }
}

/** CfnInclude makes constructs of the right types, which have tags and pass through Aspects. It reads only files. */
function include(scope: Construct, { template }: { readonly template: object }): CfnInclude {
  const folder = mkdtempSync(join(tmpdir(), 'sagemaker-image-version-provider-'));
  try {
    const templateFile = join(folder, 'template.json');
    writeFileSync(templateFile, JSON.stringify(template));
    return new CfnInclude(scope, 'Template', { templateFile, preserveLogicalIds: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
