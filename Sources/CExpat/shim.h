// What expat has as macros, which Swift does not see.
#ifndef SILTA_CEXPAT_SHIM_H
#define SILTA_CEXPAT_SHIM_H

#include <expat.h>

#endif
