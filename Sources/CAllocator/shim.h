// glibc's allocator, of which the Swift library's own module leaves out what is not standard.
#include <malloc.h>
