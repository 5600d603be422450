"""Names of C and C++ library functions that wheels commonly call (ISO/IEC 9899:2011, clause 7)."""

from __future__ import annotations

import re

_STDLIB = """abort abs aligned_alloc atexit atof atoi atol bsearch calloc exit free getenv malloc
qsort quick_exit rand realloc srand strtod strtof strtol strtold strtoll strtoul strtoull system"""
_STRING = """memchr memcmp memcpy memmove memset strcat strchr strcmp strcoll strcpy strcspn
strerror strlen strncat strncmp strncpy strpbrk strrchr strspn strstr strtok strxfrm"""
_STDIO = """fclose feof ferror fflush fgetc fgets fopen fprintf fputc fputs fread freopen fscanf
fseek ftell fwrite getc perror printf putc putchar puts remove rename rewind scanf setvbuf snprintf
sprintf sscanf tmpfile ungetc vfprintf vprintf vsnprintf vsprintf"""
_TIME = "asctime clock ctime difftime gmtime localtime mktime strftime time"
_MATH = """acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2
expm1 fabs fdim floor fma fmax fmin fmod frexp hypot ilogb ldexp lgamma llrint llround log log10
log1p log2 logb lrint lround modf nan nearbyint nextafter pow remainder remquo rint round scalbln
scalbn sin sinh sqrt tan tanh tgamma trunc"""
_REST = "longjmp raise signal setlocale localeconv"

C_FUNCTIONS = frozenset(
    name for group in (_STDLIB, _STRING, _STDIO, _TIME, _REST) for name in group.split()
) | frozenset(name + end for name in _MATH.split() for end in ("", "f", "l"))
"""Functions of libc and libm; those of libm also for float and long double."""

# Itanium C++ ABI, 3 (__cxa_, __gxx_) and 5.1 (mangling): operators new and delete, functions that
# throw, and members of the instances that libstdc++ holds of strings and streams of char.
_CHAR = "IcSt11char_traitsIcE"
_CXX = re.compile(
    r"_Zn[wa][jm](St11align_val_t)?(RKSt9nothrow_t)?$"
    r"|_Zd[la]Pv[jm]?(St11align_val_t)?(RKSt9nothrow_t)?$"
    r"|_ZSt\d+__throw_|_ZSt9terminatev$"
    r"|_ZNK?S[siod]\w|_ZNK?St8ios_base\w|_ZNK?St6locale\w"
    rf"|_ZNK?St7__cxx11\d\dbasic_(string|stringstream|istringstream|ostringstream){_CHAR}"
    r"|__gxx_personality_v0$|__dynamic_cast$"
    r"|__cxa_(allocate_exception|begin_catch|end_catch|free_exception|rethrow|throw"
    r"|guard_(abort|acquire|release)|pure_virtual|bad_cast|throw_bad_array_new_length)$"
)
_GLIBC = re.compile(r"lib(anl|c|dl|m|mvec|nsl|pthread|resolv|rt|util)\.so\.\d")


def is_cxx_function(name: str) -> bool:
    """Whether libstdc++ is what offers a function."""
    return _CXX.match(name) is not None


def is_of_glibc(library: str) -> bool:
    """Whether a library is a part of glibc, which no wheel can bring."""
    return _GLIBC.match(library) is not None
