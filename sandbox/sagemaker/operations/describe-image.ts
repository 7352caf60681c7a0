/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImage.html */
import { imageSummary } from '../descriptions.ts';
import { imageNamed } from '../lookup.ts';
import { ImageName } from '../members.ts';
import { reading } from '../operation.ts';
import { structure } from '../shapes.ts';

const constraints = structure({ ImageName }, {});

export const DescribeImage = reading(constraints, ({ ImageName }, call) => {
  const image = imageNamed(ImageName, call);
  return { ...imageSummary(image), RoleArn: image.RoleArn };
});
