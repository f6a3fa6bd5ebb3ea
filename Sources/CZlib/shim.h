// zlib begins with macros, which Swift does not see.
#ifndef SILTA_CZLIB_SHIM_H
#define SILTA_CZLIB_SHIM_H

#include <zlib.h>

// window: 15 and 16 more for gzip, -15 for what has no header at all.
static inline int inflate_begin(z_stream *stream, int window) {
    return inflateInit2(stream, window);
}

#endif
