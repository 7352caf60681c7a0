# For `sam build` (BuildMethod: makefile in template.yaml). Everything else is an npm script: see README.md.
build-ProviderFunction:
	npm run build
	cp dist/provider/*.cjs "$(ARTIFACTS_DIR)/"

build-FailsafeFunction:
	npm run build
	cp dist/failsafe/*.cjs "$(ARTIFACTS_DIR)/"

build-MacroFunction:
	npm run build
	cp dist/macro/*.cjs "$(ARTIFACTS_DIR)/"
