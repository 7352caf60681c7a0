import fc from 'fast-check';
import type { Request } from '../../../src/cloudformation/request.ts';
import {
  clientToken,
  handOverMarker,
  isHandOverMarker,
  isOwnershipOf,
  ownershipAlias,
  predecessorIn,
  requestHash,
  requestPrefix,
  reservedAliasPrefix,
  resourcePrefix,
  stackPrefix,
} from '../../../src/image-version/ownership.ts';
import { createRequest, deleteRequest, issuedAt, responseUrl } from '../../support/provider/builders.ts';

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html */
const aliasOfSageMaker = /^(?![.-])[a-zA-Z0-9-_.]{1,128}$/;
const request = createRequest();

const requests = fc
  .record({ StackId: fc.string(), LogicalResourceId: fc.string(), RequestId: fc.string() })
  .map((names): Request => ({ ...request, ...names }));

describe('the frozen form', () => {
  // Versions out there bear these: a change here is a change that loses them.
  test('of the ownership alias is what it always was', () => {
    expect(ownershipAlias(request, { predecessor: 0 })).toBe(
      'cfn-9ced66eed6f0d1c9-90ee305714d71033-773515eb908e30f2-0',
    );
    expect(ownershipAlias(request, { predecessor: 0, adopted: 7 })).toBe(
      'cfn-9ced66eed6f0d1c9-90ee305714d71033-773515eb908e30f2-00',
    );
    expect(ownershipAlias(request, { predecessor: 41 })).toBe(
      'cfn-9ced66eed6f0d1c9-90ee305714d71033-773515eb908e30f2-41',
    );
  });

  test('of the marker of an alias that was given is what it always was', () => {
    expect(handOverMarker(request, 'latest', 7)).toBe('cfn-9ced66eed6f0d1c9-gave-5e1e2bcac305958b-7');
  });

  test('of the client token is what it always was', () => {
    expect(clientToken(request, { ImageName: 'my-image', Aliases: ['latest'] })).toBe(
      '32e62397b6b88deeb05b87de96b30dda7288',
    );
  });

  test('of the request hash without an issue time is what it always was', () => {
    expect(requestHash(createRequest({ ResponseURL: 'https://example.com/' }))).toBe('2e5b2e4ca31a645e');
  });
});

describe('reservedAliasPrefix', () => {
  test('for any input: begins every alias that the provider itself sets', () => {
    fc.assert(
      fc.property(requests, fc.string(), fc.nat(), (any, alias, Version) => {
        expect(ownershipAlias(any, { predecessor: Version }).startsWith(reservedAliasPrefix)).toBe(true);
        expect(handOverMarker(any, alias, Version).startsWith(reservedAliasPrefix)).toBe(true);
      }),
    );
  });
});

describe('requestHash', () => {
  test('is the same for each delivery of a request', () => {
    expect(requestHash(createRequest())).toBe(requestHash(request));
  });

  test('differs where CloudFormation issues a request again under the same RequestId', () => {
    const again = createRequest({ ResponseURL: responseUrl(issuedAt + 60_000) });

    expect(requestHash(again)).not.toBe(requestHash(request));
  });

  test('differs from request to request', () => {
    expect(requestHash(createRequest({ RequestId: 'another' }))).not.toBe(requestHash(request));
  });
});

describe('ownershipAlias', () => {
  test('for any input: is an alias as SageMaker takes it, whatever the names', () => {
    fc.assert(
      fc.property(requests, fc.nat(), (any, predecessor) => {
        const alias = ownershipAlias(any, { predecessor });

        expect(alias).toMatch(aliasOfSageMaker);
      }),
    );
  });

  test('for any input: tells whose it is and what it replaced', () => {
    fc.assert(
      fc.property(requests, fc.nat(), (any, predecessor) => {
        const alias = ownershipAlias(any, { predecessor });

        expect(isOwnershipOf(stackPrefix(any), alias)).toBe(true);
        expect(isOwnershipOf(resourcePrefix(any), alias)).toBe(true);
        expect(isOwnershipOf(requestPrefix(any, requestHash(any)), alias)).toBe(true);
        expect(predecessorIn(alias)).toBe(predecessor);
      }),
    );
  });
});

describe('stackPrefix', () => {
  test('is shared by the resources of a stack, and by nobody else', () => {
    const alias = ownershipAlias(request, { predecessor: 0 });

    expect(alias.startsWith(stackPrefix(createRequest({ LogicalResourceId: 'Other' })))).toBe(true);
    expect(alias.startsWith(stackPrefix(createRequest({ StackId: 'other' })))).toBe(false);
  });
});

describe('resourcePrefix', () => {
  test('is shared by the requests for a resource, and by no other resource', () => {
    const alias = ownershipAlias(request, { predecessor: 0 });

    expect(alias.startsWith(resourcePrefix(deleteRequest()))).toBe(true);
    expect(alias.startsWith(resourcePrefix(createRequest({ LogicalResourceId: 'Other' })))).toBe(false);
    expect(alias.startsWith(resourcePrefix(createRequest({ StackId: 'other' })))).toBe(false);
  });
});

describe('requestPrefix', () => {
  test('is not shared by two requests for a resource', () => {
    const other = createRequest({ RequestId: 'another' });

    expect(ownershipAlias(request, { predecessor: 0 }).startsWith(requestPrefix(request, requestHash(other)))).toBe(
      false,
    );
  });
});

describe('handOverMarker', () => {
  test('for any input: is an alias as SageMaker takes it, and no ownership alias', () => {
    fc.assert(
      fc.property(requests, fc.string(), fc.nat(), (any, alias, taker) => {
        const marker = handOverMarker(any, alias, taker);

        expect(marker).toMatch(aliasOfSageMaker);
        expect(isOwnershipOf(stackPrefix(any), marker)).toBe(false);
        expect(predecessorIn(marker)).toBe(0);
      }),
    );
  });

  test('differs with the alias and with the taker', () => {
    const markers = [handOverMarker(request, 'a', 1), handOverMarker(request, 'b', 1), handOverMarker(request, 'a', 2)];

    expect(new Set(markers).size).toBe(3);
  });
});

describe('isHandOverMarker', () => {
  test('says so of the marker of the alias, whoever has taken it', () => {
    expect(isHandOverMarker(request, 'latest', handOverMarker(request, 'latest', 1))).toBe(true);
    expect(isHandOverMarker(request, 'latest', handOverMarker(request, 'latest', 99))).toBe(true);
  });

  test.each([
    ['the alias itself', 'latest'],
    ['the marker of another alias', handOverMarker(request, 'stable', 1)],
    ['the marker of another stack', handOverMarker(createRequest({ StackId: 'other' }), 'latest', 1)],
    ['an ownership alias', ownershipAlias(request, { predecessor: 1 })],
  ])('does not say so of %s', (_what, borne) => {
    expect(isHandOverMarker(request, 'latest', borne)).toBe(false);
  });
});

describe('isOwnershipOf', () => {
  test.each(['latest', 'cfn-', 'cfn-latest'])('is false for the alias %s, which anybody may have set', (alias) => {
    expect(isOwnershipOf(stackPrefix(request), alias)).toBe(false);
    expect(isOwnershipOf('cfn-', alias)).toBe(false);
  });

  test('is false for an ownership alias with something after it', () => {
    expect(isOwnershipOf(stackPrefix(request), `${ownershipAlias(request, { predecessor: 0 })}-x`)).toBe(false);
  });
});

describe('clientToken', () => {
  test('for any input: has the 36 characters that SageMaker takes', () => {
    fc.assert(
      fc.property(requests, fc.object(), (any, parameters) => {
        expect(clientToken(any, parameters)).toMatch(/^[a-zA-Z0-9-]{36}$/);
      }),
    );
  });

  test('is the same for the same call of the same request, and else another', () => {
    const token = clientToken(request, { ImageName: 'my-image' });

    expect(clientToken(createRequest(), { ImageName: 'my-image' })).toBe(token);
    expect(clientToken(request, { ImageName: 'another' })).not.toBe(token);
    expect(clientToken(createRequest({ StackId: 'other' }), { ImageName: 'my-image' })).not.toBe(token);
    expect(clientToken(createRequest({ ResponseURL: responseUrl(0) }), { ImageName: 'my-image' })).not.toBe(token);
  });
});
