// A library that needs the library of value.c.
#include <stdint.h>

int32_t value(void *block);

int32_t twice(void *block) { return 2 * value(block); }
