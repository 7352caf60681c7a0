"""Compares the data in sandbox/aws with what AWS publishes today, and renews it.

    published_models.py [--renew]

Downloads the newest botocore and the newest cfn-lint, and cuts out what concerns images: the operations of SageMaker's
API with the shapes that they reach, and the registry schemas of two types. Of the operations that read Studio, it keeps
what can name an image. It leaves out documentation and the permissions of AWS's handlers. Without --renew, it writes nothing, prints a sentence for each difference, and exits with 1
if there is one.
"""

import gzip
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "sandbox" / "aws"
RENEW = "python3 .ci/published_models.py --renew && npm run format"

# An operation of this form that AWS adds shows up as a difference: the sandbox has to decide about it.
IMAGE_OPERATION = re.compile(r"(?<!App)Image|Alias")
STUDIO_READ = re.compile(r"(List|Describe)(Domain|UserProfile|Space|App)s?")
NAMES_IMAGE = ("CustomImage", "ResourceSpec")
# AWS adds to it every few weeks.
LEFT_OUT = "AppInstanceType"
TYPES = ("AWS::SageMaker::Image", "AWS::SageMaker::ImageVersion")


def newest(package, folder):
    """The newest wheel of the package on PyPI."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--only-binary", ":all:", "--dest", folder, package], check=True)
    (wheel,) = Path(folder).glob(f"{package.replace('-', '_')}-*.whl")
    return zipfile.ZipFile(wheel)


def without_texts(value, key):
    """The value without its documentation: the texts under this key, never a member that has the key as its name."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if not (name == key and isinstance(each, str))}
        return {name: without_texts(each, key) for name, each in kept.items()}
    return [without_texts(each, key) for each in value] if isinstance(value, list) else value


def keep_images(operations, shapes):
    """Takes out of Studio's answers, below their first level, the structures and lists that name no image."""

    def names_image(name):
        shape = shapes[name]
        parts = [each["shape"] for each in [*shape.get("members", {}).values(), *filter(None, [shape.get("member")])]]
        return name in NAMES_IMAGE or any(map(names_image, parts))

    def cut(name, level):
        shape = shapes[name]
        if "member" in shape:
            cut(shape["member"]["shape"], level)
        members = shape.get("members", {})
        for key, target in [(key, each["shape"]) for key, each in members.items()]:
            is_deep = level > 0 and shapes[target]["type"] in ("structure", "list", "map")
            if target == LEFT_OUT or (is_deep and not names_image(target)):
                del members[key]
            else:
                cut(target, level + 1)

    for name in filter(STUDIO_READ.fullmatch, operations):
        cut(operations[name]["output"]["shape"], 0)


def sagemaker(botocore):
    path = "botocore/data/sagemaker/2017-07-24/service-2.json.gz"
    model = without_texts(json.loads(gzip.decompress(botocore.read(path))), "documentation")
    is_read = {name: IMAGE_OPERATION.search(name) or STUDIO_READ.fullmatch(name) for name in model["operations"]}
    operations = {name: each for name, each in model["operations"].items() if is_read[name]}
    keep_images(operations, model["shapes"])
    shapes = {}

    def reach(part):
        if isinstance(part, list):
            for each in part:
                reach(each)
        elif isinstance(part, dict):
            name = part.get("shape")
            if isinstance(name, str) and name not in shapes:
                shapes[name] = model["shapes"][name]
                reach(shapes[name])
            for each in part.values():
                reach(each)

    reach([[each.get("input"), each.get("output"), each.get("errors")] for each in operations.values()])
    kept = ("apiVersion", "jsonVersion", "protocol", "serviceId", "targetPrefix")
    return {
        "metadata": {name: model["metadata"][name] for name in kept},
        "operations": operations,
        "shapes": {name: shapes[name] for name in sorted(shapes)},
    }


def schemas(cfn_lint):
    folder = "cfnlint/data/schemas"
    hashes = json.loads(cfn_lint.read(f"{folder}/providers/us-east-1.json"))
    for name in TYPES:
        schema = json.loads(cfn_lint.read(f"{folder}/resources/{hashes[name]}.json"))
        schema.pop("handlers")
        yield name.lower().replace("::", "-"), without_texts(schema, "description")


def differences(here, there, where=""):
    """One sentence for each difference between the data and what AWS publishes."""
    if isinstance(here, dict) and isinstance(there, dict):
        for name in [*here, *(name for name in there if name not in here)]:
            path = f"{where} › {name}" if where else name
            if name not in there:
                yield f"{path} is gone. It was {json.dumps(here[name])}."
            elif name not in here:
                yield f"{path} is new: {json.dumps(there[name])}."
            else:
                yield from differences(here[name], there[name], path)
    elif isinstance(here, list) and isinstance(there, list) and here != there:
        gained = [json.dumps(each) for each in there if each not in here]
        lost = [json.dumps(each) for each in here if each not in there]
        if gained:
            yield f"{where} gains {', '.join(gained)}."
        if lost:
            yield f"{where} loses {', '.join(lost)}."
        if not gained and not lost:
            yield f"{where} has another order: {json.dumps(there)}."
    elif type(here) is not type(there) or here != there:
        yield f"{where} is {json.dumps(there)} now, and was {json.dumps(here)}."


with tempfile.TemporaryDirectory() as folder:
    published = {"sagemaker": sagemaker(newest("botocore", folder)), **dict(schemas(newest("cfn-lint", folder)))}
    sources = " and ".join(sorted(wheel.name.rsplit("-py", 1)[0] for wheel in Path(folder).glob("*.whl")))

if sys.argv[1:] == ["--renew"]:
    DATA.mkdir(exist_ok=True)
    for name, content in published.items():
        (DATA / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"sandbox/aws is now as in {sources}.")
    sys.exit()

changed = False
for name, content in published.items():
    for sentence in differences(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")), content):
        changed = True
        print(f"sandbox/aws/{name}.json: {sentence}", file=sys.stderr)
if changed:
    sys.exit(f"AWS publishes something else in {sources}. Read the differences, then renew the data with:\n  {RENEW}")
print(f"sandbox/aws is as in {sources}.")
