"""Every finding that ``verify`` can make: its permanent id, name, severity and sentences.

An id is never given to anything else. docs/findings.md says for each why it matters and how to
mend it. Letters: T tags and symbol versions, L libraries, E hardening of ELF files, B compilers
and C++ ABI, G GPU code, W the wheel as a file, P the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Rule(StrEnum):
    """Names of the findings."""

    SYMBOL_TOO_NEW = "symbol-too-new"
    TAG_MACHINE = "tag-machine"
    TAGS_DIFFER = "tags-differ"
    CODE_IN_ANY = "code-in-any"
    LINUX_TAG = "linux-tag"
    TAG_UNKNOWN = "tag-unknown"
    LIBC_DIFFERS = "libc-differs"
    ABI_MARKER = "abi-marker"
    TAG_ABOVE_MAXIMUM = "tag-above-maximum"
    ABI3_NOT_CHECKED = "abi3-not-checked"
    NOT_A_WHEEL_NAME = "not-a-wheel-name"
    NAME_DIFFERS = "name-differs"
    TAG_WIDER_POSSIBLE = "tag-wider-possible"
    UNVERSIONED_IMPORTS = "unversioned-imports"
    LIBRARY_OUTSIDE_POLICY = "library-outside-policy"
    UNDECLARED_LIBRARY = "undeclared-library"
    OTHER_MAJOR_DECLARED = "other-major-declared"
    BUNDLED_DRIVER = "bundled-driver"
    BUNDLED_NEXT_TO_EXTERNAL = "bundled-next-to-external"
    RPATH_ABSOLUTE = "rpath-absolute"
    RPATH_WORKING_DIRECTORY = "rpath-working-directory"
    RPATH_LAYOUT = "rpath-layout"
    DENIED_SYMBOL = "denied-symbol"
    OPENMP_MIXED = "openmp-mixed"
    LIBRARY_NOT_KNOWN = "library-not-known"
    SYSTEM_LIBRARY = "system-library"
    BROUGHT_BY_OTHERS = "brought-by-others"
    LIBRARY_OF_UNKNOWN_PROJECT = "library-of-unknown-project"
    EXEC_STACK = "exec-stack"
    EXEC_STACK_UNSAID = "exec-stack-unsaid"
    ISA_ABOVE_BASELINE = "isa-above-baseline"
    DAMAGED_ELF = "damaged-elf"
    STRING_ABI = "string-abi"
    STRING_ABI_MIXED = "string-abi-mixed"
    COMPILER_NOT_PLANNED = "compiler-not-planned"
    FOREIGN_COMPILER = "foreign-compiler"
    TARGET_MISSING = "target-missing"
    PTX_MISSING = "ptx-missing"
    TARGET_EXTRA = "target-extra"
    TARGET_NOT_KNOWN = "target-not-known"
    COMPRESSED_HIP = "compressed-hip"
    TARGET_DEPRECATED = "target-deprecated"
    GPU_CODE_UNREAD = "gpu-code-unread"
    GPU_CODE_HIDDEN = "gpu-code-hidden"
    GPU_CODE_RELOCATABLE = "gpu-code-relocatable"
    TARGET_NOT_EVERYWHERE = "target-not-everywhere"
    KPACK = "kpack"
    PTX_RELOCATABLE = "ptx-relocatable"
    RECORD_MISSING = "record-missing"
    RECORD_HASH = "record-hash"
    RECORD_NO_HASH = "record-no-hash"
    RECORD_ROW_WITHOUT_FILE = "record-row-without-file"
    RECORD_FILE_WITHOUT_ROW = "record-file-without-row"
    RECORD_SIZE = "record-size"
    RECORD_WEAK_HASH = "record-weak-hash"
    RECORD_UNKNOWN_HASH = "record-unknown-hash"
    RECORD_DOUBLE_ROW = "record-double-row"
    TOO_BIG = "too-big"
    DUPLICATE_ENTRY = "duplicate-entry"
    UNSAFE_NAME = "unsafe-name"
    ODD_NAME = "odd-name"
    SYMLINK = "symlink"
    TRAILING_DATA = "trailing-data"
    HEADERS_DIFFER = "headers-differ"
    NESTED_WHEEL = "nested-wheel"
    BAD_METADATA = "bad-metadata"
    NO_METADATA = "no-metadata"
    NOT_A_ZIP = "not-a-zip"
    TRUNCATED = "truncated"
    TOO_MANY_ENTRIES = "too-many-entries"
    TOO_LARGE = "too-large"
    RATIO = "ratio"
    ENCRYPTED = "encrypted"
    COMPRESSION = "compression"
    BAD_DATA = "bad-data"
    BAD_CRC = "bad-crc"
    SIZE_DIFFERS = "size-differs"
    OVERLAP = "overlap"
    CANNOT_OPEN = "cannot-open"
    NO_JOB = "no-job"
    JOB_UNCLEAR = "job-unclear"
    TAG_NOT_PLANNED = "tag-not-planned"
    PYTHON_NOT_PLANNED = "python-not-planned"
    ACCELERATOR_MAJOR = "accelerator-major"
    JOB_WITHOUT_WHEEL = "job-without-wheel"
    NAME_NOT_PLANNED = "name-not-planned"


class About(NamedTuple):
    """A rule's id, default severity, and its sentences; ``{...}`` are filled from the data."""

    id: str
    severity: str
    says: str
    hint: str


def _about(id_: str, severity: str, says: str, hint: str) -> About:
    return About(id=f"MLP-{id_}", severity=severity, says=says, hint=hint)


_E, _W, _N = "error", "warning", "note"

RULES: Mapping[Rule, About] = {
    Rule.SYMBOL_TOO_NEW: _about(
        "T001",
        _E,
        "needs {symbol} of {library} ({user}), but {policy} on {arch} stops at {allowed}",
        "build it in an image of {image}, or tag the wheel {floor}",
    ),
    Rule.TAG_MACHINE: _about(
        "T002",
        _E,
        "is {machine} code, the wheel's tag is for {arch}",
        "build it for {arch}, leave it out, or correct the tag",
    ),
    Rule.TAGS_DIFFER: _about(
        "T003",
        _W,
        "the file name says {filename}, the WHEEL file says {metadata}",
        "retag with `wheel tags`, which changes both; renaming the file changes only one",
    ),
    Rule.CODE_IN_ANY: _about(
        "T004",
        _E,
        "is {machine} code, but the wheel is tagged any: it installs where this cannot run",
        "tag the wheel with the platform, for instance {floor}",
    ),
    Rule.LINUX_TAG: _about(
        "T005",
        _W,
        "the tag {tag} promises nothing, and public indexes refuse it",
        "the code is good for {floor}",
    ),
    Rule.TAG_UNKNOWN: _about(
        "T006",
        _W,
        "the facts hold no policy {policy} for {arch}: {held}",
        "{known}",
    ),
    Rule.LIBC_DIFFERS: _about(
        "T007",
        _E,
        "is built against {found}, the tag {tag} is for {wanted}",
        "build it in a {wanted} image, or correct the tag",
    ),
    Rule.ABI_MARKER: _about(
        "T008",
        _E,
        "asks for the marker {symbol}, which {policy} on {arch} does not allow: the loader refuses "
        "the file where the C library does not offer it",
        "{way}",
    ),
    Rule.TAG_ABOVE_MAXIMUM: _about(
        "T009",
        _E,
        "{what} is {found}, newer than the {maximum} that --max-policy allows",
        "{way}",
    ),
    Rule.ABI3_NOT_CHECKED: _about(
        "T010",
        _N,
        "claims the stable ABI ({tag}); whether it keeps to it is not checked here",
        "abi3audit checks it",
    ),
    Rule.NOT_A_WHEEL_NAME: _about(
        "T011",
        _E,
        "{file} is no wheel file name, so it has no tags",
        "name-version(-build)-python-abi-platform.whl",
    ),
    Rule.NAME_DIFFERS: _about(
        "T012",
        _E,
        "the file name says {field} {filename}, METADATA says {metadata}",
        "build the wheel again: installers compare the two",
    ),
    Rule.TAG_WIDER_POSSIBLE: _about(
        "T013",
        _N,
        "tagged {tag}, but its symbols would allow {floor}",
        "the wider tag reaches more systems, if the wheel is tested there",
    ),
    Rule.UNVERSIONED_IMPORTS: _about(
        "T014",
        _N,
        "imports {count} functions of the C or C++ library without a version ({names}), which no "
        "floor can account for",
        "link against libc, libm and libstdc++ (-lm, g++ as the linker, no -nodefaultlibs)",
    ),
    Rule.LIBRARY_OUTSIDE_POLICY: _about(
        "L001",
        _E,
        "needs {library}, which {policy} does not promise and the wheel does not hold{unless}",
        "{way}",
    ),
    Rule.UNDECLARED_LIBRARY: _about(
        "L002",
        _E,
        "needs {library} of {family}, and no Requires-Dist brings it{unless}",
        "declare {projects}",
    ),
    Rule.OTHER_MAJOR_DECLARED: _about(
        "L003",
        _E,
        "needs {library} of {projects}, but Requires-Dist names {declared}",
        "declare {projects}, or build against what is declared",
    ),
    Rule.BUNDLED_DRIVER: _about(
        "L004",
        _E,
        "is {library}, a part of the driver: {why}",
        "leave it out (auditwheel repair --exclude '{pattern}'); every driver installs its own",
    ),
    Rule.BUNDLED_NEXT_TO_EXTERNAL: _about(
        "L005",
        _W,
        "the wheel bundles {library}, and {user} takes another one from outside",
        "exclude it everywhere or nowhere (auditwheel repair --exclude {library})",
    ),
    Rule.RPATH_ABSOLUTE: _about(
        "L006",
        _W,
        "is told to look for libraries in {path}, a folder of the build machine",
        "patchelf --set-rpath '$ORIGIN/...': whoever may write that folder runs code here",
    ),
    Rule.RPATH_WORKING_DIRECTORY: _about(
        "L007",
        _E,
        "is told to look for libraries in {path}, which depends on where the program is started",
        "patchelf --set-rpath '$ORIGIN/...'",
    ),
    Rule.RPATH_LAYOUT: _about(
        "L008",
        _E,
        "needs {library} of {project}, which lies in {directory}, but looks in {found}",
        "add $ORIGIN/{relative} to the RPATH",
    ),
    Rule.DENIED_SYMBOL: _about(
        "L009",
        _E,
        "uses {symbols} of {library}, which {policy} denies: they are not part of its interface",
        "{way}",
    ),
    Rule.OPENMP_MIXED: _about(
        "L010",
        _W,
        "the wheel's libraries use several OpenMP runtimes: {runtimes}",
        "link all of them with one runtime: two of them oversubscribe the cores or deadlock",
    ),
    Rule.LIBRARY_NOT_KNOWN: _about(
        "L011",
        _W,
        "needs {library}, a version of {stem} that the facts do not know",
        "mlplan facts list shows what is known; nothing is said of this one",
    ),
    Rule.SYSTEM_LIBRARY: _about(
        "L012",
        _N,
        "needs {libraries} of {family}, which no project on the index provides",
        "users must install {family} themselves: say so in the documentation",
    ),
    Rule.BROUGHT_BY_OTHERS: _about(
        "L013",
        _N,
        "needs {libraries} of {family}, not declared, but presumably brought by {carrier}",
        "declare {projects} unless {carrier} always loads it first",
    ),
    Rule.LIBRARY_OF_UNKNOWN_PROJECT: _about(
        "L014",
        _W,
        "needs {shown}{users}, which neither {policy} nor the wheel holds; Requires-Dist names "
        "{named}, of whose libraries nothing is known",
        "verify it together with the wheel of {project}, which is then looked into; do not bundle "
        "what that brings",
    ),
    Rule.EXEC_STACK: _about(
        "E001",
        _E,
        "asks for an executable stack, which glibc from 2.41 on refuses to give to a library",
        "link with -z noexecstack; an assembler file lacks .note.GNU-stack",
    ),
    Rule.EXEC_STACK_UNSAID: _about(
        "E002",
        _W,
        "does not say whether it needs an executable stack; on {machine} that means yes",
        "link with -z noexecstack",
    ),
    Rule.ISA_ABOVE_BASELINE: _about(
        "E003",
        _E,
        "says that it needs {level}, above {allowed}, which {by} promises",
        "build with -march={march}, or load the faster code only where the CPU has it",
    ),
    Rule.DAMAGED_ELF: _about(
        "E004",
        _E,
        "is a damaged ELF file: {detail}",
        "build it again; some tool that rewrites libraries broke it",
    ),
    Rule.STRING_ABI: _about(
        "B001",
        _E,
        "uses the {found} C++ string ABI, the plan has the {planned} one",
        "compile with -D_GLIBCXX_USE_CXX11_ABI={value}",
    ),
    Rule.STRING_ABI_MIXED: _about(
        "B002",
        _W,
        "the wheel's libraries use both C++ string ABIs: {old} old, {new} new",
        "compile all of them with the same -D_GLIBCXX_USE_CXX11_ABI",
    ),
    Rule.COMPILER_NOT_PLANNED: _about(
        "B003",
        _E,
        "was compiled by {found}, the plan has gcc {planned} ({toolset})",
        "mlplan explain {job} says why that compiler",
    ),
    Rule.FOREIGN_COMPILER: _about(
        "B004",
        _N,
        "also holds code of {found}: a static library that was compiled elsewhere",
        "nothing, if that library is meant to be in there",
    ),
    Rule.TARGET_MISSING: _about(
        "G001",
        _E,
        "no code for {target}, which the plan has",
        "add it to the build's GPU targets; the wheel has {found}",
    ),
    Rule.PTX_MISSING: _about(
        "G002",
        _E,
        "no PTX for {target}, which the plan has: newer GPUs get nothing",
        "add -gencode arch={target},code={target}; the wheel has {found}",
    ),
    Rule.TARGET_EXTRA: _about(
        "G003",
        _N,
        "holds code for {targets}, which the plan does not have",
        "take it out of the build's GPU targets, or add it to the request",
    ),
    Rule.TARGET_NOT_KNOWN: _about(
        "G004",
        _E,
        "holds code for {targets}, which {family} {version} of the plan cannot make",
        "the wheel was built with another toolkit than planned",
    ),
    Rule.COMPRESSED_HIP: _about(
        "G005",
        _E,
        "holds compressed AMD code ({container}), which runtimes before {family} {minimum} cannot "
        "load; the plan has {version}",
        "compile with --no-offload-compress",
    ),
    Rule.TARGET_DEPRECATED: _about(
        "G006",
        _W,
        "holds code for {targets}, which {family} {version} calls deprecated",
        "a later release drops it",
    ),
    Rule.GPU_CODE_UNREAD: _about(
        "G007",
        _W,
        "holds GPU code that could not be read in full: {what} at byte {offset} ({detail})",
        "nothing is said of that part; it is not the same as no GPU code",
    ),
    Rule.GPU_CODE_HIDDEN: _about(
        "G008",
        _N,
        "holds GPU code outside the sections that the runtime registers: {targets}",
        "the library must load it by itself",
    ),
    Rule.GPU_CODE_RELOCATABLE: _about(
        "G009",
        _W,
        "holds GPU code that was never linked for the device: {targets}",
        "link with nvcc -dlink: the runtime loads no relocatable code",
    ),
    Rule.TARGET_NOT_EVERYWHERE: _about(
        "G010",
        _N,
        "{targets} are in some of its {count} containers only",
        "kernels of the other containers do not run on those GPUs",
    ),
    Rule.KPACK: _about(
        "G011",
        _N,
        "refers to GPU code in kpack files: {names}",
        "the targets in those files are not listed here",
    ),
    Rule.PTX_RELOCATABLE: _about(
        "G012",
        _W,
        "has PTX for {target} as relocatable code only; that drivers compile it at load is not "
        "confirmed",
        "build without -rdc=true, or test it on a GPU that has no machine code in the wheel",
    ),
    Rule.RECORD_MISSING: _about(
        "W001",
        _E,
        "has no RECORD, so no installer can check or remove it",
        "build the wheel with a PEP 517 backend, or pack it with `wheel pack`",
    ),
    Rule.RECORD_HASH: _about(
        "W002",
        _E,
        "its {algorithm} is {found}, RECORD says {claimed}",
        "it was changed after the wheel was packed: `wheel unpack` and `wheel pack` it",
    ),
    Rule.RECORD_NO_HASH: _about(
        "W003",
        _E,
        "stands in RECORD without a hash",
        "`wheel unpack` and `wheel pack` the wheel",
    ),
    Rule.RECORD_ROW_WITHOUT_FILE: _about(
        "W004",
        _E,
        "stands in RECORD, but is not in the wheel",
        "`wheel unpack` and `wheel pack` the wheel",
    ),
    Rule.RECORD_FILE_WITHOUT_ROW: _about(
        "W005",
        _E,
        "is not in RECORD: installers refuse the wheel or leave the file behind",
        "`wheel unpack` and `wheel pack` the wheel",
    ),
    Rule.RECORD_SIZE: _about(
        "W006",
        _E,
        "has {found} bytes, RECORD says {claimed}",
        "`wheel unpack` and `wheel pack` the wheel",
    ),
    Rule.RECORD_WEAK_HASH: _about(
        "W007",
        _E,
        "RECORD gives its {algorithm}; the specification asks for sha256 or better",
        "`wheel unpack` and `wheel pack` the wheel",
    ),
    Rule.RECORD_UNKNOWN_HASH: _about(
        "W008",
        _W,
        "RECORD gives a hash of an unknown kind, {algorithm}: it was not checked",
        "use sha256",
    ),
    Rule.RECORD_DOUBLE_ROW: _about(
        "W009",
        _W,
        "stands in RECORD {count} times",
        "`wheel unpack` and `wheel pack` the wheel",
    ),
    Rule.TOO_BIG: _about(
        "W010",
        _E,
        "the wheel has {found} bytes, more than the {allowed} of --max-size",
        "drop GPU targets, compress device code, or leave out what other projects bring",
    ),
    Rule.DUPLICATE_ENTRY: _about(
        "W011",
        _E,
        "{detail}: which one is installed depends on the installer",
        "pack the wheel again from a clean folder",
    ),
    Rule.UNSAFE_NAME: _about(
        "W012", _E, "{detail}", "no installer may accept this name; pack the wheel again"
    ),
    Rule.ODD_NAME: _about(
        "W013", _W, "its name holds characters that not every system takes: {detail}", "rename it"
    ),
    Rule.SYMLINK: _about(
        "W014", _W, "{detail}", "put the file itself there: wheels cannot hold links"
    ),
    Rule.TRAILING_DATA: _about(
        "W015", _W, "{detail}", "pack the wheel again: nothing may hide between its members"
    ),
    Rule.HEADERS_DIFFER: _about(
        "W016",
        _E,
        "{detail}: tools that read one or the other see different files",
        "pack the wheel again",
    ),
    Rule.NESTED_WHEEL: _about(
        "W017", _W, "a wheel inside the wheel {detail}", "installers do not install it"
    ),
    Rule.BAD_METADATA: _about("W018", _E, "{detail}", "build the wheel with a PEP 517 backend"),
    Rule.NO_METADATA: _about("W019", _E, "{detail}", "this is no wheel: build it again"),
    Rule.NOT_A_ZIP: _about(
        "W020", _E, "cannot be read as an archive: {detail}", "upload or download it again"
    ),
    Rule.TRUNCATED: _about(
        "W021", _E, "is cut short: {detail}", "upload or download the wheel again"
    ),
    Rule.TOO_MANY_ENTRIES: _about(
        "W022", _E, "{detail}", "if that is meant: --limit entries=NUMBER"
    ),
    Rule.TOO_LARGE: _about(
        "W023", _E, "is larger than is read: {detail}", "if that is meant: --limit {limit}=BYTES"
    ),
    Rule.RATIO: _about(
        "W024",
        _E,
        "unpacks to far more than it is, as a zip bomb does: {detail}",
        "if that is meant: --limit ratio=NUMBER",
    ),
    Rule.ENCRYPTED: _about("W025", _E, "{detail}", "no installer opens it; pack it plainly"),
    Rule.COMPRESSION: _about(
        "W026", _E, "{detail}; wheels are stored or deflated", "pack the wheel again"
    ),
    Rule.BAD_DATA: _about("W027", _E, "{detail}", "upload or download the wheel again"),
    Rule.BAD_CRC: _about("W028", _E, "{detail}", "upload or download the wheel again"),
    Rule.SIZE_DIFFERS: _about("W029", _E, "{detail}", "upload or download the wheel again"),
    Rule.OVERLAP: _about(
        "W030", _E, "{detail}, as a zip bomb does", "pack the wheel again from its files"
    ),
    Rule.CANNOT_OPEN: _about(
        "W031", _E, "the wheel {detail}", "check its path, and that you may read it"
    ),
    Rule.NO_JOB: _about(
        "P001",
        _E,
        "no job of the plan is for this wheel: {why}",
        "mlplan solve lists the jobs; add a variant, or leave the wheel out",
    ),
    Rule.JOB_UNCLEAR: _about(
        "P002",
        _W,
        "could be the wheel of {jobs}; judged as {job}",
        "naming: local or suffix in the request tells variants apart",
    ),
    Rule.TAG_NOT_PLANNED: _about(
        "P003",
        _E,
        "tagged {found}, the plan has {planned}",
        "mlplan explain {job} says why that tag",
    ),
    Rule.PYTHON_NOT_PLANNED: _about(
        "P004",
        _E,
        "built for {found}, the plan has {planned}",
        "add the Python to the request, or leave the wheel out",
    ),
    Rule.ACCELERATOR_MAJOR: _about(
        "P005",
        _E,
        "needs {library} of {family} {found}, the plan has {family} {planned}",
        "build it with the toolkit of job {job}",
    ),
    Rule.JOB_WITHOUT_WHEEL: _about(
        "P006",
        _N,
        "job {job} of the plan has no wheel here",
        "build it, or name only the wheels that are meant",
    ),
    Rule.NAME_NOT_PLANNED: _about(
        "P007",
        _W,
        "is called {found}, by naming: {how} in the request job {job} makes {planned}",
        "two variants with one file name overwrite each other: let the build read MLPLAN_PROJECT "
        "and MLPLAN_LOCAL_VERSION",
    ),
}
"""What is said of each rule, in the order of docs/findings.md."""
