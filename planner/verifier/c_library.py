"""Names of C library functions that wheels commonly call (ISO/IEC 9899:2011, clause 7)."""

from __future__ import annotations

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
