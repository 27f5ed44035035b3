[import_deps: [:phoenix]]
