"""What each kind of fact says, in a line: for editors, and for docs/facts-format.md."""

from __future__ import annotations

KIND_SAYS = {
    "released": "the day of release",
    "components": "the vendor's packages of a release, with versions",
    "architectures": "what the release is shipped for",
    "never-covers": "what no release of the family is shipped for (`family.yaml` only)",
    "host-compiler": "a limit that the vendor's tool enforces; one bound per fact",
    "documented-compiler": "a limit that only a document states; one bound per fact",
    "compiler-breakage": "compilers known to fail, perhaps only from a C++ standard on",
    "build-glibc": "what the vendor's compiler itself needs to run",
    "documented-glibc": "the oldest system that the vendor lists",
    "library-needs": "symbol versions that the vendor's libraries need, measured",
    "gpu-targets": "targets of the compiler",
    "gpu-targets-built": "targets that the vendor builds, listed or not",
    "vendor-wheel": "what one published wheel holds and needs, measured; not used for planning",
    "compiler-ident": "what the vendor's compiler writes into what it makes; not used for planning",
    "cxx-standards": "C++ standards of the device compiler",
    "cxx-host-compiler": "host compilers for one C++ standard",
    "driver": "role `runtime`: the oldest driver that runs what is built; role `toolkit`: the one "
    "that translates its PTX",
    "sonames": "soname by component",
    "distributions": "the systems that the vendor lists",
    "python-packages": "how the vendor's packages on the index are named",
    "target-rename": "a target that got another name",
    "target-life": "the releases that know a target",
    "trait": "anything else; only the name `stream` (a preview release) is used for planning",
    "note": "a remark; not used for planning",
    "provides": "the libraries that a project's wheels hold in one directory, by range of its "
    "versions, oldest first",
    "extras": "the projects that each extra of a metapackage pulls in",
    "requires": "the projects that a project requires without any extra",
    "driver-library": "libraries, by glob pattern, that must never be bundled",
    "bundle-compression": "releases whose runtime `loads` or whose compiler `writes` a version of "
    "compressed bundles",
    "threading-runtime": "what a component loads by itself to run threads",
    "spelled": "what names of projects write before a release of the family: `cu` in "
    "`nvidia-cublas-cu12`",
    "made-for": "projects that are built for the family, though their names do not say so",
    "products": "products of one target by their marketing names; `short` names them in a table, "
    "`aliases` maps another name to one of them",
    "runs-on": "where code runs: form (`machine-code`, `ptx`), variant (`plain`, `a`, `f`, "
    "`generic`) and rule: `exact`, `same-major` (and no lower minor), `not-lower`, `members`",
    "members": "the targets on which family-specific or generic code runs",
    "target-mode": "a mode (`xnack`) that code may be built for and the machine decides",
    "target-driver": "the toolkit whose driver is the first to know a target, and the last driver "
    "branch that does",
    "name-words": "words of product names that people leave out",
}
