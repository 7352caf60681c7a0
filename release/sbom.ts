/**
 * The software bill of materials: from the one that npm makes of everything installed, the packages that are in the code.
 * https://cyclonedx.org/docs/1.5/json/
 */
import { createHash } from 'node:crypto';
import { isList, type Json, type JsonMap, mapOf } from '../sandbox/json.ts';

export interface Described {
  readonly name: string;
  readonly version: string;
  /** Web pages of the project, by the type that CycloneDX gives them. */
  readonly externalReferences: readonly JsonMap[];
}

/**
 * The document with only the packages whose reference `name@version` is in `bundled`. Throws if npm does not list one of them.
 * It has no time, and its serial number comes from its content: npm would write others each time.
 */
export function bundledOnly(document: JsonMap, bundled: ReadonlySet<string>, described: Described): JsonMap {
  const { metadata, components, dependencies, serialNumber: _, ...rest } = document;
  const { timestamp: __, component, ...aboutMetadata } = mapOf(metadata);
  const own = mapOf(component)['bom-ref'];
  const kept = listOf(components)
    .filter((one) => bundled.has(String(one['bom-ref'])))
    // npm installs them only for the build, but they are in the code.
    .map(({ properties: ___, ...one }): JsonMap => ({ ...one, scope: 'required' }));
  const listed = new Set(kept.map((one) => one['bom-ref']));
  const missing = [...bundled].filter((reference) => !listed.has(reference));
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(', ')}`);
  const isKept = (reference: Json | undefined) => reference === own || bundled.has(String(reference));
  const content = {
    ...rest,
    metadata: { ...aboutMetadata, component: { ...mapOf(component), ...described } },
    components: kept,
    dependencies: listOf(dependencies)
      .filter(({ ref }) => isKept(ref))
      .map((one) => ({ ...one, dependsOn: isList(one['dependsOn']) ? one['dependsOn'].filter(isKept) : [] })),
  };
  return { ...content, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}` };
}

function listOf(value: Json | undefined): readonly JsonMap[] {
  return isList(value) ? value.map(mapOf) : [];
}

/** A UUID of version 8, whose form is free but for the version and the variant. */
function uuidOf(content: string): string {
  const hash = createHash('sha256').update(content).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
